import type { App, BlockAction, ButtonAction, RespondFn } from "@slack/bolt";
import type { Audit } from "../../core/audit.ts";
import type { Principal } from "../../core/principal.ts";
import type { Click, ClickAnswer, GateDecisions } from "../../gate/types.ts";
import type { People } from "../../turn/types.ts";
import { foreignActionId } from "../action-ids.ts";
import type { boundValues } from "../bound-value.ts";
import { type SlackCalls } from "../delivery/schedule.ts";
import { workspaceKey } from "../envelope.ts";
import type { Log } from "../log.ts";
import { drawWords } from "../views/lists.ts";

/** Uses an offered call once: marks it used and stores the request in one transaction. */
type AcceptOffer = (
  offer: string,
  person: Principal,
  message: { channel: string; ts: string },
) => Promise<{ fresh: boolean; text: string }>;

/** What the buttons need. `note` keeps what is of unknown shape. */
export interface ActionParts {
  note(body: unknown): Promise<void>;
  people: People;
  decisions: GateDecisions;
  acceptOffer: AcceptOffer;
  /** Stops a turn on behalf of who pressed; `channel` is where. */
  stop(turn: string, by: Principal, channel?: string): Promise<{ text: string }>;
  calls: SlackCalls;
  bound: ReturnType<typeof boundValues>;
  audit: Audit;
  log: Log;
}

type Pressed = {
  body: BlockAction;
  value: string;
  clicker: Principal;
  message: Click["message"];
  action: string;
};

/**
 * Registers the buttons. A decision is one transaction made before Slack is acknowledged; every click is answered,
 * privately, whatever it was. A click that could not be stored says so.
 */
export const listenToActions = (app: App, parts: ActionParts): void => {
  for (const kind of ["approve", "reject"] as const) {
    app.action<BlockAction<ButtonAction>>(
      { type: "block_actions", action_id: kind },
      async ({ body, action, ack, respond }) => {
        const answered = await attempt(parts, body, async () => {
          const { clicker, message, action: id } = await pressed(body, action, parts);
          return parts.decisions.decide({ kind, action: id, clicker, message });
        });
        await ack();
        await tell(answered.text, body, respond, parts);
      },
    );
  }
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: "check" },
    async ({ body, action, ack, respond }) => {
      // Looking it up may take seconds and promises nothing: acknowledged first, answered when it is known.
      await ack();
      const answered = await attempt(parts, body, async () => {
        const { clicker, message, action: id } = await pressed(body, action, parts);
        return parts.decisions.check(id, clicker, message);
      });
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: "stop" },
    async ({ body, action, ack, respond }) => {
      const answered = await attempt(parts, body, async () => {
        const { clicker, message, action: turn } = await pressed(body, action, parts);
        return parts.stop(turn, clicker, "shownTo" in message ? undefined : message.channel);
      });
      await ack();
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: /^offer:/ },
    async ({ body, action, ack, respond }) => {
      const answered = await attempt(parts, body, async () => {
        const { clicker, message, value } = await pressed(body, action, parts);
        if ("shownTo" in message) return { text: "This button works only where it was posted." };
        return parts.acceptOffer(value, clicker, message);
      });
      await ack();
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: foreignActionId },
    async ({ body, ack, respond }) => {
      await parts.note(body);
      await ack();
      await tell("This button is not known here any more; nothing was started.", body, respond, parts);
    },
  );
};

/** Runs what a click asks; what fails is answered, and recorded where that is still possible. */
const attempt = async (
  { audit, log }: ActionParts,
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

const pressed = async (
  body: BlockAction<ButtonAction>,
  action: ButtonAction,
  { people, bound }: ActionParts,
): Promise<Pressed> => {
  const team = body.user.team_id ?? body.team?.id ?? "";
  const workspace = workspaceKey(team, body.enterprise?.id);
  const clicker = await people.principal(workspace, body.user.id);
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

/** Tells the clicker alone: through the click's own address, else by an ephemeral message. */
const tell = async (
  text: string,
  body: BlockAction,
  respond: RespondFn,
  parts: ActionParts,
): Promise<void> => {
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
