import type { RunnableConfig } from "@langchain/core/runnables";
import type { JsonObject } from "../core/json.ts";
import type { Question } from "../core/question.ts";
import type { Offer, Tool } from "../core/tool.ts";
import type { AgentFile } from "./agent-file.ts";
import type { Run } from "./run.ts";
import type { Work } from "./works.ts";

/** Something an agent may call: a tool behind the gate, another agent, a question to the person, a search for tools. */
export interface OfferedTool {
  name: string;
  description: string;
  /** Known by its name alone: no model is told of it. */
  hidden?: true;
  /** JSON Schema of the arguments. */
  parameters: JsonObject;
  runs:
    | { kind: "tool"; tool: Tool }
    | { kind: "agent"; agent: string }
    | { kind: "person" }
    | { kind: "search" };
}

/** What a planner thinks about. */
export interface ThinkRequest {
  work: Work;
  agent: AgentFile;
  /** Sorted by name; empty in the last round. */
  tools: OfferedTool[];
  /** Why this is the last round: the planner answers now, with what is known. */
  last: string | null;
  run: Run;
  /** Of the graph's node: carries the callbacks that stream. */
  config: RunnableConfig;
  /** Milliseconds this thought may take. */
  timeoutMs: number;
}

/** A call as a planner put it: not yet checked. */
export interface ProposedCall {
  id: string;
  tool: string;
  /** JSON text. */
  args: string;
}

/** What a planner thought: calls to make, or, without any, its answer. */
export interface Thought {
  text: string;
  calls: ProposedCall[];
  usage: { modelCalls: number; tokensIn: number; tokensOut: number };
  /** A model's name, `offline` or `direct`. */
  by: string;
  offers?: Offer[];
  /** The answer asks the person this. */
  question?: Question;
  route?: Work["route"];
}

/** Thinks one step of a work. Throws `ModelFailure` when no answer came, which the graph turns into words. */
export interface Planner {
  think(request: ThinkRequest): Promise<Thought>;
}

/** Usage of a thought that asked no model. */
export const freeThought = { modelCalls: 0, tokensIn: 0, tokensOut: 0 };
