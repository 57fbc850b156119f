import { personKey, type Principal } from "./principal.ts";

/** The account that a request is signed with: the service's own, or one that a person has connected. */
export interface CredentialRef {
  /** The tool's system: `gitlab`, `crm`, the name of an API or of an MCP server. */
  system: string;
  as: "service" | { person: Principal };
}

/** The name of an account, as actions and their digests hold it: `service:gitlab`, `person:gitlab:mail:anna@example.com`. */
export const credentialName = ({ system, as }: CredentialRef): string =>
  as === "service" ? `service:${system}` : `person:${system}:${personKey(as.person)}`;

/**
 * The right to send one write, made by the executor alone for exactly the call it is about to make, and worth nothing
 * outside that call or after it. Having its fields is not having it: it is told by being the very object that was made.
 */
export interface Capability {
  readonly tool: string;
  /** Of the action that was approved. */
  readonly digest: string;
  /** `Type/id` of what the action is about. */
  readonly target: string;
  /** The one account it may be signed with, by `credentialName`. */
  readonly credential: string;
  /** Monotonic milliseconds (`performance.now()`) after which nothing may be sent any more. */
  readonly expires: number;
}
