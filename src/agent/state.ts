import { createHash } from "node:crypto";
import { Annotation } from "@langchain/langgraph";
import { z } from "zod";
import { addUsage, noUsage, type Usage } from "../core/turn.ts";
import { mergeWorks, workSchema, worksSchema, type Work } from "./works.ts";

/** The graph's nodes, by the names that checkpoints hold. */
export const nodes = ["think", "look", "wait"] as const;

/** Raise it when the meaning of a checkpoint changes although its form does not. */
const shapeVersion = 1;

const usageSchema = z.strictObject({
  modelCalls: z.int(),
  toolCalls: z.int(),
  tokensIn: z.int(),
  tokensOut: z.int(),
});

/** What a kept checkpoint must hold to be resumed. */
export const stateSchema = z.object({ works: worksSchema, usage: usageSchema, shape: z.string() });

/**
 * Nodes, channels and the works' form in one value. A turn that was kept by other code is not resumed: a renamed
 * node makes a resume end quietly with nothing done, a renamed channel comes back empty and waits for ever.
 */
export const shape = createHash("sha256")
  .update(JSON.stringify([shapeVersion, nodes, Object.keys(stateSchema.shape), z.toJSONSchema(workSchema)]))
  .digest("hex")
  .slice(0, 16);

/** The graph's channels, each with its reducer. */
export const State = Annotation.Root({
  works: Annotation<Work[]>({ reducer: mergeWorks, default: () => [] }),
  usage: Annotation<Usage>({ reducer: addUsage, default: noUsage }),
  shape: Annotation<string>({ reducer: (_, shape) => shape, default: () => shape }),
});

export type GraphState = typeof State.State;
export type GraphUpdate = typeof State.Update;
