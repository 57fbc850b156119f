import type { ToolOrigin } from "../../src/core/tool.ts";
import type { SlotKind } from "../../src/core/slots.ts";
import { plain } from "../text.ts";
import type { Api } from "./call.ts";
import type { Compiled } from "./compile.ts";
import { filled, parseTemplate } from "./template.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { apiType } from "./values.ts";

/** What reads and writes have in common. */
export function baseTool(api: Api, compiled: Compiled, origin: ToolOrigin) {
  const { spec } = compiled;
  const title = titleOf(compiled);
  return {
    name: spec.name,
    title,
    description: descriptionOf(compiled),
    system: api.system,
    input: compiled.input,
    slots: compiled.slots,
    examples: spec.examples.map((text) => byKind(text, compiled.slots)),
    targetTypes: [spec.target?.split("/")[0] ?? apiType],
    policyArgs: spec.policy,
    step: (input: JsonObject) =>
      spec.step === undefined
        ? `${spec.effect === "read" ? "Looking in" : "Preparing for"} ${api.title}: ${title}`
        : plain(filled(parseTemplate(spec.step), input), 160),
    ...(spec.as_person === true && { asPerson: true }),
    owner: api.owner,
    origin,
  };
}

const titleCharsMax = 60;

/** The file's title, else the document's summary (pinned with the definition), else the name. */
export const titleOf = ({ spec, operation }: Compiled): string =>
  spec.title ?? (operation.summary.slice(0, titleCharsMax).trim() || spec.name.replaceAll("_", " "));

export const descriptionOf = (compiled: Compiled): string =>
  compiled.spec.description ?? (compiled.operation.summary || titleOf(compiled));

/** What the offline router knows a kind of value by in an example. */
const placeholders: Partial<Record<SlotKind, string>> = {
  person_me: "person",
  person: "person",
  project: "project",
  group: "group",
  merge_request: "merge_request",
  pipeline: "pipeline",
  job: "job",
  deal: "deal",
  stage: "stage",
  money: "money",
  date: "date",
};

/** `move {amount}` as `move {money}`: examples are written with arguments, the router is trained with kinds. */
const byKind = (example: string, slots: Record<string, SlotKind>): string =>
  example.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const kind = slots[name];
    const placeholder = kind === undefined ? undefined : placeholders[kind];
    return placeholder === undefined ? whole : `{${placeholder}}`;
  });
