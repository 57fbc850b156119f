import type { JsonObject } from "../../core/json.ts";
import type { SlotKind } from "../../core/slots.ts";
import { conditionsIn, restrictionsIn, whenGreen, withoutGreen } from "./guards.ts";
import { readMentions } from "./mentions.ts";
import { nameRuns, type NameRun, quotedNames } from "./names.ts";
import { peopleIn, type Who } from "./people.ts";
import type { Catalogue, Clock, Mention, MentionKind, RouterTool } from "./types.ts";

/** Arguments read from a sentence. Complete, and safe to use, only where both lists are empty. */
export interface Extracted {
  args: JsonObject;
  /** Arguments the schema asks for, or that the sentence gives twice, by name. */
  missing: string[];
  /** Words that no argument holds though they change what is asked for. */
  unplaced: string[];
}

/** A sentence while its pieces are handed to arguments; what nobody took is left in the two sets. */
interface Draft {
  text: string;
  mentions: Set<Mention>;
  runs: Set<NameRun>;
  people: Who[];
  tool: Pick<RouterTool, "slots" | "input" | "effect">;
}

/** Candidates for one argument: none, one, or several between which nobody may choose. */
type Candidates = Scalar[];
type Scalar = string | number | boolean;

const distinct = (values: Candidates): Candidates => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

/** "from 40k to 48k": only what follows "to" is wanted. */
function dropFrom(draft: Draft, mentions: Mention[]): Mention[] {
  return mentions.filter((mention) => {
    const next = mentions.find((other) => other.start > mention.start);
    if (next === undefined || !/\bfrom\s+$/iu.test(draft.text.slice(0, mention.start))) return true;
    return !/^\s*to\s+$/iu.test(draft.text.slice(mention.end, next.start));
  });
}

function takeMentions(draft: Draft, ...kinds: MentionKind[]): Candidates {
  const taken = [...draft.mentions].filter(({ kind }) => kinds.includes(kind));
  for (const mention of taken) draft.mentions.delete(mention);
  return distinct(dropFrom(draft, taken).flatMap(({ among, value }): Candidates => among ?? [value]));
}

/** A bare number goes to the first numbered argument that has nothing better. */
const takeNumbered = (draft: Draft, kind: "merge_request" | "pipeline" | "job"): Candidates => {
  const own = takeMentions(draft, kind);
  if (own.length > 0) return own;
  const kinds = Object.values(draft.tool.slots);
  const first = (["pipeline", "job", "merge_request"] as const).find((numbered) => kinds.includes(numbered));
  const others = [...draft.mentions].some(({ kind: other }) =>
    ["pipeline", "job", "merge_request"].includes(other),
  );
  return first === kind && !others ? takeMentions(draft, "number") : [];
};

function takeRuns(draft: Draft, wanted: (run: NameRun) => boolean): Candidates {
  const taken = [...draft.runs].filter(wanted);
  for (const run of taken) draft.runs.delete(run);
  return distinct(taken.map(({ text }) => text));
}

const places = new Set(["in", "on", "under", "across", "inside", "within"]);
const has = (draft: Draft, ...kinds: SlotKind[]): boolean =>
  Object.values(draft.tool.slots).some((kind) => kinds.includes(kind));

/** "in payments", and "of payments" where the tool knows no names of other kinds. */
const isPlace = (draft: Draft, run: NameRun): boolean =>
  places.has(run.before) || (/^(?:of|for|at)$/u.test(run.before) && !has(draft, "deal", "text"));

const slug = /^[\p{L}\p{N}][\w.-]*$/u;
const takePlace = (draft: Draft): Candidates =>
  takeRuns(draft, (run) => slug.test(run.text) && isPlace(draft, run));

/** A catalogue name, a quoted one, or a run of words in a name's place; "of Henrik" is left to people where the tool has owners. */
function takeName(draft: Draft): Candidates {
  const known = takeMentions(draft, "deal", "email");
  const quoted = quotedNames(draft.text);
  const people = has(draft, "person_me");
  const runs = takeRuns(
    draft,
    (run) => !people || /^(?:with|at|to|over)$/u.test(run.before) || isNear(draft, run),
  );
  if (known.length > 0) return known;
  return quoted.length > 0 ? distinct(quoted) : runs;
}

/** "the Globex deal": a name right before the noun is no person's. */
const isNear = (draft: Draft, run: NameRun): boolean =>
  new RegExp(String.raw`${RegExp.escape(run.text)}\s+(?:deal|opportunit|account)`, "iu").test(draft.text);

const states: [RegExp, string[]][] = [
  [/\bmerged\b/iu, ["merged"]],
  [/\bclosed\b/iu, ["closed"]],
  [/\b(?:un|not (?:yet )?)merged\b|\bopen(?:ed)?\b/iu, ["opened", "open"]],
];

/** GitLab's own word where the schema takes it, else the plain one. */
function takeState(draft: Draft, arg: string): Candidates {
  const said = states.filter(([pattern]) => pattern.test(draft.text)).map(([, names]) => names);
  return said.map((names) => names.find((name) => accepts(draft.tool, arg, name)) ?? names[0] ?? "");
}

function takePerson(draft: Draft, arg: string): Candidates {
  const roles = Object.entries(draft.tool.slots).filter(([, kind]) => kind === "person_me");
  const role: Who["role"] = /review|approv/iu.test(arg) ? "reviewer" : "other";
  const only = roles.length === 1;
  const mine = draft.people.filter((who) => only || who.role === role);
  draft.people = draft.people.filter((who) => !mine.includes(who));
  for (const mention of [...draft.mentions])
    if (mention.kind === "person" && mine.some(({ name }) => name === mention.value))
      draft.mentions.delete(mention);
  for (const run of [...draft.runs]) if (mine.some(({ name }) => name === run.text)) draft.runs.delete(run);
  return distinct(mine.map(({ name }) => name));
}

function takeMoney(draft: Draft): Candidates {
  const money = takeMentions(draft, "money");
  return money.length > 0 ? money : takeMentions(draft, "number");
}

const takers: Record<SlotKind, (draft: Draft, arg: string) => Candidates> = {
  project: (draft) => {
    const known = takeMentions(draft, "project");
    return known.length > 0 || has(draft, "group") ? known : takePlace(draft);
  },
  group: (draft) => {
    const known = takeMentions(draft, "group");
    return known.length > 0 ? known : takePlace(draft);
  },
  merge_request: (draft) => takeNumbered(draft, "merge_request"),
  pipeline: (draft) => takeNumbered(draft, "pipeline"),
  job: (draft) => takeNumbered(draft, "job"),
  state: takeState,
  person_me: takePerson,
  deal: takeName,
  stage: (draft) => takeMentions(draft, "stage"),
  money: takeMoney,
  date: (draft) => takeMentions(draft, "date"),
  "flag:when_green": (draft) => (whenGreen(draft.text) ? [true] : []),
  text: (draft) => (has(draft, "deal") ? distinct(quotedNames(draft.text)) : takeName(draft)),
};

/** People first, since names in a person's place are no deals; numbers last, since other readings are surer. */
const order: SlotKind[] = [
  "person_me",
  "project",
  "group",
  "merge_request",
  "pipeline",
  "job",
  "state",
  "deal",
  "text",
  "stage",
  "date",
  "money",
  "flag:when_green",
];

const accepts = (tool: Draft["tool"], arg: string, value: Scalar): boolean => {
  const field: unknown = tool.input.shape[arg];
  if (typeof field !== "object" || field === null || !("safeParse" in field)) return true;
  return tool.input.shape[arg]?.safeParse(value).success ?? true;
};

/** The form of a value that the argument's schema takes: 482 or "482"; as read where it takes none. */
const fitting = (tool: Draft["tool"], arg: string, value: Scalar): Scalar =>
  [value, String(value), `!${String(value)}`].find((form) => accepts(tool, arg, form)) ?? value;

function missingOf(draft: Draft, args: JsonObject): string[] {
  const parsed = draft.tool.input.safeParse(args);
  if (parsed.success) return [];
  const named = parsed.error.issues.flatMap(({ path }) => (path[0] === undefined ? [] : [String(path[0])]));
  return named.length > 0 ? named : Object.keys(draft.tool.slots).filter((arg) => !(arg in args));
}

/** What is left that changes the request. A read of one named thing shows all of it: nothing narrows it. */
function unplacedOf(draft: Draft, single: boolean): string[] {
  const solid: MentionKind[] = ["project", "group", "merge_request", "pipeline", "job", "deal", "email"];
  const left = [...draft.mentions]
    .filter(({ kind }) => !single || solid.includes(kind))
    .map(({ text }) => text);
  if (draft.tool.effect !== "read")
    return [
      ...left,
      ...[...draft.runs].filter(({ capital }) => capital).map(({ text }) => text),
      ...conditionsOf(draft),
    ];
  if (single) return left;
  const people = draft.people.filter(({ name }) => name !== "me").map(({ name }) => name);
  const runs = [...draft.runs].filter((run) => run.capital || run.before !== "").map(({ text }) => text);
  return [...left, ...people, ...runs, ...restrictionsIn(draft.text)];
}

const conditionsOf = (draft: Draft): string[] =>
  conditionsIn(has(draft, "flag:when_green") ? withoutGreen(draft.text) : draft.text);

/** Whether the schema cannot do without an argument: then the call is about one named thing. */
const isSingle = (tool: Draft["tool"]): boolean => !tool.input.safeParse({}).success;

/**
 * Reads a tool's arguments from a sentence by patterns, catalogue and dates. It chooses nothing: what is said
 * twice or fits two entries is missing, and what no argument holds is unplaced.
 */
export function extractSlots(
  text: string,
  tool: Pick<RouterTool, "slots" | "input" | "effect">,
  catalogue: Catalogue,
  clock: Clock,
): Extracted {
  const reading = readMentions(text, catalogue, clock);
  const runs = nameRuns(reading);
  const people = peopleIn(
    reading.text,
    reading.mentions,
    Object.values(tool.slots).includes("person_me") ? runs : [],
  );
  const draft: Draft = {
    text: reading.text,
    mentions: new Set(reading.mentions),
    runs: new Set(runs),
    people,
    tool,
  };
  const args: JsonObject = {};
  const twice: string[] = [];
  const slots = Object.entries(tool.slots).sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b));
  for (const [arg, kind] of slots) {
    const [value, second] = takers[kind](draft, arg);
    if (second !== undefined) twice.push(arg);
    else if (value !== undefined) args[arg] = fitting(tool, arg, value);
  }
  const missing = [...new Set([...twice, ...missingOf(draft, args)])];
  return { args, missing, unplaced: [...new Set(unplacedOf(draft, isSingle(tool)))] };
}

/** Complete: the arguments pass the schema, and nothing said was lost. */
export const isComplete = ({ missing, unplaced }: Extracted): boolean =>
  missing.length === 0 && unplaced.length === 0;
