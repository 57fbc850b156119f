import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../core/json.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { FormPurpose } from "../../turn/form-ports.ts";
import { nearestName } from "../commands.ts";
import { openFilled } from "../modals.ts";
import { type FormParts, ownPlace } from "./parts.ts";
import { drawCallForm, drawReasonForm, sayInModal } from "./view.ts";

/** Who opens a form, on which trigger. */
export interface Opener {
  trigger: string;
  workspace: string;
  user: string;
}

/** A call that a form asks the arguments of. */
export interface CallToFill {
  tool: string;
  args: JsonObject;
  /** What was wrong with what was written. */
  notes: readonly string[];
  conversation: ConversationRef | null;
  question?: string;
  offer?: string;
}

const titleOf = ({ tools }: FormParts, name: string): string =>
  tools.find((tool) => tool.name === name)?.title ?? "Steward";

/** The words for a tool that somebody may not use, or that there is not. */
export const noSuchTool = (name: string, names: readonly string[]): string => {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? "/steward lists what you may use." : `Did you mean ${nearest}?`;
  return `There is no tool “${name}” that you may use here. ${hint}`;
};

const store = async (parts: FormParts, opener: Opener, purpose: FormPurpose): Promise<string> => {
  const id = randomUUID();
  await parts.forms.add({ id, person: { workspace: opener.workspace, user: opener.user }, purpose });
  return id;
};

const fill = async (parts: FormParts, opener: Opener, call: CallToFill) => {
  const { workspace, user } = opener;
  const principal = await parts.people.principal(workspace, user);
  const visible = await parts.visible(principal, call.conversation ?? ownPlace(workspace, user));
  const tool = visible.find(({ name }) => name === call.tool);
  if (tool === undefined) {
    const text = noSuchTool(
      call.tool,
      visible.map(({ name }) => name),
    );
    return sayInModal("Steward", text);
  }
  const { args, conversation, question = null, offer = null } = call;
  const id = await store(parts, opener, {
    ...{ kind: "call", tool: tool.name, args, conversation, question, offer },
  });
  const form = drawCallForm(tool, parts.tools, { id, args, notes: call.notes });
  const tooLarge = `This has more arguments than a form holds. Write: /steward do ${tool.name} name=value …`;
  return form ?? sayInModal(tool.title, tooLarge);
};

/**
 * Opens the form of a call at once and fills it in: a trigger lives for three seconds. False where Slack did not open
 * it; nothing is promised then, and the caller answers in words.
 */
export const openCallForm = async (
  parts: FormParts,
  opener: Opener,
  prepare: () => Promise<CallToFill | { refused: string }>,
  tool?: string,
): Promise<boolean> => {
  try {
    await openFilled(parts.calls, opener.trigger, titleOf(parts, tool ?? ""), async () => {
      const call = await prepare();
      return "refused" in call ? sayInModal("Steward", call.refused) : fill(parts, opener, call);
    });
    return true;
  } catch (error) {
    parts.log.warn({ err: error }, "a form could not be opened");
    return false;
  }
};

/** Opens the form for the reason that an approval needs. False where Slack did not open it. */
export const openReasonForm = async (
  parts: FormParts,
  opener: Opener,
  purpose: Omit<Extract<FormPurpose, { kind: "reason" }>, "kind">,
): Promise<boolean> => {
  try {
    await openFilled(parts.calls, opener.trigger, "Approve", async () =>
      drawReasonForm(await store(parts, opener, { kind: "reason", ...purpose })),
    );
    return true;
  } catch (error) {
    parts.log.warn({ err: error }, "the form of a reason could not be opened");
    return false;
  }
};
