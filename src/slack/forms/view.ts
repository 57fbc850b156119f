import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { SlotKind } from "../../core/slots.ts";
import { isWrite, type Tool } from "../../core/tool.ts";
import { modal } from "../modals.ts";
import { context, escaped, paragraph, words } from "../views/parts.ts";
import { drawFields } from "./draw.ts";
import { type Field, fieldsOf, labelOf } from "./schema.ts";

/** Slack's limits on a view. */
const blocksMax = 100;
const viewBytesMax = 240_000;

/** Callback ids of our forms. */
export const callForm = "form-call";
export const reasonForm = "form-reason";

/** The fields of a tool's form; some list values where a read of this build can. */
export const fieldsFor = (tool: Tool, tools: readonly Tool[]): Field[] => {
  const kinds = tools.flatMap((one): SlotKind[] =>
    one.effect === "read" && one.lists !== undefined ? [one.lists.kind] : [],
  );
  return fieldsOf({ input: tool.input, slots: tool.slots, listed: new Set(kinds) });
};

/** A modal of a sentence and a way out. */
export const sayInModal = (title: string, text: string): ModalView =>
  modal(title, [paragraph([words(text)])]);

/** What is wrong with the arguments that were given, in the schema's own words; what is only missing is not. */
const wrongOf = (tool: Tool, args: JsonObject): string[] => {
  const { issues } = tool.input.safeParse(args).error ?? { issues: [] };
  return issues.flatMap((issue) => {
    const [name] = issue.path;
    if (name === undefined) return issue.code === "custom" ? [] : [issue.message];
    return Object.hasOwn(args, name) ? [`${labelOf(String(name))}: ${issue.message}`] : [];
  });
};

/** What the submission of a write's form means. */
const confirms =
  "Submitting confirms what is written here on your part. Where a short name stands for more, you are shown what is meant and asked first. Whoever else has to approve it is asked then.";

/**
 * The form of a call, filled in with what is known. What could not be taken over stands at its top. Nothing where the
 * form would be larger than Slack takes.
 */
export const drawCallForm = (
  tool: Tool,
  tools: readonly Tool[],
  { id, args, notes }: { id: string; args: JsonObject; notes: readonly string[] },
): ModalView | undefined => {
  const { blocks, left } = drawFields(fieldsFor(tool, tools), args);
  const wrong = wrongOf(tool, args);
  const unplaced = left
    .filter((name) => !wrong.some((text) => text.startsWith(`${labelOf(name)}:`)))
    .map((name) => `${labelOf(name)}: what was given does not fit this field; please give it anew.`);
  const said = [...notes, ...wrong, ...unplaced];
  const view = modal(
    tool.title,
    [
      paragraph([words(tool.title, { bold: true })]),
      ...said.map((text): KnownBlock => context(escaped(text))),
      ...blocks,
      ...(isWrite(tool) ? [context(confirms)] : []),
    ],
    { id: callForm, submit: "Submit", about: id },
  );
  const fits = view.blocks.length <= blocksMax && Buffer.byteLength(JSON.stringify(view)) <= viewBytesMax;
  return fits ? view : undefined;
};

/** Block of the reason in the form that asks for one. */
export const reasonBlock = "reason";

/** The form in which an approver gives the reason that a rule wants. */
export const drawReasonForm = (id: string): ModalView =>
  modal(
    "Approve",
    [
      paragraph([words("The rule that asks you wants a reason with the approval. It stands on the record.")]),
      {
        type: "input",
        block_id: reasonBlock,
        label: { type: "plain_text", text: "Reason", emoji: false },
        element: { type: "plain_text_input", action_id: "value", multiline: true, max_length: 500 },
      },
    ],
    { id: reasonForm, submit: "Approve", about: id },
  );

/** What the form of a reason holds. */
export const reasonState = z.object({
  [reasonBlock]: z.object({ value: z.object({ value: z.string().nullish() }) }),
});
