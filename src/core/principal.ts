/**
 * On whose behalf a turn runs: from the Slack event, never from a model. `user` and `workspace` are Slack ids;
 * the other fields come from the workspace's directory and are absent only where Slack does not give them.
 */
export interface Principal {
  kind: "person" | "automation";
  workspace: string;
  user: string;
  name: string;
  email?: string;
  /** IANA name, for times in the reader's own zone. */
  timezone: string;
  /** A single- or multi-channel guest. */
  guest: boolean;
  /** From another organisation (shared channel). */
  external: boolean;
  bot: boolean;
  /** Deactivated people may do nothing. */
  active: boolean;
}

/**
 * One person, whatever account they use: votes are unique on it. The e-mail address where there is one,
 * else the Slack account.
 */
export const personKey = (person: Pick<Principal, "workspace" | "user" | "email">): string =>
  person.email === undefined
    ? `slack:${person.workspace}/${person.user}`
    : `mail:${person.email.toLowerCase()}`;

/** Who a person is in the systems that tools reach, from policies/people.yml until people link accounts. */
export interface PersonElsewhere {
  slack?: string;
  email?: string;
  gitlab?: string;
  hubspot_owner?: string;
}
