import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Offer } from "../../src/core/tool.ts";
import { nearestWords } from "../nearest.ts";
import type { ApiFile, OperationSpec } from "./file.ts";
import { query, queryProblem } from "./query.ts";
import { filled, parseTemplate, valueOf } from "./template.ts";
import type { Values } from "./values.ts";

const labelCharsMax = 75;

/** The buttons below an answer: what a file offers next, where the reply says that it fits. */
export function offersOf({ offers }: OperationSpec, values: Values, body: unknown): Offer[] {
  return offers
    .filter(({ when }) => when === undefined || query(body, when) === true)
    .flatMap(({ tool, args, label }): Offer[] => {
      const given = Object.entries(args).map(([name, text]): [string, Json | undefined] => [
        name,
        typeof text === "string" ? valueOf(text, values) : text,
      ]);
      if (given.some(([, value]) => value === undefined || value === null)) return [];
      const words = filled(parseTemplate(label), values).slice(0, labelCharsMax);
      return [{ tool, args: Object.fromEntries(given) as JsonObject, label: words }];
    });
}

/** What is wrong with the offers of one operation: unknown tools and names, expressions that cannot be read. */
export function offerProblems(
  spec: OperationSpec,
  names: readonly string[],
  { operations }: ApiFile,
): [path: PropertyKey[], message: string][] {
  const tools = operations.map(({ name }) => name);
  return spec.offers.flatMap(({ tool, args, label, when }, index) => {
    const used = [label, ...Object.values(args).map(String)].flatMap((text) => parseTemplate(text).names);
    const unknown = used.filter((name) => !names.includes(name));
    const messages = [
      spec.effect === "read" ? undefined : "only what a read answers is followed by offers.",
      tools.includes(tool) ? undefined : `this file has no operation '${tool}'.${nearestWords(tool, tools)}`,
      unknown.length === 0
        ? undefined
        : `there is no argument '${unknown[0]}'.${nearestWords(unknown[0] ?? "", names)}`,
      when === undefined ? undefined : queryProblem(when),
    ];
    return messages.flatMap((message): [PropertyKey[], string][] =>
      message === undefined ? [] : [[["offers", index], message]],
    );
  });
}
