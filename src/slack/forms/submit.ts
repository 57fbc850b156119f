import type { ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { Principal } from "../../core/principal.ts";
import { isWrite, type Tool } from "../../core/tool.ts";
import { type ConversationRef, requestOfForm } from "../../core/turn.ts";
import type { FormPurpose, FormRecord } from "../../turn/form-ports.ts";
import type { Submitted } from "../../turn/forms.ts";
import { workspaceKey } from "../envelope.ts";
import { clip } from "../markdown/safe-text.ts";
import { blockId } from "./ids.ts";
import { type FormParts, ownPlace } from "./parts.ts";
import { readFields, stateSchema } from "./read.ts";
import type { Field } from "./schema.ts";
import { fieldsFor, reasonBlock, reasonState, sayInModal } from "./view.ts";

/** What Slack is answered to a submission. */
export type Answer =
  | { response_action: "clear" }
  | { response_action: "errors"; errors: Record<string, string> }
  | { response_action: "update"; view: ModalView };

/** Characters of an error below a field; and of a request's words. */
const errorCharsMax = 300;
const requestCharsMax = 600;

const notStored = "This could not be stored now. Please submit again in a moment: it counts once.";
const expired = "This form has expired; nothing was started. Ask again to get a fresh one.";

const say = (title: string, text: string): Answer => ({
  response_action: "update",
  view: sayInModal(title, text),
});

const complain = (errors: Record<string, string>): Answer => ({
  response_action: "errors",
  errors: Object.fromEntries(
    Object.entries(errors).map(([block, text]) => [block, clip(text, errorCharsMax)]),
  ),
});

/** The whole form's fault, below its first field. */
const complainAtAll = (fields: readonly Field[], text: string): Answer =>
  complain({ [blockId(fields[0]?.name ?? "")]: text });

/** A schema's issues, each below the field it is about. */
const complaintsOf = (
  issues: readonly z.core.$ZodIssue[],
  fields: readonly Field[],
): Record<string, string> => {
  const errors = issues.map(({ path, message }): [string, string] => {
    const field = fields.find(({ name }) => name === String(path[0]));
    const place = path.length > 1 ? `${path.slice(1).map(String).join(".")}: ` : "";
    return [blockId((field ?? fields[0])?.name ?? ""), `${place}${message}`];
  });
  return Object.fromEntries(errors.toReversed());
};

interface Filled {
  form: FormRecord;
  purpose: Extract<FormPurpose, { kind: "call" }>;
  tool: Tool;
  fields: Field[];
  args: JsonObject;
  principal: Principal;
}

const requestWords = ({ tool, args }: Filled): string => {
  const given = Object.entries(args).map(
    ([name, value]) =>
      `${name.replaceAll("_", " ")} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return clip(given.length === 0 ? tool.title : `${tool.title}: ${given.join(", ")}`, requestCharsMax);
};

const told: Record<Exclude<Submitted, "stored" | "used">, string> = {
  expired,
  answered: "This was answered in the meantime; nothing was started by this form.",
  not_yours: "This form was opened by somebody else; nothing was started.",
};

/** Stores the request; its thread is opened first where it has none, and taken back where it is not wanted any more. */
const take = async (parts: FormParts, filled: Filled): Promise<Submitted> => {
  const { form, purpose, principal, tool, args } = filled;
  const call = { tool: tool.name, args, text: requestWords(filled) };
  if (purpose.conversation !== null) {
    return parts.forms.submit(form.id, principal, { ...call, conversation: purpose.conversation });
  }
  const { workspace, user } = principal;
  const opening = await parts.openings.open({
    ...{ request: requestOfForm(form.id), workspace, user, shown: call.text, channel: undefined },
  });
  if (opening === undefined) throw new Error("The direct messages could not be opened.");
  const { channel, root } = opening;
  const conversation: ConversationRef = {
    key: `${workspace}/${channel}/${root}`,
    ...{ workspace, channel, threadTs: root, kind: "dm" },
  };
  const taken = await parts.forms.submit(form.id, principal, { ...call, conversation });
  // What may be stored is not taken back: a failed commit cannot tell.
  if (taken !== "stored") await parts.openings.withdraw(opening, "This form was submitted before.");
  return taken;
};

/** Why the form would lead to nothing, as far as can be told at once: a wrong name, a rule that denies it. */
const objectionTo = ({ tool, args, principal, purpose }: Filled, parts: FormParts) =>
  isWrite(tool)
    ? parts.objection(
        { tool: tool.name, args },
        { principal, conversation: purpose.conversation ?? ownPlace(principal.workspace, principal.user) },
      )
    : undefined;

const whoSubmits = (body: ViewSubmitAction): { workspace: string; user: string } => ({
  workspace: workspaceKey(body.user.team_id ?? body.team?.id ?? "", body.enterprise?.id),
  user: body.user.id,
});

/** The form that a submission names, when it is this person's and still good; else what they are told. */
const formOf = async (parts: FormParts, body: ViewSubmitAction): Promise<FormRecord | Answer> => {
  const { workspace, user } = whoSubmits(body);
  const form = await parts.forms.find(body.view.private_metadata);
  if (form === undefined || form.expired) return say("Steward", expired);
  if (form.person.user !== user || form.person.workspace !== workspace) return say("Steward", told.not_yours);
  // Submitted twice: the first one counts.
  return form.used ? { response_action: "clear" } : form;
};

/**
 * Takes a submitted form: its fields are judged by the tool's own schema and by the gate before anything is stored, and
 * the person sees what is wrong below the field. A valid one is stored, once, before it is acknowledged.
 */
export const submitCall = async (parts: FormParts, body: ViewSubmitAction): Promise<Answer> => {
  const form = await formOf(parts, body);
  if ("response_action" in form) return form;
  const { purpose } = form;
  const tool = purpose.kind === "call" && parts.tools.find(({ name }) => name === purpose.tool);
  if (tool === false || tool === undefined) return say("Steward", expired);
  const fields = fieldsFor(tool, parts.tools);
  const { args, problems } = readFields(fields, stateSchema.parse(body.view.state.values));
  if (Object.keys(problems).length > 0) return complain(problems);
  const { error } = tool.input.safeParse(args);
  if (error !== undefined) return complain(complaintsOf(error.issues, fields));
  try {
    const principal = await parts.people.principal(form.person.workspace, form.person.user);
    const filled = { form, purpose, tool, fields, args, principal };
    const objection = await objectionTo(filled, parts);
    if (objection !== undefined) return complainAtAll(fields, objection);
    const taken = await take(parts, filled);
    return taken === "stored" || taken === "used"
      ? { response_action: "clear" }
      : say(tool.title, told[taken]);
  } catch (failure) {
    parts.log.error({ err: failure, form: form.id }, "a form could not be stored");
    return complainAtAll(fields, notStored);
  }
};

/** Takes the reason of an approval: the vote is one transaction, as a click is. */
export const submitReason = async (parts: FormParts, body: ViewSubmitAction): Promise<Answer> => {
  const form = await formOf(parts, body);
  if ("response_action" in form) return form;
  if (form.purpose.kind !== "reason") return say("Steward", expired);
  const reason = reasonState.parse(body.view.state.values)[reasonBlock].value.value?.trim() ?? "";
  if (reason === "") return complain({ [reasonBlock]: "Give a reason, please." });
  const { action, message } = form.purpose;
  const clicker = await parts.people.principal(form.person.workspace, form.person.user);
  const answer = await parts.decide({ kind: "approve", action, clicker, message, reason });
  if (answer.kind === "not_recorded") return complain({ [reasonBlock]: answer.text });
  const done = answer.kind === "counted" || answer.kind === "decided";
  return done ? { response_action: "clear" } : say("Approve", answer.text);
};
