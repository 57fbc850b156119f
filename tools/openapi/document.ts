import { parse } from "yaml";
import { messageOf, TerminalError } from "../../src/core/errors.ts";
import { followed, isObject, type Schema, standAlone } from "./schema.ts";

/** One argument of an operation, wherever it goes. */
export interface Parameter {
  /** As the document calls it. */
  name: string;
  in: "path" | "query" | "header" | "body";
  required: boolean;
  description: string;
  /** Stands alone. */
  schema: Schema;
  /** Values of a list in the query: one after another, or joined by commas. */
  joined?: true;
}

/** What of a document is needed to call one operation. JSON, so that it can be kept. */
export interface Operation {
  /** `GET /payouts/{id}`. */
  op: string;
  summary: string;
  parameters: Parameter[];
  /** How the body is written; `none` where there is none; `other` where Steward cannot write it. */
  body: "json" | "form" | "none" | "other";
  bodyRequired: boolean;
  /** What a good reply is, as far as the document says; JSON where it says nothing. */
  reply: "json" | "other";
}

/** A document reduced to the operations that a file lists. */
export interface Reduced {
  operations: Record<string, Operation>;
  /** Every operation of the document: to name the nearest where one is not there. */
  known: string[];
}

const methods = ["get", "post", "put", "patch", "delete"] as const;
const summaryCharsMax = 300;

/** Parses a document's text, JSON or YAML. Throws in words where it is none that Steward can read. */
export function parseDocument(text: string): Schema {
  let document: unknown;
  try {
    document = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text, { maxAliasCount: 1_000 });
  } catch (error) {
    throw new TerminalError("openapi", `it is neither JSON nor YAML (${messageOf(error).split("\n")[0]})`);
  }
  if (!isObject(document) || !isObject(document["paths"])) {
    throw new TerminalError("openapi", "it is no OpenAPI document: there are no paths in it");
  }
  const version = wordsOf(document["openapi"] ?? document["swagger"] ?? "none").slice(0, 20);
  if (!/^3\.[012](\.|$)/.test(version)) {
    throw new TerminalError(
      "openapi",
      `it is of version ${version}; expected OpenAPI 3.0 or 3.1 (convert it first)`,
    );
  }
  return document;
}

/** Takes the wanted operations out of a document; one that is not there is left out. */
export function reduce(document: Schema, wanted: readonly string[]): Reduced {
  const paths = document["paths"] as Schema;
  const known = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) =>
      isObject(item) && isObject(item[method]) ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
  const operations = wanted
    .filter((op) => known.includes(op))
    .map((op) => [op, operationOf(document, op)] as const);
  return { operations: Object.fromEntries(operations), known };
}

function operationOf(document: Schema, op: string): Operation {
  const [method = "", path = ""] = op.split(" ");
  const item = followed(document, (document["paths"] as Schema)[path]);
  const operation = followed(document, item[method.toLowerCase()]);
  const body = bodyOf(document, operation["requestBody"]);
  return {
    op,
    summary: wordsOf(operation["summary"] ?? operation["description"]),
    parameters: [
      ...parametersOf(document, [item["parameters"], operation["parameters"]]),
      ...body.parameters,
    ],
    body: body.kind,
    bodyRequired: body.required,
    reply: replyOf(document, operation["responses"]),
  };
}

/** `other` where every good reply is declared, and none of them with JSON. */
function replyOf(document: Schema, responses: unknown): Operation["reply"] {
  const good = Object.entries(isObject(responses) ? responses : {}).filter(([status]) =>
    status.startsWith("2"),
  );
  const types = good.map(([, reply]) => {
    const { content } = followed(document, reply);
    return isObject(content) ? Object.keys(content) : [];
  });
  const json = (type: string) => /\bjson\b/i.test(type) || type === "*/*";
  return types.length > 0 && types.every((named) => named.length > 0 && !named.some(json)) ? "other" : "json";
}

const wordsOf = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll(/\s+/g, " ").trim().slice(0, summaryCharsMax) : "";

/** An operation's own parameter replaces its path's of the same name and place. */
function parametersOf(document: Schema, lists: readonly unknown[]): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const raw of lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))) {
    const parameter = followed(document, raw);
    const { name, in: where } = parameter;
    if (typeof name !== "string" || (where !== "path" && where !== "query" && where !== "header")) continue;
    const schema = standAlone(document, parameter["schema"] ?? {});
    found.set(`${where} ${name}`, {
      name,
      in: where,
      required: where === "path" || parameter["required"] === true,
      description: wordsOf(parameter["description"] ?? schema["description"]),
      schema,
      ...(parameter["explode"] === false && { joined: true as const }),
    });
  }
  return [...found.values()];
}

interface Body {
  kind: Operation["body"];
  required: boolean;
  parameters: Parameter[];
}

/** The properties of the body's object, as arguments beside the others. */
function bodyOf(document: Schema, raw: unknown): Body {
  if (raw === undefined) return { kind: "none", required: false, parameters: [] };
  const body = followed(document, raw);
  const required = body["required"] === true;
  const content = isObject(body["content"]) ? Object.entries(body["content"]) : [];
  const of = (pattern: RegExp) => content.find(([type]) => pattern.test(type))?.[1];
  const json = of(/^application\/([\w.+-]+\+)?json\b/i);
  const media = json ?? of(/^application\/x-www-form-urlencoded\b/i);
  const schema = isObject(media) ? standAlone(document, media["schema"]) : {};
  const { properties } = schema;
  if (!isObject(properties)) return { kind: "other", required, parameters: [] };
  const needed = Array.isArray(schema["required"]) ? (schema["required"] as unknown[]) : [];
  return {
    kind: json === undefined ? "form" : "json",
    required,
    parameters: Object.entries(properties).map(([name, property]) => ({
      name,
      in: "body" as const,
      required: needed.includes(name),
      description: isObject(property) ? wordsOf(property["description"]) : "",
      schema: isObject(property) ? property : {},
    })),
  };
}
