import type { Exchange, Recollection } from "../agent/types.ts";
import { limits } from "../core/limits.ts";

/** Exchanges that memory keeps word for word; older ones live in the summary. Constant size comes from these caps. */
export const recentMax = limits.recentExchangesMax;

/** Characters of an ask or an answer that memory keeps. */
export const exchangeCharsMax = 2_000;

/** Characters of the running summary. */
export const { summaryCharsMax } = limits;

/** How long a conversation is remembered after its last exchange; then it is rebuilt from Postgres when needed. */
export const memorySeconds = 30 * 24 * 60 * 60;

/** A text cut to its cap, with a mark that says so. */
export const clipped = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1)}…`;

/** An exchange within its caps. */
export const boundedExchange = (exchange: Exchange): Exchange => ({
  ...exchange,
  ask: clipped(exchange.ask, exchangeCharsMax),
  answer: clipped(exchange.answer, exchangeCharsMax),
});

/** A recollection within its caps: the newest exchanges, oldest first. */
export const bounded = (recollection: Recollection): Recollection => ({
  summary: clipped(recollection.summary, summaryCharsMax),
  recent: recollection.recent.slice(-recentMax).map(boundedExchange),
});
