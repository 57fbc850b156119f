import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { Run } from "./run.ts";

/** Hands on a piece of what a model says for the work that answers; what other works say is their own affair. */
export const emitText = (run: Run, work: string, agent: string, piece: BaseMessage): void => {
  if (work !== run.answering) return;
  if (!AIMessageChunk.isInstance(piece) || piece.text === "") return;
  run.emit({ kind: "text", work, agent, message: piece.id ?? "", delta: piece.text });
};
