import type { SlotKind } from "../../core/slots.ts";
import { type Draft, has, type Scalar, type SlotTool } from "./draft.ts";
import { isRelative, whenGreen } from "./guards.ts";
import type { NameRun } from "./names.ts";
import type { Who } from "./people.ts";
import type { Mention, MentionKind } from "./types.ts";

/** What one argument could be: nothing, one value, or several between which nobody may choose. */
type Candidates = Scalar[];

const distinct = (values: Candidates): Candidates => [...new Set(values)];

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

const numbered = ["pipeline", "job", "merge_request", "issue"] as const;

/** A bare number goes to the tool's first numbered argument, and only where nothing numbered is named. */
function takeNumbered(draft: Draft, kind: (typeof numbered)[number]): Candidates {
  const own = takeMentions(draft, kind);
  if (own.length > 0) return own;
  const first = numbered.find((other) => has(draft.tool, other));
  const named = [...draft.mentions].some((mention) => numbered.some((other) => other === mention.kind));
  return first === kind && !named ? takeMentions(draft, "number") : [];
}

function takeRuns(draft: Draft, wanted: (run: NameRun) => boolean): Candidates {
  const taken = [...draft.runs].filter(wanted);
  for (const run of taken) draft.runs.delete(run);
  return distinct(taken.map(({ text }) => text));
}

const slug = /^[\p{L}\p{N}][\w.-]*$/u;

/** "in payments"; and "of payments" where the tool knows no names of other kinds. */
function takePlace(draft: Draft): Candidates {
  const others = has(draft.tool, "deal", "text");
  const before = others
    ? /^(?:in|under|across|inside|within)$/u
    : /^(?:in|on|under|across|inside|within|of|for|at)$/u;
  return takeRuns(draft, (run) => slug.test(run.text) && before.test(run.before));
}

/** Known paths first; then a single word in a place's position. */
function takePath(draft: Draft, kind: "project" | "group"): Candidates {
  const known = takeMentions(draft, kind);
  if (known.length > 0 || (kind === "project" && has(draft.tool, "group"))) return known;
  return takePlace(draft);
}

/** "the Globex deal": a name right before the noun is a deal's, not a person's. */
const isNear = (draft: Draft, run: NameRun): boolean =>
  new RegExp(String.raw`${RegExp.escape(run.text)}\s+(?:deal|opportunit|account)`, "iu").test(draft.text);

/** A catalogue name, else a quoted one, else words in a name's place; "of Henrik" stays open where tools have owners. */
function takeName(draft: Draft): Candidates {
  const known = takeMentions(draft, "deal", "email");
  if (known.length > 0) return known;
  if (draft.quoted.size > 0) {
    const quoted = [...draft.quoted];
    draft.quoted.clear();
    return quoted;
  }
  const people = has(draft.tool, "person_me");
  return takeRuns(draft, (run) => !people || /^(?:with|at|to|over)$/u.test(run.before) || isNear(draft, run));
}

/** Words for a merge request's state, and the names a schema may have for it, GitLab's own first. */
const states: [RegExp, string[]][] = [
  [/\b(?<!not (?:yet )?)merged\b/iu, ["merged"]],
  [/\bclosed\b/iu, ["closed"]],
  [/\bunmerged\b|\bnot (?:yet )?merged\b|\bopen(?:ed)?\b/iu, ["opened", "open"]],
];

function takeState(draft: Draft, arg: string): Candidates {
  const said = states.filter(([pattern]) => pattern.test(draft.text)).map(([, names]) => names);
  return said.map((names) => names.find((name) => accepts(draft.tool, arg, name)) ?? names[0] ?? "");
}

function takePerson(draft: Draft, arg: string): Candidates {
  const role: Who["role"] = /review|approv/iu.test(arg) ? "reviewer" : "other";
  const only = Object.values(draft.tool.slots).filter((kind) => kind === "person_me").length === 1;
  const taken = [...draft.people].filter((who) => only || who.role === role);
  for (const who of taken) draft.people.delete(who);
  const names = new Set(taken.map(({ name }) => name));
  for (const mention of draft.mentions)
    if ((mention.kind === "person" || mention.kind === "email") && names.has(String(mention.value)))
      draft.mentions.delete(mention);
  takeRuns(draft, (run) => names.has(run.text));
  return [...names];
}

/** Money, else a bare number; "by 10k" and "about 10k" are no amounts to set and stay unplaced. */
function takeMoney(draft: Draft): Candidates {
  for (const kind of ["money", "number"] as const) {
    const amounts = [...draft.mentions].filter((mention) => mention.kind === kind);
    if (amounts.some((mention) => isRelative(draft.text, mention))) return [];
    if (amounts.length > 0) return takeMentions(draft, kind);
  }
  return [];
}

/** How each kind of argument is read. */
export const takers: Record<SlotKind, (draft: Draft, arg: string) => Candidates> = {
  project: (draft) => takePath(draft, "project"),
  group: (draft) => takePath(draft, "group"),
  merge_request: (draft) => takeNumbered(draft, "merge_request"),
  pipeline: (draft) => takeNumbered(draft, "pipeline"),
  job: (draft) => takeNumbered(draft, "job"),
  issue: (draft) => takeNumbered(draft, "issue"),
  state: takeState,
  person_me: takePerson,
  // Slack's own ids are picked in a form, never read from a sentence.
  person: () => [],
  channel: () => [],
  deal: takeName,
  stage: (draft) => takeMentions(draft, "stage"),
  money: takeMoney,
  date: (draft) => takeMentions(draft, "date"),
  "flag:when_green": (draft) => (whenGreen(draft.text) ? [true] : []),
  text: takeName,
};

/** People first, since a name in a person's place is no deal; money last, since a number may be much else. */
export const takingOrder: readonly SlotKind[] = [
  "person_me",
  "person",
  "channel",
  "project",
  "group",
  "merge_request",
  "pipeline",
  "job",
  "issue",
  "state",
  "deal",
  "text",
  "stage",
  "date",
  "money",
  "flag:when_green",
];

/** Whether the argument's own schema takes the value. */
const accepts = (tool: SlotTool, arg: string, value: Scalar): boolean => {
  const field: unknown = tool.input.shape[arg];
  return isSchema(field) ? field.safeParse(value).success : true;
};

interface Schema {
  safeParse(value: unknown): { success: boolean };
}
const isSchema = (field: unknown): field is Schema =>
  typeof field === "object" && field !== null && "safeParse" in field;

/** The form of a value that the argument's schema takes: 482, "482" or "!482"; as read where it takes none. */
export const fitting = (tool: SlotTool, arg: string, value: Scalar): Scalar =>
  [value, String(value), `!${String(value)}`].find((form) => accepts(tool, arg, form)) ?? value;
