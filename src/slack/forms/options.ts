import type { BlockSuggestion } from "@slack/bolt";
import type { PlainTextOption } from "@slack/types";
import { isWrite, type ReadTool } from "../../core/tool.ts";
import type { FormRecord } from "../../turn/form-ports.ts";
import { workspaceKey } from "../envelope.ts";
import { clip, visible } from "../markdown/safe-text.ts";
import { readBlockId } from "./ids.ts";
import { type FormParts, ownPlace } from "./parts.ts";
import { fieldsFor } from "./view.ts";

/** Slack waits three seconds for options. */
const lookupMs = 2_300;
/** Slack's limits on a menu. */
const optionsMax = 100;
const valueCharsMax = 150;
const labelCharsMax = 75;

const option = (label: string, value: string): PlainTextOption => ({
  text: { type: "plain_text", text: clip(visible(label).trim() || value, labelCharsMax), emoji: false },
  value,
});

const ownForm = async (parts: FormParts, body: BlockSuggestion): Promise<FormRecord | undefined> => {
  const workspace = workspaceKey(body.user.team_id ?? body.team?.id ?? "", body.enterprise?.id);
  const form = await parts.forms.find(body.view?.private_metadata ?? "");
  const own = form?.person.user === body.user.id && form.person.workspace === workspace;
  return own && !form.expired && !form.used ? form : undefined;
};

/** The read that lists values of the field's kind, among the tools that this person may use. */
const listerOf = async (
  parts: FormParts,
  { person, purpose }: FormRecord,
  block: string,
): Promise<ReadTool | undefined> => {
  const tool = purpose.kind === "call" ? parts.tools.find(({ name }) => name === purpose.tool) : undefined;
  const name = readBlockId(block)?.name;
  const field = tool && fieldsFor(tool, parts.tools).find((one) => one.name === name);
  if (field?.kind !== "lookup" && field?.kind !== "lookups") return undefined;
  const principal = await parts.people.principal(person.workspace, person.user);
  const tools = await parts.visible(principal, ownPlace(person.workspace, person.user));
  return tools.find((one): one is ReadTool => !isWrite(one) && one.lists?.kind === field.slot);
};

const found = async (
  parts: FormParts,
  body: BlockSuggestion,
  typed: string,
): Promise<{ value: string; label: string }[]> => {
  const form = await ownForm(parts, body);
  const lister = form && (await listerOf(parts, form, body.block_id));
  if (form === undefined || lister?.lists === undefined) return [];
  const { workspace, user } = form.person;
  const result = await parts.read(
    { id: `form.${form.id}`, tool: lister.name, args: lister.lists.words(typed) },
    {
      // No turn asks: the form's own id tells where the read came from.
      ...{ turn: form.id, token: "", origin: "slash", conversation: ownPlace(workspace, user) },
      principal: await parts.people.principal(workspace, user),
      signal: AbortSignal.timeout(lookupMs),
    },
  );
  return result.kind === "output" ? (result.output.choices ?? []) : [];
};

/**
 * Values for a field while a person types: what a read finds for this very person, through the gate, and what they typed
 * as it stands. A read that is refused, slow or away leaves what was typed.
 */
export const suggest = async (parts: FormParts, body: BlockSuggestion): Promise<PlainTextOption[]> => {
  const typed = body.value.trim();
  let choices: { value: string; label: string }[] = [];
  try {
    choices = await found(parts, body, typed);
  } catch (error) {
    parts.log.info({ err: error }, "the values of a form's field could not be listed");
  }
  const listed = choices
    .filter(({ value }) => value !== "" && value.length <= valueCharsMax)
    .slice(0, optionsMax - 1)
    .map(({ value, label }) => option(label, value));
  const known = listed.some(({ value }) => value === typed);
  return typed === "" || typed.length > valueCharsMax || known
    ? listed
    : [...listed, option(`As typed: ${typed}`, typed)];
};
