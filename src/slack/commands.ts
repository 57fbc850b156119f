import { distance } from "fastest-levenshtein";
import type { JsonObject } from "../core/json.ts";

/** What a line after `/steward` asks. */
export type Command =
  | { kind: "overview" }
  | { kind: "help"; word: string }
  | { kind: "approvals" }
  | { kind: "stop" }
  | { kind: "here" }
  | { kind: "connect"; word: string }
  | { kind: "disconnect"; word: string }
  | { kind: "do"; tool: string; args: JsonObject; problems: string[] }
  | { kind: "ask"; text: string; here: boolean }
  | { kind: "nearest"; typed: string; nearest: string[] };

/** The commands there are, with what they do, for help and for the nearest one. */
export const commands: Record<string, string> = {
  "<plain words>": "ask or tell me something; I answer in our direct messages, or here with `--here`",
  do: "run one tool without a model: `/steward do <tool> name=value …`; what is missing is asked in a form; the same approvals apply",
  approvals: "what waits for your decision, and what you asked for",
  stop: "what runs in your name, here and elsewhere, with a Stop each",
  connect:
    "your own accounts: `connect gitlab` lets me act there as you, `connect mcp` gives your MCP client a token",
  disconnect: "ends that: `disconnect gitlab`, `disconnect mcp`",
  here: "how I am set here, and where that is written",
  help: "this list, or `help <word>` for one command or tool",
};

const names = Object.keys(commands).filter((name) => !name.startsWith("<"));

const letters = (word: string): string => word.split("").toSorted().join("");

/** Typing slips: one letter, two in a long word, or two letters swapped; `do` is too short to be meant by accident. */
const isSlip = (typed: string, name: string, off: number): boolean =>
  name.length > 2 && (off === 1 || (off === 2 && (name.length >= 6 || letters(typed) === letters(name))));

/** Commands that a word nearly is, the nearest first. */
const near = (typed: string, known: readonly string[]): string[] =>
  known
    .map((name) => ({ name, off: distance(typed.toLowerCase(), name) }))
    .filter(({ name, off }) => isSlip(typed.toLowerCase(), name, off))
    .toSorted((a, b) => a.off - b.off)
    .map(({ name }) => name);

/** Splits `name=value` pairs; values may stand in straight or typographic quotes. */
const pairPattern = /(\w[\w.-]*)=(?:"([^"]*)"|“([^”]*)”|'([^']*)'|(\S*))/gu;

/** Reads the arguments of `do`; the tool's own schema judges them later. `true`, `false` and numbers are typed. */
export const readArguments = (text: string): { args: JsonObject; problems: string[] } => {
  const args: JsonObject = {};
  for (const [, name, ...values] of text.matchAll(pairPattern)) {
    const value = values.find((one) => one !== undefined) ?? "";
    if (name === undefined || Object.hasOwn(args, name)) continue;
    Object.defineProperty(args, name, {
      value: typed(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  const rest = text.replaceAll(pairPattern, " ").trim();
  const problems =
    rest === "" ? [] : [`\`${rest}\` is not of the form name=value; put values with spaces in quotes.`];
  return { args, problems };
};

const typed = (value: string): string | number | boolean => {
  if (value === "true" || value === "false") return value === "true";
  return /^-?\d{1,15}(\.\d{1,4})?$/.test(value) ? Number(value) : value;
};

/** Reads what stands after `/steward`. Never throws; what is no command is plain words, unless it nearly is one. */
export const readCommand = (line: string): Command => {
  const text = line.trim();
  if (text === "") return { kind: "overview" };
  const [first = "", ...others] = text.split(/\s+/);
  const word = first.toLowerCase();
  const rest = text.slice(first.length).trim();
  if (word === "help") return { kind: "help", word: rest };
  const alone = others.length === 0;
  if (alone && (word === "approvals" || word === "stop" || word === "here")) return { kind: word };
  // With more words it is a request: "connect the two issues".
  if ((word === "connect" || word === "disconnect") && others.length <= 1) {
    return { kind: word, word: (others[0] ?? "").toLowerCase() };
  }
  if (word === "disconnect" && others.length === 2 && others[0]?.toLowerCase() === "mcp") {
    return { kind: word, word: others.join(" ").toLowerCase() };
  }
  if (word === "do") {
    const [tool = ""] = others;
    return { kind: "do", tool, ...readArguments(rest.slice(tool.length)) };
  }
  const nearest = near(word, names);
  if (nearest.length > 0 && others.length === 0) return { kind: "nearest", typed: first, nearest };
  const here = /(^|\s)(--|—)here(\s|$)/.test(text);
  return { kind: "ask", text: text.replace(/(^|\s)(--|—)here(?=\s|$)/, " ").trim(), here };
};

/** The nearest of some names, for "did you mean". */
export const nearestName = (typed: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, off: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.off - b.off)
    .find(({ name, off }) => off * 2 <= Math.max(name.length, typed.length))?.name;
