import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { Run } from "./run.ts";
import type { GraphState } from "./state.ts";

/** What the graph's stream gives: pieces of models' messages with their tags, and each state. */
export type StreamPart =
  | ["messages", [message: BaseMessage, metadata: { work?: string; agent?: string }]]
  | ["values", GraphState | { __interrupt__: unknown }];

/** Hands on text of the work that answers; what other works say is their own affair. */
export const emitText = (
  run: Run,
  [message, { work, agent }]: Extract<StreamPart, ["messages", unknown]>[1],
): void => {
  if (work === undefined || agent === undefined || work !== run.answering) return;
  if (!AIMessageChunk.isInstance(message) || message.text === "") return;
  run.emit({ kind: "text", work, agent, delta: message.text });
};
