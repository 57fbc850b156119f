import type { RunnableConfig } from "@langchain/core/runnables";
import { messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { addUsage, noUsage, type Usage } from "../core/turn.ts";
import { questionIn } from "./ask.ts";
import { budgetOf, type Budget } from "./budget.ts";
import { takeCalls } from "./calls.ts";
import { clean } from "./clean.ts";
import { escapes } from "./escape.ts";
import { repaired } from "./messages.ts";
import { ModelFailure } from "./model-failure.ts";
import type { Parts } from "./parts.ts";
import type { OfferedTool, Thought } from "./planner.ts";
import type { Run } from "./run.ts";
import type { GraphState, GraphUpdate } from "./state.ts";
import { fitted } from "./fitted.ts";
import { steered } from "./steer.ts";
import { knownSoFar } from "./known.ts";
import { askedWork, doneWork, failedWork, type Work } from "./works.ts";

/** Longer than any answer that the token budget allows; a cut says that it is one. */
const answerCharsMax = 100_000;
const asideCharsMax = 4_000;
/** One thought may take this long; the turn may leave it less. */
const thinkMsMax = 30_000;

interface Thinking {
  parts: Parts;
  run: Run;
  state: GraphState;
  config: RunnableConfig;
}

interface Thinker extends Thinking {
  work: Work;
  budget: Budget;
  /** Milliseconds. */
  left: number;
}

const nobody = noUsage();

const stopNote = (why: string): string => `Stopped early: ${why} Ask again to go on.`;

/** What a thought makes of a work: waiting for its calls, or done. */
const accepted = (work: Work, thought: Thought, offered: OfferedTool[], budget: Budget): Work => {
  const { usage, by } = thought;
  const next: Work = {
    ...work,
    by,
    agent: thought.route?.agent ?? work.agent,
    route: thought.route ?? work.route,
    modelCalls: work.modelCalls + usage.modelCalls,
    tokens: work.tokens + usage.tokensIn + usage.tokensOut,
    offers: [...work.offers, ...(thought.offers ?? []).map((offer) => JSON.stringify(offer))],
  };
  const mayCall = budget.kind === "go" || work.planner !== "model";
  const asked = questionIn(mayCall ? takeCalls(thought.calls, offered) : []);
  if (asked.question !== undefined) {
    const said = [clean(thought.text, asideCharsMax).trim(), asked.question.text];
    return askedWork(next, said.filter((text) => text !== "").join("\n\n"), asked.question);
  }
  const { calls } = asked;
  if (calls.length > 0) {
    const said = {
      role: "assistant" as const,
      text: clean(thought.text, asideCharsMax),
      calls: calls.map(({ id, tool, args }) => ({ id, tool, args })),
    };
    return { ...next, status: "waiting", messages: [...next.messages, said], calls };
  }
  const noted =
    budget.kind === "go" || work.planner !== "model"
      ? next
      : { ...next, notes: [...next.notes, stopNote(budget.why)] };
  const answer = clean(thought.text, answerCharsMax).trim();
  if (thought.question !== undefined) return askedWork(noted, answer, thought.question);
  return answer === ""
    ? doneWork(noted, knownSoFar(noted, []))
    : doneWork(noted, answer, { claims: work.planner === "model" });
};

/** Every tool, for planners that are code: the gate says what the person may do. */
const everyTool = (parts: Parts): OfferedTool[] =>
  [...parts.tools.values()].map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: {},
    runs: { kind: "tool", tool },
  }));

const thought = async (thinker: Thinker): Promise<{ work: Work; usage: Usage }> => {
  const { parts, run, config, work, budget, left } = thinker;
  const agent = parts.agents.get(work.agent);
  if (agent === undefined)
    return { work: failedWork(work, `There is no agent "${work.agent}".`), usage: nobody };
  const last = budget.kind === "go" ? null : budget.why;
  const offered = work.planner === "model" ? await parts.offering(work, run) : everyTool(parts);
  const result = await parts.planners[work.planner].think({
    work: budget.kind === "last" ? { ...work, messages: fitted(work.messages, budget.tokens) } : work,
    agent,
    tools: last === null ? offered.filter(({ hidden }) => hidden !== true) : [],
    last,
    run,
    config,
    timeoutMs: Math.min(thinkMsMax, left),
  });
  return { work: accepted(work, result, offered, budget), usage: { ...result.usage, toolCalls: 0 } };
};

/** Back to the person's own words, for the router: whatever was handed out brought nothing. */
const restarted = (work: Work, why: string): Work => {
  const asked = work.messages.findLastIndex(({ role }) => role === "person");
  return {
    ...work,
    planner: "offline",
    messages: work.messages.slice(0, asked + 1),
    notes: [...work.notes, why],
  };
};

/** What was done before a failure: a person must be able to tell where things stand. */
const failure = (work: Work, state: GraphState, reason: string): Work => {
  const deeds = [...new Set(state.works.flatMap((one) => one.deeds))];
  const before =
    deeds.length === 0
      ? "Nothing was done before that."
      : `Before that:\n${deeds.map((deed) => `- ${deed}`).join("\n")}`;
  return failedWork(work, `${reason}\n${before}`);
};

const afterFailure = async (thinker: Thinker, error: unknown): Promise<{ work: Work; usage: Usage }> => {
  const { parts, run, state, work } = thinker;
  if (!(error instanceof ModelFailure)) {
    parts.log.warn({ err: error, turn: run.start.turn, agent: work.agent }, "a work failed while thinking");
    return { work: failure(work, state, "Something inside Steward failed."), usage: nobody };
  }
  parts.log.warn({ code: error.code, turn: run.start.turn, agent: work.agent }, messageOf(error));
  const nothingRan = state.usage.toolCalls === 0;
  if (work.messages.some((message) => message.role === "tool" && message.ok)) {
    // What was found out or done stands in the results: people get it as it is.
    const noted = { ...work, notes: [...work.notes, stopNote(error.message)] };
    return { work: doneWork(noted, knownSoFar(noted, state.works)), usage: nobody };
  }
  if (work.parent !== null || !nothingRan) {
    return { work: failure(work, state, error.message), usage: nobody };
  }
  run.emit({ kind: "planner", name: "offline" });
  const offline = { ...thinker, work: restarted(work, error.message), budget: { kind: "go" as const } };
  try {
    return await thought(offline);
  } catch (second) {
    if (escapes(second, run)) throw second;
    parts.log.warn({ err: second, turn: run.start.turn }, "the offline router failed");
    return { work: failure(work, state, error.message), usage: nobody };
  }
};

const thinkOne = async (thinker: Thinker): Promise<{ work: Work; usage: Usage }> => {
  const { run, state, work, budget } = thinker;
  if (budget.kind === "spent" && work.planner === "model") {
    const noted = { ...work, notes: [...work.notes, stopNote(budget.why)] };
    return { work: doneWork(noted, knownSoFar(noted, state.works)), usage: nobody };
  }
  try {
    return await thought(thinker);
  } catch (error) {
    if (escapes(error, run)) throw error;
    return afterFailure(thinker, error);
  }
};

/** The node `think`: every runnable work asks its planner once, all at the same time, knowing what was added meanwhile. */
export const think =
  (parts: Parts, runOf: (config: RunnableConfig) => Run) =>
  async (held: GraphState, config: RunnableConfig): Promise<GraphUpdate> => {
    const run = runOf(config);
    const state = { ...held, works: await steered(held, run) };
    const runnable = state.works.filter(({ status }) => status === "runnable");
    const thoughts = await Promise.all(
      runnable.map((one, before) => {
        const work = { ...one, messages: repaired(one.messages) };
        const agent = parts.agents.get(work.agent);
        const left = run.left(work.id, agent?.limits.seconds ?? limits.turnSecondsMax);
        const spent = { usage: state.usage, before, together: runnable.length, left };
        const budget: Budget = agent === undefined ? { kind: "go" } : budgetOf(work, agent, spent);
        return thinkOne({ parts, run, state, config, work, budget, left });
      }),
    );
    return {
      // With those that only heard what the person added.
      works: [
        ...state.works.filter((work) => !held.works.includes(work)),
        ...thoughts.map(({ work }) => work),
      ],
      usage: thoughts.map(({ usage }) => usage).reduce(addUsage, nobody),
    };
  };
