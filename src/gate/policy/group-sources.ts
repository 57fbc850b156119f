import type { Principal } from "../../core/principal.ts";
import type { Directory } from "../types.ts";
import type { GroupFile } from "./files.ts";
import { createMemo } from "./memo.ts";

/** Membership may lag this far behind where it is kept; a vote is weighed again before acting. */
const cacheMs = 60_000;

/**
 * One place where it is kept who belongs to a group. Each looks at its own words of a group's entry in groups.yml; an
 * entry that has none of them has nobody here. What cannot be asked throws, and the gate then denies.
 */
export interface GroupSource {
  has(entry: GroupFile, person: Principal): Promise<boolean>;
  /** Those that can be named, for cards: who may decide. */
  people(entry: GroupFile, workspace: string): Promise<(Principal | undefined)[]>;
}

/** What identity providers say: by a person's Slack account. */
export interface Claims {
  /** The groups that the provider lately said the person is in; none for somebody it was never asked about. */
  of(person: Pick<Principal, "workspace" | "user">): Promise<readonly string[]>;
  /** Slack user ids of those whom it lately put into a group. */
  people(workspace: string, group: string): Promise<string[]>;
}

/** Addresses written into groups.yml; the caller has made sure that our own workspace vouches for the person's. */
export const filedGroups = (
  directory: Pick<Directory, "personByEmail">,
  nowMs: () => number,
): GroupSource => {
  const persons = createMemo<Principal | undefined>(cacheMs, nowMs);
  return {
    has: ({ people }, { email }) =>
      Promise.resolve(email !== undefined && people.includes(email.toLowerCase())),
    people: ({ people }, workspace) =>
      Promise.all(
        people.map((email) =>
          persons(`${workspace} ${email}`, () => directory.personByEmail(workspace, email)),
        ),
      ),
  };
};

/** Members by Slack ids, each looked up in the directory. */
const byId = (directory: Pick<Directory, "person">, nowMs: () => number) => {
  const persons = createMemo<Principal | undefined>(cacheMs, nowMs);
  return (workspace: string, users: readonly string[]): Promise<(Principal | undefined)[]> =>
    Promise.all(
      users.map((user) => persons(`${workspace} ${user}`, () => directory.person(workspace, user))),
    );
};

/** Members of Slack user groups (`slack: S…`). */
export const slackGroups = (
  directory: Pick<Directory, "usergroup" | "person">,
  nowMs: () => number,
): GroupSource => {
  const usergroups = createMemo<string[]>(cacheMs, nowMs);
  const persons = byId(directory, nowMs);
  const members = (workspace: string, id: string | undefined): Promise<string[]> =>
    id === undefined
      ? Promise.resolve([])
      : usergroups(`${workspace}/${id}`, () => directory.usergroup(workspace, id));
  return {
    has: async ({ slack }, { workspace, user }) => (await members(workspace, slack)).includes(user),
    people: async ({ slack }, workspace) => persons(workspace, await members(workspace, slack)),
  };
};

/** What an identity provider claims of people who signed in there (`oidc: <group>`). */
export const claimedGroups = (
  claims: Claims,
  directory: Pick<Directory, "person">,
  nowMs: () => number,
): GroupSource => {
  const claimed = createMemo<readonly string[]>(cacheMs, nowMs);
  const persons = byId(directory, nowMs);
  return {
    has: async ({ oidc }, person) =>
      oidc !== undefined &&
      (await claimed(`${person.workspace}/${person.user}`, () => claims.of(person))).includes(oidc),
    people: async ({ oidc }, workspace) =>
      oidc === undefined ? [] : persons(workspace, await claims.people(workspace, oidc)),
  };
};
