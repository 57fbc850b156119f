import type { RunnableConfig } from "@langchain/core/runnables";
import type { Action } from "../core/action.ts";
import { messageOf, StewardError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { limits } from "../core/limits.ts";
import type { Question } from "../core/question.ts";
import { isWrite, type Tool, type ToolOutput } from "../core/tool.ts";
import { noUsage } from "../core/turn.ts";
import type { Refused } from "../gate/types.ts";
import { refusal } from "./calls.ts";
import { clean, oneLine } from "./clean.ts";
import { delegated, settled } from "./delegate.ts";
import { escapes } from "./escape.ts";
import { findTools, keptOf } from "./find-tools.ts";
import { isOver, outcomeForModel, outcomeForPeople } from "./outcome-words.ts";
import type { Parts } from "./parts.ts";
import type { Run } from "./run.ts";
import type { GraphState, GraphUpdate } from "./state.ts";
import type { Source } from "./types.ts";
import { askForMissing, askWhich, lackOf } from "./missing.ts";
import { askedWork, mergeWorks, openActions, type CallResult, type OpenCall, type Work } from "./works.ts";

/** What a call brought to its work. `title` names it among the answer's sources. */
interface Looked {
  call: OpenCall;
  output?: ToolOutput;
  title?: string;
  deed?: string;
  /** The call lacks arguments that only a person can give. */
  question?: Question;
  /** It looked for tools, and found these. */
  found?: string[];
}

/** Links that one call's sources keep. */
const linksMax = 8;
const offersMax = 10;

const stepText = (tool: Tool, args: JsonObject): string => {
  try {
    return oneLine(tool.step(args), 150);
  } catch {
    // The arguments are the model's and not parsed yet: the gate will say what is wrong with them.
    return tool.title;
  }
};

const resultOf = (output: ToolOutput): CallResult => ({
  text: clean(output.text, limits.toolTextCharsMax),
  ok: true,
  untrusted: output.untrusted.map((name) => oneLine(name, 200)),
  source: null,
});

/** A call's name in the run: models may use the same id again in a later message. */
const nameOf = (work: Work, call: OpenCall): string => `${work.id}.${work.modelCalls}.${call.id}`;

/**
 * What a person must be asked before a call can be made. A model mends a read by itself; what a change is about is never
 * guessed. Beside other calls it is the model that asks, once they are answered.
 */
const missingIn = (work: Work, tool: Tool, args: JsonObject): Question | undefined => {
  const asks = work.calls.length === 1 && (isWrite(tool) || work.planner === "direct");
  const lack = asks ? lackOf(tool, args) : undefined;
  return lack && askForMissing(tool, args, lack);
};

/** Why a call that waited for an account was not made after all. */
const notConnected = (tool: Tool, system: string): string =>
  `Not done: ${tool.title.toLowerCase()}. It is done in your own name, and no account of yours was connected in ${system} in time. Ask again, and connect it with /steward connect ${system}.`;

/** A refused call: its reason, and where a name fits several things, the question which one is meant. */
const notMade = (work: Work, call: OpenCall, tool: Tool, args: JsonObject, refused: Refused): Looked => {
  // The person can help it: the call waits for them, as it would for an approval.
  if (refused.needs !== undefined) return { call: { ...call, needs: refused.needs } };
  const text = clean(refused.text, limits.toolTextCharsMax);
  const asks = work.calls.length === 1 && (isWrite(tool) || work.planner !== "model");
  const question = asks ? askWhich(tool, args, text, refused.ambiguity) : undefined;
  return { call: { ...call, result: refusal(text) }, ...(question !== undefined && { question }) };
};

/** Reads or proposes through the gate; the answer to a refused call is its reason. */
const throughGate = async (
  parts: Parts,
  run: Run,
  work: Work,
  call: OpenCall,
  tool: Tool,
): Promise<Looked> => {
  const args = JSON.parse(call.args) as JsonObject;
  const question = missingIn(work, tool, args);
  if (question !== undefined) return { call: { ...call, result: refusal(question.text) }, question };
  const gateCall = { id: nameOf(work, call), tool: call.tool, args };
  if (isWrite(tool)) {
    const { request } = run.start;
    const confirmed = work.planner === "direct" && request.kind === "call" && request.confirmed;
    const proposal = await parts.gate.propose(gateCall, run.context, { confirmed });
    return proposal.kind === "planned"
      ? { call: { ...call, action: proposal.action } }
      : notMade(work, call, tool, args, proposal);
  }
  const read = await parts.gate.read(gateCall, run.context);
  if (read.kind === "refused") return notMade(work, call, tool, args, read);
  return {
    call: { ...call, result: resultOf(read.output) },
    output: read.output,
    title: stepText(tool, args),
    deed: `Read: ${tool.title}`,
  };
};

const started = async (parts: Parts, run: Run, work: Work, call: OpenCall, tool: Tool): Promise<Looked> => {
  const id = nameOf(work, call);
  const text = stepText(tool, JSON.parse(call.args) as JsonObject);
  run.emit({ kind: "step", id, text, state: "running" });
  try {
    const looked = await throughGate(parts, run, work, call, tool);
    const failed = looked.call.result?.ok === false;
    run.emit({ kind: "step", id, text, state: failed ? "failed" : "done" });
    return looked;
  } catch (error) {
    run.emit({ kind: "step", id, text, state: "failed" });
    // A proposal that broke off may stand in the ledger: the whole run is done again, which replaces it (R1).
    if (escapes(error, run) || isWrite(tool)) throw error;
    parts.log.warn({ err: error, turn: run.start.turn, tool: tool.name }, "a read failed");
    const why = error instanceof StewardError ? messageOf(error) : "Something inside Steward failed.";
    return { call: { ...call, result: refusal(`The call failed: ${why}`) } };
  }
};

/** A call that waits for an account: made once it is there, answered once its time is over, else still waiting. */
const connected = async (
  parts: Parts,
  run: Run,
  work: Work,
  call: OpenCall & { needs: string },
  tool: Tool,
): Promise<Looked> => {
  const state = run.start.connections?.get(call.needs);
  if (state === "connected") return started(parts, run, work, { ...call, needs: null }, tool);
  if (state === "expired")
    return { call: { ...call, needs: null, result: refusal(notConnected(tool, call.needs)) } };
  return { call };
};

/** The outcome of an action as the ledger has it; the call stays open while the action is. */
const fromLedger = (work: Work, call: OpenCall, ledger: readonly Action[]): Looked => {
  const action = ledger.find(({ id, card }) => id === call.action || card === call.action);
  if (action === undefined || !isOver(action)) return { call };
  const result = work.planner === "model" ? outcomeForModel(action) : outcomeForPeople(action);
  const output = action.outcome?.output;
  const [deed = ""] = outcomeForPeople(action).text.split("\n", 1);
  return {
    call: { ...call, result },
    title: oneLine(action.preview.sentence, 150),
    deed: oneLine(deed, 300),
    ...(output !== undefined && { output }),
  };
};

const unique = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** The looked-at calls of one work; those that brought something are numbered from `next` on, for citing. */
const numbered = (looked: readonly Looked[], next: number): { looked: Looked[]; sources: Source[] } => {
  const sources: Source[] = [];
  const cited = looked.map((one): Looked => {
    const { call, output, title } = one;
    if (output === undefined || call.result === null) return one;
    const source = next + sources.length;
    const links = unique(output.sources, ({ url }) => url).slice(0, linksMax);
    sources.push({
      call: source,
      title: title ?? call.tool,
      links: links.map(({ label, url }) => ({ label, url })),
    });
    return { ...one, call: { ...call, result: { ...call.result, source } } };
  });
  return { looked: cited, sources };
};

/** A work with what its calls brought: results by call, sources and offers for the answer, deeds for a failure. */
const withLooked = (work: Work, looked: readonly Looked[], sources: Source[], calls: number): Work => {
  const question = looked.find((one) => one.question !== undefined)?.question;
  if (question !== undefined) return askedWork(work, question.text, question);
  const outputs = looked.flatMap(({ output }) => output ?? []);
  const offers = outputs.flatMap((output) => (output.offers ?? []).map((offer) => JSON.stringify(offer)));
  return {
    ...work,
    calls: looked.map(({ call }) => call),
    toolCalls: work.toolCalls + calls,
    found: keptOf(
      work,
      looked.flatMap(({ found }) => found ?? []),
    ),
    sources: [...work.sources, ...sources],
    offers: unique([...work.offers, ...offers], String).slice(0, offersMax),
    deeds: [...work.deeds, ...looked.flatMap(({ deed }) => deed ?? [])],
  };
};

const isFresh = (call: OpenCall): boolean =>
  call.result === null && call.action === null && call.child === null && call.needs === null;

/** Fresh tool calls that the turn's and the agents' budgets still allow, in order; by name. */
const allowedCalls = (parts: Parts, state: GraphState): Set<string> => {
  const allowed = new Set<string>();
  for (const work of state.works.filter(({ status }) => status === "waiting")) {
    const own = parts.agents.get(work.agent)?.limits.tool_calls ?? limits.turnToolCallsMax;
    let left = own - work.toolCalls;
    for (const call of work.calls.filter((one) => isFresh(one) && parts.tools.has(one.tool))) {
      if (state.usage.toolCalls + allowed.size >= limits.turnToolCallsMax || left <= 0) continue;
      left--;
      allowed.add(nameOf(work, call));
    }
  }
  return allowed;
};

const overBudget = refusal(
  `Not run: this request's budget of tool calls (${limits.turnToolCallsMax}) is used up. Answer with what is known, and say what is missing.`,
);

/** The node `look`: starts fresh calls, reads outcomes of waiting ones, hands out tasks, answers what is complete. */
export const look =
  (parts: Parts, runOf: (config: RunnableConfig) => Run) =>
  async (state: GraphState, config: RunnableConfig): Promise<GraphUpdate> => {
    const run = runOf(config);
    const actions = run.resumed ? openActions(state.works) : [];
    const ledger = actions.length === 0 ? [] : await parts.gate.outcomes(actions);
    const allowed = allowedCalls(parts, state);

    const lookAt = async (work: Work): Promise<{ work: Work; looked: Looked[]; ran: number }> => {
      const looked = await Promise.all(
        work.calls.map(async (call): Promise<Looked> => {
          if (call.result !== null || call.child !== null) return { call };
          if (call.action !== null) return fromLedger(work, call, ledger);
          if (call.tool === findTools) {
            const { result, names } = parts.finding(work, call, await run.visible());
            return { call: { ...call, result }, found: names };
          }
          const tool = parts.tools.get(call.tool);
          if (tool === undefined) return { call };
          if (call.needs !== null) return connected(parts, run, work, { ...call, needs: call.needs }, tool);
          return allowed.has(nameOf(work, call))
            ? started(parts, run, work, call, tool)
            : { call: { ...call, result: overBudget } };
        }),
      );
      const ran = work.calls.filter((call) => allowed.has(nameOf(work, call))).length;
      return { work, looked, ran };
    };

    const waiting = state.works.filter(({ status }) => status === "waiting");
    let next = 1 + state.works.reduce((sum, { sources }) => sum + sources.length, 0);
    // Numbered in the order of works and calls, never of their replies: the same turn gives the same numbers.
    const changed = (await Promise.all(waiting.map(lookAt))).map(({ work, looked, ran }) => {
      const { looked: cited, sources } = numbered(looked, next);
      next += sources.length;
      return withLooked(work, cited, sources, ran);
    });
    const works = settled(delegated(mergeWorks(state.works, changed), parts, run), run);
    return { works, usage: { ...noUsage(), toolCalls: allowed.size } };
  };
