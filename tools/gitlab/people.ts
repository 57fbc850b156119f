import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import type { Access } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import type { User } from "./shapes.ts";

const self = /^(?:me|my|mine|myself|i)$/i;

/**
 * The person meant by `me`, a user name, or a name. Throws where it fits several: with the choices for `argument`, of
 * the call, where that holds this name alone.
 */
export async function findPerson(
  api: GitLabApi,
  access: Access,
  name: string,
  context: CallContext,
  argument?: string,
): Promise<User> {
  const wanted = name.trim().replace(/^@/, "");
  if (self.test(wanted)) return access.me(context);
  const [exact] = /^[\w.-]+$/.test(wanted) ? await api.usersNamed(wanted, context.signal) : [];
  if (exact !== undefined) return exact;
  const found = await api.usersLike(wanted, context.signal);
  const whole = found.filter((user) => user.name.toLowerCase() === wanted.toLowerCase());
  const fitting = whole.length > 0 ? whole : found;
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  const names = fitting.slice(0, 5).map((user) => `${line(user.name, 60)} (${user.username})`);
  throw only === undefined
    ? new TerminalError(
        "gitlab_no_person",
        `GitLab knows nobody called '${line(wanted, 60)}'.${nearestWords(wanted, names)} Expected a GitLab user name, a full name, or \`me\`.`,
      )
    : severalFit(wanted, fitting.slice(0, 5), names, argument);
}

function severalFit(
  wanted: string,
  people: readonly User[],
  names: readonly string[],
  argument: string | undefined,
): TerminalError {
  const text = `'${line(wanted, 60)}' fits several people: ${names.join(", ")}. Say which one, by user name.`;
  if (argument === undefined) return new TerminalError("ambiguous", text);
  const choices = people.map(({ name, username }) => ({
    label: line(`${name} (${username})`, 75),
    value: username,
  }));
  return new AmbiguousError(text, { argument, choices });
}
