import { z } from "zod";
import type { ModelRequest } from "./request.ts";

/** A text with it in (letters' case does not matter), or an expression; as JSON: "words" or "/expression/i". */
const pattern = z.union([z.string().min(1), z.instanceof(RegExp)]);
type Pattern = z.infer<typeof pattern>;

const hold = z.strictObject({ after: z.int().nonnegative(), until: z.instanceof(Promise) });

const answer = z.strictObject({
  /** `{{user}}`, `{{tool}}` and `{{tool.field.0.name}}` are filled in; see fill.ts. */
  text: z.string().optional(),
  toolCalls: z
    .array(z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()).default({}) }))
    .optional(),
  /** An error reply in OpenAI's shape. */
  error: z
    .strictObject({
      status: z.int().min(400).max(599),
      message: z.string().default("The scripted model was told to fail."),
      code: z.string().nullable().default(null),
      headers: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  /** Milliseconds before the first byte. */
  delayMs: z.number().nonnegative().default(0),
  /** A 200 whose body is this and no completion. */
  garbage: z.string().optional(),
  /** Breaks the connection after so many pieces; a reply that is no stream breaks at once. */
  cutAfter: z.int().nonnegative().optional(),
  /** In process only: of a stream, what comes after so many pieces is kept back until the promise is kept. */
  hold: z.union([hold, z.array(hold)]).optional(),
  /** A completion with neither words nor calls. */
  empty: z.boolean().default(false),
  /** The calls' arguments are broken JSON. */
  badJson: z.boolean().default(false),
});

const when = z.strictObject({
  /** The last message of a user. */
  user: pattern.optional(),
  /** The instructions: which agent is asking. */
  system: pattern.optional(),
  model: pattern.optional(),
  /** Whether a tool has answered since the last user message. */
  hasToolResult: z.boolean().optional(),
  /** A tool whose answer is among the newest ones. */
  lastTool: z.string().optional(),
  /** Within the newest tool answers. */
  toolResult: pattern.optional(),
  /** Tools that are all offered. */
  tools: z.array(z.string()).optional(),
  /** In process only. */
  predicate: z.custom<(request: ModelRequest) => boolean>((value) => typeof value === "function").optional(),
});

type AnswerInput = z.input<typeof answer>;
/** In process an answer may be worked out from the request. */
const answerMaker = z.custom<(request: ModelRequest) => AnswerInput>((value) => typeof value === "function");

const rule = z.strictObject({
  name: z.string().optional(),
  when: when.default({}),
  /** A list is gone through use by use; its last answer stays. */
  say: z.union([answer, z.array(answer).min(1), answerMaker]),
  /** Uses before the rule is spent; left out: never. */
  times: z.int().positive().optional(),
});

export type Rule = z.infer<typeof rule>;
/** A rule as given: the first that fits a request answers it. */
export type RuleInput = z.input<typeof rule>;
export type Answer = z.infer<typeof answer>;

/** A rule in the script, with the requests it answered. */
export interface Armed {
  readonly rule: Rule;
  readonly name: string;
  uses: number;
}

/** Checks rules. Throws a message with every wrong field. */
export function parseRules(input: unknown): Rule[] {
  const parsed = z.array(rule).safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(`not a script: ${z.prettifyError(parsed.error)}`);
}

/** The first rule that fits and is not spent. */
export function chooseRule(rules: readonly Armed[], request: ModelRequest): Armed | undefined {
  return rules.find(({ rule, uses }) => uses < (rule.times ?? Infinity) && fits(rule, request));
}

/** The answer of a rule's n-th use (from 1). */
export function answerOf(rule: Rule, use: number, request: ModelRequest): Answer {
  if (typeof rule.say === "function") return answer.parse(rule.say(request));
  if (!Array.isArray(rule.say)) return rule.say;
  const chosen = rule.say[Math.min(use, rule.say.length) - 1];
  if (!chosen) throw new Error("a rule without an answer");
  return chosen;
}

function fits({ when }: Rule, request: ModelRequest): boolean {
  const hold = (wanted: Pattern | undefined, text: string) => wanted === undefined || matches(wanted, text);
  return (
    hold(when.user, request.user) &&
    hold(when.system, request.system) &&
    hold(when.model, request.model) &&
    (when.hasToolResult === undefined || when.hasToolResult === request.toolResults.length > 0) &&
    (when.lastTool === undefined || request.toolResults.some((result) => result.name === when.lastTool)) &&
    hold(when.toolResult, request.toolResults.map((result) => result.content).join("\n")) &&
    (when.tools ?? []).every((name) => request.tools.includes(name)) &&
    (when.predicate === undefined || when.predicate(request))
  );
}

function matches(wanted: Pattern, text: string): boolean {
  if (wanted instanceof RegExp)
    return new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, "")).test(text);
  const expression = /^\/(.+)\/([imsu]*)$/s.exec(wanted);
  if (expression) return new RegExp(expression[1] ?? "", expression[2]).test(text);
  return text.toLowerCase().includes(wanted.toLowerCase());
}
