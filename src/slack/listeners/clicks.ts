import type { BlockAction, RespondFn } from "@slack/bolt";
import type { Audit } from "../../core/audit.ts";
import type { Principal } from "../../core/principal.ts";
import type { Click, ClickAnswer } from "../../gate/types.ts";
import type { People } from "../../turn/types.ts";
import type { boundValues } from "../bound-value.ts";
import type { SlackCalls } from "../delivery/schedule.ts";
import { workspaceKey } from "../envelope.ts";
import type { Log } from "../log.ts";
import { drawWords } from "../views/lists.ts";

/** What taking and answering any click needs. */
export interface ClickParts {
  people: People;
  calls: SlackCalls;
  bound: ReturnType<typeof boundValues>;
  audit: Audit;
  log: Log;
  /** Shows a person's App Home anew, with what became of their click there. */
  refreshHome(workspace: string, user: string, notice: string): Promise<void>;
}

/** A click, read: who, on which message, and what its button stands for. */
export type Pressed = {
  body: BlockAction;
  value: string;
  clicker: Principal;
  message: Click["message"];
  action: string;
};

/** Runs what a click asks; what fails is answered, and recorded where that is still possible. */
export const attempt = async (
  { audit, log }: Pick<ClickParts, "audit" | "log">,
  body: BlockAction,
  work: () => Promise<Pick<ClickAnswer, "text">>,
): Promise<Pick<ClickAnswer, "text">> => {
  try {
    return await work();
  } catch (error) {
    log.error({ err: error }, "a click could not be handled");
    const actor = `slack:${body.user.team_id ?? body.team?.id ?? ""}/${body.user.id}`;
    await audit
      .append({ kind: "click.refused", actor, fields: { answer: "not_recorded" } })
      .catch((failure: unknown) => log.error({ err: failure }, "a refused click could not be recorded"));
    return { text: "Nothing was recorded. Please click again in a moment." };
  }
};

/** Who clicked, by Slack ids. */
export const clickedBy = (body: BlockAction): { workspace: string; user: string } => ({
  workspace: workspaceKey(body.user.team_id ?? body.team?.id ?? "", body.enterprise?.id),
  user: body.user.id,
});

/** Reads a click from a verified payload. */
export const pressed = async (
  body: BlockAction,
  action: { value?: string },
  { people, bound }: Pick<ClickParts, "people" | "bound">,
): Promise<Pressed> => {
  const { workspace, user } = clickedBy(body);
  const clicker = await people.principal(workspace, user);
  const value = action.value ?? "";
  const list = bound.read(value);
  if (list !== undefined && list.user === body.user.id) {
    return { body, value, clicker, message: { shownTo: list.user }, action: list.action };
  }
  const channel = body.container["channel_id"] ?? body.channel?.id;
  const ts = body.container["message_ts"] ?? body.message?.ts;
  return {
    body,
    value,
    clicker,
    message: { channel: String(channel), ts: String(ts) },
    action: value.split("|")[0] ?? "",
  };
};

/** Tells the clicker alone: through the click's own address, else by an ephemeral message; in their App Home, there. */
export const tell = async (
  text: string,
  body: BlockAction,
  respond: RespondFn,
  parts: ClickParts,
): Promise<void> => {
  if (body.view?.type === "home") {
    const { workspace, user } = clickedBy(body);
    return parts.refreshHome(workspace, user, text);
  }
  if (text === "") return;
  const message = drawWords(text);
  try {
    await respond({
      response_type: "ephemeral",
      replace_original: false,
      text: message.text,
      blocks: message.blocks,
    });
  } catch (error) {
    parts.log.warn({ err: error }, "a click's own address did not answer; telling the person otherwise");
    const channel = body.channel?.id;
    if (channel === undefined) return;
    const threadTs = body.message?.["thread_ts"];
    await parts.calls
      .call("chat.postEphemeral", {
        channel,
        user: body.user.id,
        text: message.text,
        blocks: message.blocks,
        ...(typeof threadTs === "string" && { thread_ts: threadTs }),
      })
      .catch((failure: unknown) => parts.log.error({ err: failure }, "a click could not be answered"));
  }
};
