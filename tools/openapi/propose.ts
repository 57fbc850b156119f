import { nearest } from "../nearest.ts";
import { type Operation, parseDocument, reduce } from "./document.ts";
import type { Schema } from "./schema.ts";

/** A file of tools/apis, proposed from a document, and what it leaves open. */
export interface Proposed {
  text: string;
  /** Operations that are in it. */
  operations: string[];
  /** Wanted operations that the document does not have, with the nearest that it has. */
  missing: { op: string; nearest: string[] }[];
}

export interface ProposeOptions {
  /** The file's name without its end. */
  system: string;
  /** As it is to stand in the file. */
  document: string;
  /** `GET /payouts/{id}`, or a part of a path. Left out: all, up to a bound. */
  wanted: readonly string[];
}

const operationsMax = 40;

/** Proposes a file for a document. What decides about people's rights is left as `?`, so that it does not load before somebody has said it. */
export function propose(text: string, { system, document, wanted }: ProposeOptions): Proposed {
  const parsed = parseDocument(text);
  const { known } = reduce(parsed, []);
  const chosen = wanted.length === 0 ? known : wanted.flatMap((one) => matching(known, one));
  const ops = [...new Set(chosen)].slice(0, operationsMax);
  const { operations } = reduce(parsed, ops);
  const names = new Set<string>();
  const entries = ops.flatMap((op) => {
    const operation = operations[op];
    return operation === undefined ? [] : [entry(operation, nameOf(system, op, names))];
  });
  return {
    text: [...head(parsed, system, document), ...entries].join("\n"),
    operations: ops,
    missing: wanted
      .filter((one) => matching(known, one).length === 0)
      .map((op) => ({ op, nearest: nearest(op, known) })),
  };
}

const matching = (known: readonly string[], wanted: string): string[] => {
  const exact = known.filter((op) => op.toLowerCase() === wanted.toLowerCase());
  return exact.length > 0 ? exact : known.filter((op) => !/^[A-Z]+ /.test(wanted) && op.includes(wanted));
};

const head = (parsed: Schema, system: string, document: string): string[] => {
  const { info } = parsed;
  const title =
    typeof info === "object" && info !== null && "title" in info && typeof info.title === "string"
      ? info.title
      : system;
  const upper = system.toUpperCase();
  return [
    `title: ${JSON.stringify(title.slice(0, 40))}`,
    'owner: "?" # who answers for it: a team',
    `document: ${document}`,
    `base_url: { env: ${upper}_URL }`,
    `auth: { secret: ${upper}_TOKEN } # sent as "Authorization: Bearer …"; or none`,
    "operations:",
  ];
};

const verbs: Record<string, string> = {
  GET: "get",
  POST: "create",
  PUT: "set",
  PATCH: "update",
  DELETE: "delete",
};

/** `payments_payout_get`, `payments_payout_find`, `payments_payout_retry`: a proposal, to be put into people's words. */
function nameOf(system: string, op: string, taken: Set<string>): string {
  const [method = "GET", path = ""] = op.split(" ");
  const parts = path.split("/").filter((part) => part !== "" && !/^(api|v\d+|rest)$/i.test(part));
  const fixed = parts
    .filter((part) => !part.startsWith("{"))
    .map((part) => part.replaceAll(/\W+/g, "_").toLowerCase());
  const last = parts.at(-1) ?? "";
  const action = method === "POST" && !last.startsWith("{") && parts.at(-2)?.startsWith("{") === true;
  const all = action ? fixed.slice(0, -1) : fixed;
  const others = all.filter((noun) => singular(noun) !== system);
  const nouns = others.length > 0 ? others : all;
  const verb = action
    ? (fixed.at(-1) ?? "")
    : method === "GET" && !last.startsWith("{")
      ? "find"
      : (verbs[method] ?? "get");
  const base = [system, ...(nouns.length === 0 ? ["item"] : nouns.slice(-2)).map(singular), verb]
    .join("_")
    .replaceAll(/_+/g, "_")
    .slice(0, 58);
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
  taken.add(name);
  return name;
}

const singular = (noun: string): string =>
  noun.endsWith("ies")
    ? `${noun.slice(0, -3)}y`
    : noun.endsWith("s") && !noun.endsWith("ss")
      ? noun.slice(0, -1)
      : noun;

function entry({ op, summary, parameters }: Operation, name: string): string {
  const read = op.startsWith("GET ");
  const words = parameters
    .filter((one) => one.in !== "header")
    .map((one) => `${one.name}${one.required ? "" : "?"}`);
  const id = /\/([^/{}]+)\/\{([^}]+)\}/.exec(op.split(" ")[1] ?? "");
  const type = singular(id?.[1] ?? "thing").replaceAll(/(?:^|[_-])(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
  const target = id === null ? undefined : `${type}/{${id[2] ?? "id"}}`;
  return [
    `  - op: ${JSON.stringify(op)} # ${words.join(", ") || "no arguments"}`,
    `    name: ${name}`,
    ...(summary === "" ? [] : [`    description: ${JSON.stringify(summary)}`]),
    ...(read
      ? ["    effect: read", "    risk: R0"]
      : [
          '    effect: "?" # read, write, or egress where it leaves the company',
          '    risk: "?" # R1 reversible, R2 shared or seen by customers, R3 money, access, production',
        ]),
    ...(target === undefined
      ? read
        ? []
        : ['    target: "?" # what it is about: Type/{argument}']
      : [`    target: ${target}`]),
    ...(read
      ? ['    untrusted: "?" # true where the reply holds text of others: notes, mails, logs']
      : ['    summary: "?" # the card\'s sentence, with {arguments}']),
    "    # args: { only: [], hide: [], pin: {}, rename: {} }",
    "    examples: [] # six sentences or more that ask for it, one a line below: - show payout {id}",
  ].join("\n");
}
