import type { Capability, CredentialRef } from "../core/capability.ts";

/** One request to a system outside. Nothing in it may come from a model except path parts and values that a tool checked. */
export interface HttpRequest {
  /** The system's name for people: `GitLab`. Stands in every message. */
  system: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute; its origin must be one the operator configured. */
  url: string;
  /** Headers that are no secret. */
  headers?: Record<string, string>;
  /** Encoded already; its content type stands in `headers`. */
  body?: string | Uint8Array;
  /** `read` may be repeated; `write` is sent at most once. A search by POST is a read. */
  effect: "read" | "write";
  /** The caller's end: a stopped turn, a write's deadline. */
  signal: AbortSignal;
  /** Milliseconds for one attempt, reply read to its end. */
  deadlineMs?: number;
  /** Bytes of the reply, as sent and unpacked. */
  maxBytes?: number;
  /** What to do with a longer reply: refuse it, or cut it there. */
  overflow?: "refuse" | "cut";
  /** `json` refuses anything else with a message that teaches; `bytes` gives a file as it is. */
  expect: "json" | "text" | "bytes";
  /** The account it is signed with, at the last hop. Tools name accounts; they never see a secret. */
  credential?: CredentialRef;
  /** The executor's right to send this write. A write without a good one is refused before anything is sent. */
  capability?: Capability | undefined;
  /** Steward's own transport alone (files of Slack); never in an error, and taken out of whatever the system says. */
  secret?: Secret;
  /** Further secrets, in its body or its address: taken out of whatever comes back, and of every error. */
  hides?: readonly string[];
  /** The system's own words in its error body; without it, the usual fields are read. */
  explain?: (body: unknown) => string | undefined;
}

/** A header that is a secret. */
export interface Secret {
  header: string;
  value: string;
}

/** How requests of an account are signed, and where alone that may be sent. */
interface Signature extends Secret {
  origins: readonly string[];
}

/** Where secrets come from, at the last hop. */
export interface Credentials {
  /**
   * Nothing where the system takes no credential. Throws `NeedsConnectionError` where the person has connected no
   * account, `TerminalError` where the system is not known.
   */
  header(ref: CredentialRef): Promise<Signature | undefined>;
  /**
   * The system no longer knows this secret (401): nothing was done. It is renewed, or forgotten, so that the next request
   * of the account has a good one or says what is missing.
   */
  refused?(ref: CredentialRef, secret: Secret): Promise<void>;
}

/** Says why a write may not be sent with this capability and this account; nothing where it may. */
export type WriteGuard = (capability: Capability | undefined, credential: string) => string | undefined;

/** What came back, with a status below 300. */
export interface HttpReply {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Parsed JSON (undefined for an empty reply), text, or a `Uint8Array`. */
  body: unknown;
  /** The reply was longer than `maxBytes` and was cut there. */
  cut: boolean;
}

/**
 * The one outgoing client. `request` throws `HttpRefusedError` where the system said no, `RetryableError` where a
 * read may work later, `UnknownOutcomeError` where a write was sent and nobody can say what became of it,
 * `TerminalError` otherwise; the signal's own reason where a read was stopped.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpReply>;
  close(): Promise<void>;
}
