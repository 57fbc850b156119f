import type { JsonObject } from "./json.ts";
import type { Question } from "./question.ts";

/**
 * A turn's life. queued -> running -> done | failed; running -> waiting (an action waits) -> running on a wake;
 * stopped by a person; detached when its checkpoint is gone or foreign (R11). done, failed, stopped, detached are final.
 */
export type TurnState = "queued" | "running" | "waiting" | "done" | "failed" | "stopped" | "detached";

/** What a turn was asked: words for the agents, or one exact call (slash `do`, a clicked offer), which needs no model. */
export type TurnRequest =
  | {
      kind: "ask";
      text: string;
      /** The open question that these words answer. */
      answering?: Question;
    }
  | { kind: "call"; text: string; tool: string; args: JsonObject; confirmed: boolean }
  /** A fresh turn that continues after the fallback: the outcome of `action` is the fact it starts from. */
  | { kind: "outcome"; text: string; action: string };

/** Where a turn came in: policy sees it as `context.kind`. */
export type TurnOrigin = "chat" | "slash" | "automation" | "mcp";

/** A file that came with a message; what it holds is fetched when the turn begins. */
export interface FileRef {
  /** Slack's id. */
  id: string;
  name: string;
  /** As Slack tells it, for people: the file itself decides what it is. */
  mime: string;
}

/** Where a conversation is: enough to post there. `key` is the id used everywhere. */
export interface ConversationRef {
  /** `<workspace or enterprise>/<channel>/<thread ts>`. */
  key: string;
  workspace: string;
  channel: string;
  threadTs: string;
  kind: "channel" | "private" | "dm" | "group_dm";
}

/** Cost of a turn so far; tokens as the provider counts them. */
export interface Usage {
  modelCalls: number;
  toolCalls: number;
  tokensIn: number;
  tokensOut: number;
}

/** Nothing used yet. */
export const noUsage = (): Usage => ({ modelCalls: 0, toolCalls: 0, tokensIn: 0, tokensOut: 0 });

/** The sum of two usages, as a new value. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  modelCalls: a.modelCalls + b.modelCalls,
  toolCalls: a.toolCalls + b.toolCalls,
  tokensIn: a.tokensIn + b.tokensIn,
  tokensOut: a.tokensOut + b.tokensOut,
});

/** The inbox id of what a form asks for: a form is stored once. */
export const requestOfForm = (form: string): string => `form:${form}`;
