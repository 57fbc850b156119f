import { limits } from "../core/limits.ts";
import { oneLine } from "./clean.ts";
import type { Exchange, Recollection } from "./types.ts";

const askCharsMax = 160;
const answerCharsMax = 320;

const lineOf = ({ at, by, ask, answer }: Exchange): string =>
  `- ${at.slice(0, 10)} ${oneLine(by, 40)}: ${oneLine(ask, askCharsMax)} -> ${oneLine(answer, answerCharsMax)}`;

/**
 * The running summary after one more exchange, by code: a line for each exchange that leaves the ones kept word for
 * word, oldest lines dropped at the cap. The same input gives the same text, so memory is rebuilt exactly.
 */
export const summarise = (previous: Recollection, exchange: Exchange): string => {
  const leaving = [...previous.recent, exchange].slice(0, -limits.recentExchangesMax);
  const lines = [...previous.summary.split("\n").filter((line) => line !== ""), ...leaving.map(lineOf)];
  while (lines.join("\n").length > limits.summaryCharsMax) lines.shift();
  return lines.join("\n");
};
