import { limits } from "../core/limits.ts";
import type { Usage } from "../core/turn.ts";
import type { AgentFile } from "./agent-file.ts";
import { roughTokens } from "./model-messages.ts";
import type { Work } from "./works.ts";

/** Less time than this left: the answer is made now, without tools. */
const lastRoundMs = 15_000;
/** Less than this: no model is asked any more. */
const tooLateMs = 1_500;

/** Whether a work may ask a model once more: `go`, `last` (without tools), or `spent` (code answers). */
export type Budget =
  | { kind: "go" }
  /** `tokens`: what the messages of the last request may take. */
  | { kind: "last"; why: string; tokens: number }
  | { kind: "spent"; why: string };

interface Spent {
  /** Of the whole turn so far. */
  usage: Usage;
  /** Works that think before this one in the same round, and all that think in it. */
  before: number;
  together: number;
  /** Milliseconds left. */
  left: number;
}

/** Kept free in the last request for its instructions and its answer; and the least that its messages need. */
const aroundTokens = 1_500;
const messagesTokensMin = 500;

const calls = (n: number) => `the limit of ${n} model calls`;

/** Judges one work's next thought by the turn's limits and its agent's own. The root keeps one call for its answer. */
export const budgetOf = (work: Work, agent: AgentFile, { usage, before, together, left }: Spent): Budget => {
  const callsMax = limits.turnModelCallsMax - (work.parent === null ? 0 : 1);
  const own = agent.limits;
  const turnTokens = limits.turnTokensMax - usage.tokensIn - usage.tokensOut;
  const ownTokens = own.tokens - work.tokens;
  // Works that think in the same round share what the turn has left.
  const room = Math.floor(Math.min(turnTokens / together, ownTokens)) - aroundTokens;
  const tokensMax = ownTokens < turnTokens ? own.tokens : limits.turnTokensMax;
  const spent = (why: string): Budget => ({ kind: "spent", why: `${why} is used up.` });
  const last = (why: string): Budget => ({ kind: "last", why: `${why} is nearly used up.`, tokens: room });

  if (usage.modelCalls + before >= callsMax) return spent(calls(limits.turnModelCallsMax));
  if (work.modelCalls >= own.model_calls) return spent(calls(own.model_calls));
  if (room < messagesTokensMin) return spent(`the limit of ${tokensMax} tokens`);
  if (left < tooLateMs) return spent("the time");

  if (usage.modelCalls + together >= callsMax) return last(calls(limits.turnModelCallsMax));
  if (work.modelCalls + 1 >= own.model_calls) return last(calls(own.model_calls));
  // This request and the next, which is at least as long, must both fit.
  if (2 * roughTokens(work.messages) > room) return last(`the limit of ${tokensMax} tokens`);
  if (usage.toolCalls >= limits.turnToolCallsMax)
    return last(`the limit of ${limits.turnToolCallsMax} tool calls`);
  if (work.toolCalls >= own.tool_calls) return last(`the limit of ${own.tool_calls} tool calls`);
  return left < lastRoundMs ? last("the time") : { kind: "go" };
};
