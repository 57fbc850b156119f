import { TerminalError } from "../../src/core/errors.ts";
import { line, visible } from "../text.ts";

/** A variable or an input, as people write them: `REGION=eu`. */
export interface Pair {
  key: string;
  value: string;
  /** It stood in quotes: text, whatever it looks like. */
  quoted: boolean;
}

/** More is no list that a person could look through on a card. */
const pairsMax = 20;

/**
 * Reads `REGION=eu, DRY_RUN=true`, or one a line; a value with a comma stands in double quotes. Throws with the form it
 * takes; `noun` names what they are.
 */
export function readPairs(text: string | undefined, noun: "variables" | "inputs"): Pair[] {
  if (text === undefined) return [];
  const parts = visible(text).match(/(?:[^,\n"]|"[^"]*")+/g) ?? [];
  const pairs = parts.map((part) => part.trim()).filter((part) => part !== "");
  const read = pairs.map((part): Pair => {
    const found = /^([A-Za-z_][\w-]*)\s*=\s*(?:"([^"]*)"|([^"]*))$/.exec(part);
    if (!found) throw wrong(`'${line(part, 60)}' is none`, noun);
    const [, key = "", quoted, bare = ""] = found;
    return { key, value: quoted ?? bare.trim(), quoted: quoted !== undefined };
  });
  const twice = read.find(({ key }, index) => read.findIndex((one) => one.key === key) !== index);
  if (twice !== undefined) throw wrong(`${twice.key} is given twice`, noun);
  if (read.length > pairsMax) throw wrong(`there are ${read.length}, at most ${pairsMax} are taken`, noun);
  return read;
}

const wrong = (what: string, noun: string) =>
  new TerminalError(
    "bad_argument",
    `The ${noun} are not clear: ${what}. Expected pairs such as \`REGION=eu, DRY_RUN=true\`; a value with a comma stands in double quotes.`,
  );

/** `REGION=eu, DRY_RUN=true`, for cards. */
export const pairWords = (pairs: readonly Omit<Pair, "quoted">[]): string =>
  pairs.map(({ key, value }) => `${key}=${line(value, 200)}`).join(", ");
