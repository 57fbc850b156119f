import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { makeCache } from "../cache.ts";
import { someAtOnce } from "../some-at-once.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { Project, User } from "./shapes.ts";
import { unlessMissing } from "./words.ts";

/** Milliseconds for which a membership is believed: a person who leaves a project loses it here within this time. */
const membershipKeptMs = 60_000;

/** Membership look-ups under way for one question. */
const lookupsAtOnce = 6;

/** Maintainers that a refusal names. */
const giversNamed = 4;

/** GitLab's access levels from which on a person may have a thing done. */
export const roles = { guest: 10, reporter: 20, developer: 30, maintainer: 40, owner: 50 } as const;

const roleNames: readonly [number, string][] = [
  [roles.owner, "Owner"],
  [roles.maintainer, "Maintainer"],
  [roles.developer, "Developer"],
  [roles.reporter, "Reporter"],
  [0, "Guest"],
];

/**
 * What a person may see and have done. Where the person has connected an account, GitLab itself decides. Until then the
 * service account acts, and each person gets only projects that they are a member of; public and internal projects are
 * no exception.
 */
export interface Access {
  /** The person's account. Throws where the people map does not know it, or GitLab does not. */
  me(context: CallContext): Promise<User>;
  /** 0: no member; of one's own account at least a guest's. */
  level(projectId: number, context: CallContext): Promise<number>;
  /** Throws, naming the role, the project and who can give it, where the level is lower than needed. */
  require(project: Project, least: number, doing: string, context: CallContext): Promise<void>;
  /** Of these projects, the ones the person is a member of; order kept. */
  visible(projectIds: readonly number[], context: CallContext): Promise<Set<number>>;
  /** Projects the person is a member of, most recently active first; of the service account's newest hundred. */
  projects(context: CallContext, search?: string): Promise<Project[]>;
}

export function makeAccess(api: GitLabApi, now: () => number): Access {
  const accounts = makeCache<User>(membershipKeptMs, now);
  const levels = makeCache<number>(membershipKeptMs, now);

  const me = async ({ elsewhere, principal, signal }: CallContext): Promise<User> => {
    const username = elsewhere.gitlab;
    if (username === undefined) throw unknownPerson(principal.name);
    return accounts.get(username.toLowerCase(), async () => {
      const found = await api.usersNamed(username, signal);
      const one = found.find((user) => user.username.toLowerCase() === username.toLowerCase());
      if (one === undefined) throw staleAccount(username);
      return one;
    });
  };

  const level = async (projectId: number, context: CallContext): Promise<number> => {
    const { id } = await me(context);
    const membership = await levels.get(`${projectId}:${id}`, async () => {
      const member = await unlessMissing(api.member(projectId, id, context.signal));
      return member?.access_level ?? 0;
    });
    // What GitLab shows to the person's own account, they may read as any guest.
    return context.actsAs("gitlab") === "person" ? Math.max(membership, roles.guest) : membership;
  };

  const visible = async (projectIds: readonly number[], context: CallContext): Promise<Set<number>> => {
    const ids = [...new Set(projectIds)];
    // GitLab itself has shown these to the person's own account.
    if (context.actsAs("gitlab") === "person") return new Set(ids);
    const found = await someAtOnce(ids, lookupsAtOnce, (id) => level(id, context));
    return new Set(ids.filter((_, index) => (found[index] ?? 0) > 0));
  };

  return {
    me,
    level,
    visible,
    require: async (project, least, doing, context) => {
      const has = await level(project.id, context);
      if (has < least) throw tooLow(project, has, least, doing, await giversOf(api, project, context));
    },
    projects: async (context, search) => {
      const all = await api.projects(search, context.signal);
      const mine = await visible(
        all.map(({ id }) => id),
        context,
      );
      return all.filter(({ id }) => mine.has(id));
    },
  };
}

/** The highest role that a level reaches. */
export const roleName = (level: number): string => roleNames.find(([from]) => level >= from)?.[1] ?? "none";

const unknownPerson = (name: string) =>
  new TerminalError(
    "gitlab_unknown_person",
    `Steward does not know which GitLab account is ${line(name, 60)}'s, so it shows nothing of GitLab. ` +
      "Ask an admin to add it to policies/people.yml (slack, email, gitlab).",
  );

const staleAccount = (username: string) =>
  new TerminalError(
    "gitlab_unknown_person",
    `policies/people.yml names the GitLab account '${line(username, 60)}', which GitLab does not know. Ask an admin to correct it.`,
  );

const tooLow = (project: Project, has: number, least: number, doing: string, givers: string) =>
  new TerminalError(
    "gitlab_role",
    `${doing} in ${project.path_with_namespace} needs the role ${roleName(least)} or higher; yours is ${roleName(has)}. ${givers}`,
  );

/** Names of those who may give a role; `nobody` is named where GitLab does not say. */
async function giversOf(api: GitLabApi, project: Project, context: CallContext): Promise<string> {
  try {
    const members = await api.members(project.id, undefined, context);
    const [able, me] = [
      members.filter((one) => one.access_level >= roles.maintainer),
      await api.me(context.signal),
    ];
    const names = able
      .filter((one) => one.id !== me.id && (one.state ?? "active") === "active")
      .toSorted((a, b) => a.access_level - b.access_level || a.name.localeCompare(b.name))
      .slice(0, giversNamed)
      .map((one) => line(one.name, 60));
    if (names.length > 0) return `${names.join(", ")} can give it to you.`;
  } catch {
    // Whom to ask is an extra: that the role is missing is said in any case.
    context.signal.throwIfAborted();
  }
  return "A maintainer of the project can give it to you.";
}
