import type { JsonObject } from "../core/json.ts";
import { type Choice, choiceCharsMax, choicesMax, type Question } from "../core/question.ts";
import { isWrite, type Offer, type Tool } from "../core/tool.ts";
import type { TurnRequest } from "../core/turn.ts";
import { mayUse, supervisorName, type AgentFile } from "./agent-file.ts";
import { clean, oneLine } from "./clean.ts";
import { resultsInWords } from "./direct-planner.ts";
import { fewValues, lackOf } from "./missing.ts";
import { outcomeForPeople } from "./outcome-words.ts";
import { freeThought, type Planner, type ThinkRequest, type Thought } from "./planner.ts";
import { routeOffline, type Offline } from "./router/decide.ts";
import { asks } from "./router/guards.ts";
import { fillPending } from "./router/pending.ts";
import { extractSlots, isComplete } from "./router/slots.ts";
import type { Catalogue, Router } from "./router/types.ts";
import type { Work } from "./works.ts";

/** What the offline planner reads besides the request. */
export interface OfflineParts {
  agents: readonly AgentFile[];
  /** Trained when it is first needed. */
  router: () => Promise<Router>;
  /** Names the systems know now; without it names are found by their place in the sentence. */
  catalogue?: () => Catalogue;
  clock: () => Date;
}

/** The line below every answer that no model made. */
export const withoutModel = "Answered without a language model.";

const reasons: Record<Extract<Offline, { kind: "choose" }>["because"], string> = {
  unsure: "I am not sure what is meant.",
  two_requests: "These look like two requests; I can take one at a time.",
  points_back: "I cannot tell what “it” or “that” stands for; name it, please.",
  negated: "I read a “not” in that, so I change nothing.",
  question: "That reads like a question about a change; I change nothing on a question.",
};

/** An example sentence of a tool with its placeholders made readable: `show open merge requests in ‹project›`. */
const howToAsk = (tool: Tool): string =>
  (tool.examples[0] ?? tool.title).replaceAll(
    /\{(\w+)\}/g,
    (_, slot: string) => `‹${slot.replaceAll("_", " ")}›`,
  );

const listed = (tools: readonly Tool[]): string =>
  tools.map((tool) => `- ${tool.title}: “${howToAsk(tool)}”`).join("\n");

const ownerOf = (agents: readonly AgentFile[], tool: string): string =>
  agents.find((agent) => agent.name !== supervisorName && mayUse(agent, tool))?.name ?? supervisorName;

/**
 * A tool that may be meant, as a button under the answer: a read that the sentence gives everything for at once; all
 * else as a form with what was understood, so that nothing is done that was not seen.
 */
const offerOf = (tool: Tool, text: string, parts: OfflineParts, timezone: string): Offer => {
  const clock = { now: parts.clock(), timezone };
  const found = extractSlots(text, tool, parts.catalogue?.() ?? {}, clock);
  const offer = { tool: tool.name, args: found.args };
  return isComplete(found) && !isWrite(tool)
    ? { ...offer, label: oneLine(tool.title, 75) }
    : { ...offer, label: `${oneLine(tool.title, 74)}…`, form: true };
};

type Understood = Pick<Extract<Offline, { kind: "form" }>, "args" | "missing" | "unplaced" | "candidates">;

const missingWords = (tool: Tool, offline: Understood): string => {
  const understood = Object.entries(offline.args).map(
    ([name, value]) => `${name} = ${JSON.stringify(value)}`,
  );
  const lines = [
    `I understood: ${tool.title}${understood.length === 0 ? "" : ` with ${understood.join(", ")}`}.`,
    ...(offline.missing.length === 0 ? [] : [`Missing: ${offline.missing.join(", ")}.`]),
    ...(offline.unplaced.length === 0
      ? []
      : [`I could not place: ${offline.unplaced.map((words) => `“${oneLine(words, 80)}”`).join(", ")}.`]),
    `For example: “${howToAsk(tool)}”, or /steward do ${tool.name}.`,
  ];
  return lines.join("\n");
};

/** Each value that one missing argument could have, where nothing else is open. */
const choicesFor = (tool: Tool, { missing, unplaced, candidates }: Understood): Choice[] => {
  const [only] = missing;
  if (only === undefined || missing.length > 1 || unplaced.length > 0) return [];
  const several = (candidates[only] ?? []).slice(0, choicesMax);
  return several.length > 0
    ? several.map((value) => ({ label: oneLine(String(value), choiceCharsMax), value }))
    : fewValues(tool, only);
};

/** What was understood, what is missing, and the question that fills it in. */
const askFor = (
  tool: Tool,
  understood: Understood,
): { text: string; offers: Offer[]; question: Question } => {
  const text = missingWords(tool, understood);
  const { args, missing } = understood;
  const question = { text, choices: choicesFor(tool, understood), call: { tool: tool.name, args, missing } };
  return { text, offers: [], question };
};

/** What there is to say when the sentence asks for no complete call. */
const answerTo = (
  offline: Exclude<Offline, { kind: "call" }>,
  text: string,
  tools: readonly Tool[],
  parts: OfflineParts,
  timezone: string,
): { text: string; offers: Offer[]; question?: Question } => {
  const named = (name: string) => tools.find((tool) => tool.name === name);
  if (offline.kind === "form") {
    const tool = named(offline.tool);
    if (tool !== undefined) return askFor(tool, offline);
  }
  if (offline.kind === "choose") {
    const near = offline.tools.flatMap((name) => named(name) ?? []);
    const offers = near.map((tool) => offerOf(tool, text, parts, timezone));
    if (near.length > 0) {
      return { text: `${reasons[offline.because]} Near to it I can:\n${listed(near)}`, offers };
    }
  }
  const known =
    tools.length === 0
      ? "There is no tool here that you may use: no system is connected, or the rules give you none."
      : `I can be asked, for example:\n${listed(tools.slice(0, 5))}`;
  return { text: `I found nothing I can do in that without a language model. ${known}`, offers: [] };
};

/**
 * The words as the answer to the question that is open, unless they are plainly a request of their own: then the
 * question is left behind.
 */
const pendingFirst = (
  text: string,
  request: TurnRequest,
  context: Parameters<typeof routeOffline>[1],
): Offline | undefined => {
  const question = request.kind === "ask" ? request.answering : undefined;
  const tool = context.router.tools.find(({ name }) => name === question?.call?.tool);
  if (question === undefined || tool === undefined) return undefined;
  const anew = routeOffline(text, context);
  if ((anew.kind === "call" || anew.kind === "form") && asks(text)) return anew;
  const filled = fillPending(question, text, tool, context);
  if (filled === undefined) return undefined;
  const { args } = filled;
  if (filled.complete) return { kind: "call", tool: tool.name, args, probability: 1 };
  const missing = lackOf(tool, args)?.missing ?? Object.keys(tool.slots).filter((name) => !(name in args));
  return { kind: "form", tool: tool.name, args, missing, unplaced: [], candidates: {}, probability: 1 };
};

/** Nothing of the request itself is lost when a model fails: the offline router reads the person's own words. */
const routeOf = (work: Work, agent: string, candidates: Work["route"]["candidates"]): Work["route"] => ({
  agent,
  why: work.route.agent === agent ? work.route.why : "the offline router found its tool",
  candidates,
});

/** Thinks without a model: the router's call first, then the results as they are. Says so below every answer. */
export const offlinePlanner = (parts: OfflineParts): Planner => ({
  async think({ work, run }: ThinkRequest): Promise<Thought> {
    const thought = { by: "offline", usage: freeThought };
    const said = (text: string) => `${text}\n\n${withoutModel}`;
    if (work.messages.some(({ role }) => role === "tool")) {
      return { ...thought, text: said(resultsInWords(work)), calls: [] };
    }
    if (run.outcome !== undefined) {
      return { ...thought, text: said(outcomeForPeople(run.outcome).text), calls: [] };
    }
    const { request, principal } = run.start;
    const text = clean(request.text, request.text.length);
    const catalogue = parts.catalogue?.();
    const router = await parts.router();
    const context = {
      ...{ router, now: parts.clock(), timezone: principal.timezone },
      ...(catalogue !== undefined && { catalogue }),
    };
    const offline = pendingFirst(text, request, context) ?? routeOffline(text, context);
    const ranked = router.route(text, catalogue).ranked.slice(0, 3);
    const candidates = ranked.map(({ tool, probability }) => ({ name: tool, score: probability }));
    if (offline.kind === "call") {
      const route = routeOf(work, ownerOf(parts.agents, offline.tool), candidates);
      const args: JsonObject = offline.args;
      const call = { id: "call", tool: offline.tool, args: JSON.stringify(args) };
      return { ...thought, text: "", calls: [call], route };
    }
    const answer = answerTo(offline, text, await run.visible(), parts, principal.timezone);
    const route = routeOf(work, work.agent, candidates);
    return {
      ...thought,
      ...{ text: said(answer.text), calls: [], offers: answer.offers, route },
      ...(answer.question !== undefined && { question: answer.question }),
    };
  },
});
