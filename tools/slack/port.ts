import type { CallContext } from "../../src/core/tool.ts";
import type { Principal } from "../../src/core/principal.ts";

/** Slack as its tools see it, always as far as the asking person sees. Every call throws in words. */
export interface SlackPort {
  /** Messages of public channels that fit the words, best first. */
  search(query: SlackQuery, context: CallContext): Promise<{ messages: SlackMessage[]; more: boolean }>;
  /** A conversation by its id; nothing where Slack knows none, or none that Steward is in. */
  place(channel: string, context: CallContext): Promise<SlackPlace | undefined>;
  /** A thread from its beginning, bounded. `cut`: there is more. */
  thread(
    channel: string,
    ts: string,
    context: CallContext,
  ): Promise<{ messages: SlackMessage[]; cut: boolean }>;
  /** Somebody of this workspace by Slack id or e-mail address. */
  person(who: string, context: CallContext): Promise<Principal | undefined>;
  /** The channel in use of this name; `own`: Steward made it. */
  channelNamed(name: string): Promise<{ id: string; own: boolean } | undefined>;
  /** Makes a public channel, once, and answers with its id. */
  createChannel(name: string, context: CallContext): Promise<string>;
  /** Sets a channel's topic. */
  setTopic(channel: string, topic: string, context: CallContext): Promise<void>;
  /** Brings one person in; somebody who is in already is no fault. */
  invite(channel: string, user: string, context: CallContext): Promise<void>;
  archive(channel: string, context: CallContext): Promise<void>;
  /** Where people open it. */
  link(channel: string): string;
}

interface SlackQuery {
  words: string;
  /** Unix seconds; messages since then. */
  after?: number;
  max: number;
}

export interface SlackMessage {
  by: string;
  /** Absent in threads: all of it is in one place. */
  channel?: string;
  /** Slack's own id of it, a time as well: `1700000000.000100`. */
  ts: string;
  /** Plain text. */
  text: string;
  url: string;
}

export interface SlackPlace {
  /** Without `#`; absent for direct messages. */
  name: string | undefined;
  /** For its members alone. */
  closed: boolean;
  /** The asking person is in it. */
  joined: boolean;
  archived: boolean;
  /** Steward made it. */
  own: boolean;
}
