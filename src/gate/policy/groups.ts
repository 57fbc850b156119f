import { StewardError } from "../../core/errors.ts";
import type { Principal } from "../../core/principal.ts";
import type { Groups } from "../policy-port.ts";
import type { Directory } from "../types.ts";
import { employees, type GroupFile, reservedGroups } from "./files.ts";
import { createMemo } from "./memo.ts";
import { suggestion } from "./problems.ts";

/** Membership may lag this far behind Slack; a vote is weighed again before acting. */
const directoryCacheMs = 60_000;

/** A person our own workspace vouches for: somebody else's people and programs belong to no group. */
const ours = ({ kind, active, external, bot }: Principal): boolean =>
  kind === "person" && active && !external && !bot;

/** Groups as groups.yml has them, resolved through the directory; whatever the directory throws goes on to the caller. */
export const createGroups = (
  defined: ReadonlyMap<string, GroupFile>,
  directory: Pick<Directory, "usergroup" | "person" | "personByEmail">,
  nowMs: () => number = () => performance.now(),
): Groups => {
  const names = [...new Set([...defined.keys(), ...reservedGroups])];
  const usergroups = createMemo<string[]>(directoryCacheMs, nowMs);
  const persons = createMemo<Principal | undefined>(directoryCacheMs, nowMs);

  const definition = (group: string): GroupFile => {
    const found = defined.get(group);
    if (found !== undefined) return found;
    if (names.includes(group)) return { people: [] };
    throw new StewardError(
      "unknown_group",
      `No group '${group}' in policies/groups.yml. ${suggestion(group, names)}`,
    );
  };
  const slackMembers = (workspace: string, id: string | undefined): Promise<string[]> =>
    id === undefined
      ? Promise.resolve([])
      : usergroups(`${workspace}/${id}`, () => directory.usergroup(workspace, id));

  return {
    names,
    isMember: async (group, person) => {
      const { people, slack } = definition(group);
      if (!ours(person)) return false;
      if (group === employees) return !person.guest;
      if (person.email !== undefined && people.includes(person.email.toLowerCase())) return true;
      return (await slackMembers(person.workspace, slack)).includes(person.user);
    },
    people: async (group, workspace) => {
      const { people, slack } = definition(group);
      const found = await Promise.all([
        ...people.map((email) =>
          persons(`${workspace} mail ${email}`, () => directory.personByEmail(workspace, email)),
        ),
        ...(await slackMembers(workspace, slack)).map((user) =>
          persons(`${workspace} user ${user}`, () => directory.person(workspace, user)),
        ),
      ]);
      const unique = new Map(
        found.flatMap((p) => (p !== undefined && ours(p) ? [[p.user, p] as const] : [])),
      );
      return [...unique.values()];
    },
  };
};
