import { z } from "zod";
import type { SlotKind } from "../../src/core/slots.ts";
import { slotKinds } from "../../src/core/slots.ts";
import { nearestWords } from "../nearest.ts";
import type { FileProblem } from "../problems.ts";
import type { YamlFile } from "../yaml.ts";
import { type Arguments, argumentsOf, inputOf } from "./arguments.ts";
import type { Operation, Reduced } from "./document.ts";
import type { ApiFile, OperationSpec } from "./file.ts";
import { offerProblems } from "./offers.ts";
import { queryProblem } from "./query.ts";
import { parseRisk, type RiskRule } from "./risk.ts";
import { parseTemplate } from "./template.ts";

/** A further request that belongs to a tool: its read, its look-up, what it is followed by. */
export interface Further {
  operation: Operation;
  /** Parameter of that operation -> template or constant. */
  args: Record<string, string | number | boolean>;
}

/** One listed operation, checked and ready to become a tool. */
export interface Compiled {
  spec: OperationSpec;
  operation: Operation;
  arguments: Arguments;
  input: z.ZodObject;
  /** Of writes. */
  risk?: RiskRule;
  slots: Record<string, SlotKind>;
  read?: Further;
  find?: Further;
  follow?: Further;
}

/** What checking one operation needs to say where something is wrong. */
interface Checking {
  file: YamlFile<ApiFile>;
  at: readonly PropertyKey[];
  problems: FileProblem[];
  reduced: Reduced;
}

/** Every operation of the document that a file needs: those it lists, and those they read by. */
export const wantedBy = ({ operations }: ApiFile): string[] => [
  ...new Set(
    operations.flatMap(({ op, read, find, follow }) =>
      [op, read?.op, find?.op, follow?.op].filter((one) => one !== undefined),
    ),
  ),
];

/** Checks a file against its document. Problems are collected, each with its line; what has any is left out. */
export function compileFile(file: YamlFile<ApiFile>, reduced: Reduced, problems: FileProblem[]): Compiled[] {
  return file.value.operations.flatMap((spec, index) => {
    const before = problems.length;
    const compiled = compile(spec, { file, at: ["operations", index], problems, reduced });
    return compiled === undefined || problems.length > before ? [] : [compiled];
  });
}

function compile(spec: OperationSpec, checking: Checking): Compiled | undefined {
  const say = (path: readonly PropertyKey[], message: string): void => {
    const { file, at, problems } = checking;
    problems.push(file.problem([...at, ...path], `${spec.name}: ${message}`));
  };
  const operation = operationAt(spec.op, ["op"], checking.reduced, say);
  if (operation === undefined) return undefined;
  const found = argumentProblems(spec, operation, say);
  const names = found.shown.map(({ name }) => name);
  const write = spec.effect !== "read";
  const known = [
    ...names,
    ...found.pinned.map(({ parameter }) => parameter.name),
    ...Object.keys(spec.read?.fields ?? {}),
    "call",
  ];
  labels(spec, say);
  liveNames(spec, names, say);
  const risk = write ? riskOf(spec, known, say) : undefined;
  templates(spec, known, say);
  for (const name of Object.keys(spec.policy))
    if (!known.includes(name)) say(["policy", name], notNamed(name, known));
  queries(spec, say);
  for (const [path, message] of offerProblems(spec, names, checking.file.value)) say(path, message);
  const own = new Set([...found.shown, ...found.pinned].map(({ parameter }) => parameter.name));
  const further = (key: "read" | "find" | "follow"): Further | undefined => {
    const asked = spec[key];
    if (asked === undefined) return undefined;
    const target = operationAt(asked.op, [key, "op"], checking.reduced, say);
    return target && furtherOf(target, asked.args ?? {}, { own, spec, key, known }, say);
  };
  const input = inputOf(found.shown, spec.full !== undefined);
  if (!canBeTold(input))
    say(["op"], "a model cannot be told its arguments: hide those that are no plain values.");
  const [read, find, follow] = [further("read"), further("find"), further("follow")];
  return {
    ...{ spec, operation, arguments: found, slots: slotsOf(spec, names, say) },
    input,
    ...(risk && { risk }),
    ...(read && { read }),
    ...(find && { find }),
    ...(follow && { follow }),
  };
}

/** Whether the arguments have a JSON Schema: without one the agents would not start. */
const canBeTold = (input: z.ZodObject): boolean => {
  try {
    z.toJSONSchema(input, { io: "input" });
    return true;
  } catch {
    return false;
  }
};

type Say = (path: readonly PropertyKey[], message: string) => void;

const notNamed = (name: string, known: readonly string[]): string =>
  `'${name}' is neither an argument nor a field of 'read'.${nearestWords(name, known) || ` Known: ${known.join(", ")}.`}`;

function operationAt(
  op: string,
  path: readonly string[],
  { operations, known }: Reduced,
  say: Say,
): Operation | undefined {
  const found = operations[op];
  if (found === undefined) {
    say(
      path,
      `the document has no operation '${op}'.${nearestWords(op, known) || ` It has ${known.length}.`}`,
    );
  }
  return found;
}

function argumentProblems(spec: OperationSpec, operation: Operation, say: Say): Arguments {
  const wrong: Parameters<typeof argumentsOf>[2] = [];
  const found = argumentsOf(operation, spec, wrong);
  for (const { key, message } of wrong) say(key.length === 0 ? ["op"] : ["args", ...key], message);
  return found;
}

/** What has no default: a label that is missing is never guessed. */
function labels(spec: OperationSpec, say: Say): void {
  const method = spec.op.split(" ")[0] ?? "";
  if (spec.effect === "read") {
    if (spec.risk !== "R0") say(["risk"], "a read is R0.");
    if (spec.untrusted === undefined) {
      say(
        ["effect"],
        "'untrusted' is missing: does the reply hold text of others? true, false, or whose it is.",
      );
    }
    if (!["GET", "POST"].includes(method)) say(["effect"], `${method} is no read.`);
    return;
  }
  for (const key of ["target", "summary"] as const) {
    if (spec[key] === undefined) say(["effect"], `'${key}' is missing: people see what a write is about.`);
  }
}

/** A name that a model gives may never stand for what is read live. */
function liveNames(spec: OperationSpec, names: readonly string[], say: Say): void {
  for (const name of Object.keys(spec.read?.fields ?? {})) {
    if (names.includes(name))
      say(["read", "fields", name], `'${name}' is an argument too. Call one of them something else.`);
  }
  for (const name of Object.keys(spec.read?.before ?? {})) {
    if (!names.includes(name))
      say(["read", "before", name], `there is no argument '${name}'.${nearestWords(name, names)}`);
  }
}

function riskOf(spec: OperationSpec, known: readonly string[], say: Say): RiskRule | undefined {
  try {
    const risk = parseRisk(spec.risk);
    for (const name of risk.names) if (!known.includes(name)) say(["risk"], notNamed(name, known));
    return risk;
  } catch (error) {
    say(["risk"], (error as Error).message);
    return undefined;
  }
}

function templates(spec: OperationSpec, known: readonly string[], say: Say): void {
  const single = ["target", "summary", "step", "link"] as const;
  const texts: [path: string[], text: string | undefined][] = [
    ...single.map((key): [string[], string | undefined] => [[key], spec[key]]),
    ...spec.in.map((text): [string[], string] => [["in"], text]),
    [["untrusted"], typeof spec.untrusted === "string" ? spec.untrusted : undefined],
  ];
  for (const [path, text] of texts) {
    for (const name of parseTemplate(text ?? "").names)
      if (!known.includes(name)) say(path, notNamed(name, known));
  }
  for (const [path, text] of texts) {
    if (
      (path[0] === "target" || path[0] === "in") &&
      text !== undefined &&
      text !== "?" &&
      !/^[A-Z]\w*\/\S/.test(text)
    ) {
      say(path, `'${text}' is no target; expected a type and an id, such as Payout/{id}.`);
    }
  }
}

function queries(spec: OperationSpec, say: Say): void {
  const { read, find, follow, paging } = spec;
  const texts: [path: string[], text: string | undefined][] = [
    ...(["items", "total", "project", "full"] as const).map((key): [string[], string | undefined] => [
      [key],
      spec[key],
    ]),
    ...Object.entries(read?.fields ?? {}).map(([name, text]): [string[], string] => [
      ["read", "fields", name],
      text,
    ]),
    ...Object.entries(read?.before ?? {}).map(([name, text]): [string[], string] => [
      ["read", "before", name],
      text,
    ]),
    [["read", "version"], read?.version],
    [["find", "when"], find?.when.replaceAll("{call}", "call")],
    ...Object.entries(follow?.fields ?? {}).map(([name, text]): [string[], string] => [
      ["follow", "fields", name],
      text,
    ]),
    [["follow", "done"], follow?.done],
    [["follow", "failed"], follow?.failed],
    [["paging", "next"], paging?.style === "cursor" ? paging.next : undefined],
  ];
  if (find !== undefined && read === undefined && !JSON.stringify(find).includes("{call}")) {
    say(
      ["find"],
      "without 'read', nothing tells this write from another one: look it up by {call} (see 'marker' and 'idempotency_header').",
    );
  }
  for (const [path, text] of texts) {
    const wrong = text === undefined ? undefined : queryProblem(text);
    if (wrong !== undefined) say(path, wrong);
  }
}

interface FurtherOf {
  own: ReadonlySet<string>;
  spec: OperationSpec;
  key: "read" | "find" | "follow";
  known: readonly string[];
}

function furtherOf(
  operation: Operation,
  given: Further["args"],
  { own, spec, key, known }: FurtherOf,
  say: Say,
): Further {
  const before = Object.keys(spec.read?.before ?? {}).map((name) => `before.${name}`);
  for (const [name, value] of Object.entries(given)) {
    if (!operation.parameters.some((parameter) => parameter.name === name)) {
      say([key, "args", name], `${operation.op} has no argument '${name}'.`);
    }
    const named = typeof value === "string" ? parseTemplate(value).names : [];
    const usable =
      key === "read" ? known.filter((one) => spec.read?.fields[one] === undefined) : [...known, ...before];
    for (const one of named) {
      if (!usable.includes(one) && !(key === "follow" && one.startsWith("reply."))) {
        say([key, "args", name], notNamed(one, usable));
      }
    }
  }
  const args: Further["args"] = { ...given };
  for (const { name, required } of operation.parameters) {
    if (!required || Object.hasOwn(args, name)) continue;
    if (own.has(name)) args[name] = `{@${name}}`;
    else say([key, "op"], `${operation.op} needs '${name}': say in 'args' what it is.`);
  }
  return { operation, args };
}

function slotsOf({ slots }: OperationSpec, names: readonly string[], say: Say): Record<string, SlotKind> {
  const found: Record<string, SlotKind> = Object.fromEntries(names.map((name) => [name, "text" as const]));
  for (const [name, kind] of Object.entries(slots)) {
    const known = slotKinds.find((one) => one === kind);
    if (!names.includes(name))
      say(["slots", name], `there is no argument '${name}'.${nearestWords(name, names)}`);
    else if (known === undefined)
      say(
        ["slots", name],
        `'${kind}' is no kind.${nearestWords(kind, slotKinds)} Known: ${slotKinds.join(", ")}.`,
      );
    else found[name] = known;
  }
  return found;
}
