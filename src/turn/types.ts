import type { AgentEvent, GivenFile } from "../agent/types.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef, FileRef } from "../core/turn.ts";

/**
 * One thing that came from Slack and must not be lost, typed by what it asks, never by its event type.
 * `id` makes it one: `<workspace>/<channel>/<ts>` for a message however often and in whatever form it arrives,
 * a trigger id for a slash command.
 */
export type Inbound = {
  id: string;
  conversation: ConversationRef;
  /** Slack ids of who did it; never from text. */
  person: { workspace: string; user: string };
} & (
  | {
      kind: "ask";
      text: string;
      origin: "chat" | "slash";
      agent?: string;
      threadFrom?: string;
      shared?: boolean;
      files?: readonly FileRef[];
      /** The words are those of an edit made then (text that sorts by time): an older one changes nothing. */
      editedAt?: string;
    }
  | {
      kind: "call";
      tool: string;
      args: JsonObject;
      text: string;
      /** Left out: a slash command. */
      origin?: "mcp";
    }
);

/** Takes what came in. Resolves when it is durable; only then may Slack be acknowledged. */
export interface Intake {
  /** `fresh` is false for what was already there: acknowledged, not done again. */
  accept(inbound: Inbound): Promise<{ fresh: boolean }>;
}

/** How a turn speaks while it runs. Best effort: a failed status never fails a turn. */
export interface Voice {
  /** First sign of life and every change; an empty text clears it. */
  status(conversation: ConversationRef, text: string): Promise<void>;
  /** Live steps and words of a run. Closing it clears the status; `waits`: the turn waits for people now. */
  watch(
    conversation: ConversationRef,
    run: Watched,
  ): { event(event: AgentEvent): void; close(waits: boolean): void };
}

/** A run as it is shown while it works. */
export interface Watched {
  turn: string;
  /** The run's own: nothing is shown for a turn that it has lost. */
  token: string;
  person: { workspace: string; user: string };
  /** What was asked, in the person's words. */
  request: string;
  /** Nothing was answered in this conversation yet. */
  first: boolean;
  /** It has waited for people before. */
  waited: boolean;
}

/** Says something to one person alone, in a conversation. Best effort, at most once; never fails what calls it. */
export type Whisper = (conversation: ConversationRef, user: string, text: string) => Promise<void>;

/** Reads a thread that Steward was called into: bounded, oldest first. */
export interface ThreadReader {
  read(conversation: ConversationRef, before: string): Promise<{ by: string; text: string; own: boolean }[]>;
}

/** What the outbox must show; drawn when it is sent, from stored data, so that it is always the newest truth. */
export type View =
  | { view: "answer"; turn: string }
  | { view: "card"; card: string }
  | { view: "receipt"; turn: string }
  | { view: "edited"; item: string }
  | { view: "connection"; turn: string; system: string; link: boolean }
  | { view: "notice"; text: string; mention?: string }
  | { view: "outcome"; action: string };

/**
 * Fetches files that came with a message, bounded in number, bytes and characters. Never throws for a file that cannot
 * be read: that is an answer. `pictures`: the model that will think sees them.
 */
export interface FileReader {
  read(
    conversation: ConversationRef,
    files: readonly FileRef[],
    how: { pictures: boolean; signal: AbortSignal },
  ): Promise<GivenFile[]>;
}

/** Resolves the people behind Slack ids. */
export interface People {
  principal(workspace: string, user: string): Promise<Principal>;
}
