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
 * One person, whatever account they use: votes are unique on it. The e-mail address where their own workspace vouches
 * for one, else the Slack account: an address that another organisation vouches for could be anybody's.
 */
export const personKey = ({
  workspace,
  user,
  email,
  external,
}: Pick<Principal, "workspace" | "user" | "email" | "external">): string =>
  email === undefined || external ? `slack:${workspace}/${user}` : `mail:${email.toLowerCase()}`;

/** Who a person is in the systems that tools reach, from policies/people.yml until people link accounts. */
export interface PersonElsewhere {
  slack?: string;
  email?: string;
  gitlab?: string;
  hubspot_owner?: string;
  /** A user name in Salesforce, such as `anna@example.com.sales`. */
  salesforce?: string;
}
