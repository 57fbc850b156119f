import type { Risk } from "../../core/tool.ts";
import type { CardView } from "../../gate/types.ts";
import { standing } from "../views/card.ts";
import type { RunAccess } from "./access.ts";
import type { RunRecord } from "./record.ts";

/** One run as one person sees it: plain words, nothing that they may not see. */
export interface RunView {
  turn: string;
  question: string;
  by: string;
  state: string;
  began: Date;
  seconds: number | undefined;
  agent: string;
  why: string;
  candidates: { title: string; score: number }[];
  calls: RunCall[];
  actions: RunAction[];
  /** Lines of cost. */
  cost: string[];
}

/** Titles by name, from the agents' and tools' own files; `any`: of either. */
export interface RunTitles {
  agent(name: string): string;
  tool(name: string): string;
  any(name: string): string;
}

/** One call of a tool. `result` is absent where this person may not see it. */
export interface RunCall {
  title: string;
  args: [name: string, value: string][];
  standing: string;
  result: string | undefined;
}

/** One action with its approvals. */
export interface RunAction {
  title: string;
  sentence: string;
  risk: Risk;
  standing: string;
  args: [name: string, value: string][];
  votes: string[];
}

const states: Record<RunRecord["state"], string> = {
  queued: "about to go on",
  running: "running",
  waiting: "waiting for people",
  done: "done",
  failed: "failed",
  stopped: "stopped",
  detached: "continued by a newer run",
};

const argsOf = (args: object): [string, string][] =>
  Object.entries(args).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);

const actionOf = (card: CardView): RunAction => ({
  title: card.title,
  sentence: card.action.preview.sentence,
  risk: card.action.risk,
  standing: standing(card),
  args: argsOf(card.action.args),
  votes: card.votes.map(({ voter, verdict, reason, at }) => {
    const why = reason === null || reason === "" ? "" : `: “${reason}”`;
    return `${voter.name} ${verdict === "approve" ? "approved" : "rejected"}, ${at.toISOString().slice(0, 16).replace("T", " ")} UTC${why}`;
  }),
});

const costOf = ({ usage, planner }: RunRecord): string[] => [
  `Answered by: ${planner === null || planner === "" ? "not known yet" : planner}`,
  `Model calls: ${usage.modelCalls}, tool calls: ${usage.toolCalls}`,
  `Tokens: ${usage.tokensIn.toLocaleString("en")} in, ${usage.tokensOut.toLocaleString("en")} out`,
];

/** What a person sees of a run that they may see. Titles come from the agents' and tools' own files. */
export const viewRun = (
  run: RunRecord,
  cards: readonly CardView[],
  access: RunAccess,
  titles: RunTitles,
): RunView => ({
  turn: run.turn,
  question: run.request.text,
  by: run.principal.name,
  state: states[run.state],
  began: run.began,
  seconds: run.ended === null ? undefined : (run.ended.getTime() - run.began.getTime()) / 1000,
  agent: titles.agent(run.agent ?? ""),
  why: run.route?.why ?? "not known yet",
  candidates: (run.route?.candidates ?? []).map(({ name, score }) => ({ title: titles.any(name), score })),
  calls: run.calls.map((call) => ({
    title: titles.tool(call.tool),
    args: argsOf(call.args),
    standing:
      call.outcome === "refused" ? "Refused" : `Done${call.ms === undefined ? "" : ` in ${call.ms} ms`}`,
    result: access.results ? call.text : undefined,
  })),
  actions: cards.map(actionOf),
  cost: costOf(run),
});
