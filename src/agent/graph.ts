import type { RunnableConfig } from "@langchain/core/runnables";
import { END, interrupt, START, StateGraph } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { limits } from "../core/limits.ts";
import { look } from "./look.ts";
import type { Parts } from "./parts.ts";
import type { Run } from "./run.ts";
import { State, type GraphState } from "./state.ts";
import { think } from "./think.ts";
import { rootOf } from "./works.ts";

/** A backstop only: the budget ends a turn long before. Think and look are two steps each, and a resume counts anew. */
export const recursionLimit = 4 * limits.turnModelCallsMax + 10;

/** The run that a node serves; handed on by reference and never stored. */
const runOf = (config: RunnableConfig): Run => {
  const { run } = config["context" as keyof RunnableConfig] as unknown as { run?: Run };
  if (run === undefined) throw new Error("The graph was started without its run.");
  return run;
};

const isOver = ({ works }: GraphState): boolean => {
  const { status } = rootOf(works);
  return status === "done" || status === "failed";
};

const afterThink = (state: GraphState): "look" | typeof END => (isOver(state) ? END : "look");

const afterLook = (state: GraphState): "think" | "wait" | typeof END => {
  if (isOver(state)) return END;
  return state.works.some(({ status }) => status === "runnable") ? "think" : "wait";
};

/** Nothing but the interrupt: the node runs again from its first line, and what woke it says nothing. */
const wait = (): object => {
  interrupt("actions");
  return {};
};

/** Three nodes: `think`, `look`, and `wait` when every work is done or waits for people. Compiled once, for all turns. */
export const compileGraph = (parts: Parts, saver: BaseCheckpointSaver) =>
  new StateGraph(State)
    .addNode("think", think(parts, runOf))
    .addNode("look", look(parts, runOf))
    .addNode("wait", wait)
    .addEdge(START, "think")
    .addConditionalEdges("think", afterThink, ["look", END])
    .addConditionalEdges("look", afterLook, ["think", "wait", END])
    .addEdge("wait", "look")
    .compile({ checkpointer: saver });

export type Graph = ReturnType<typeof compileGraph>;
