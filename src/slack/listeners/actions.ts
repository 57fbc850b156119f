import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { Principal } from "../../core/principal.ts";
import type { Click, GateDecisions } from "../../gate/types.ts";
import type { OfferAnswer } from "../../turn/offers.ts";
import { foreignActionId } from "../action-ids.ts";
import { openCallForm, openReasonForm } from "../forms/open.ts";
import type { FormParts } from "../forms/parts.ts";
import { attempt, clickedBy, type ClickParts, pressed, tell } from "./clicks.ts";

/** Uses an offered call once: marks it used and stores the request in one transaction. */
type AcceptOffer = (
  offer: string,
  person: Principal,
  message: { channel: string; ts: string },
) => Promise<OfferAnswer>;

/** What the buttons need. `note` keeps what is of unknown shape. */
export interface ActionParts extends ClickParts {
  forms: FormParts;
  note(body: unknown): Promise<void>;
  decisions: GateDecisions;
  acceptOffer: AcceptOffer;
  /** Runs a changed message again, on behalf of who wrote it. */
  runAgain(
    item: string,
    person: Principal,
    message: { channel: string; ts: string },
  ): Promise<{ text: string }>;
  /** Stops a turn on behalf of who pressed; `channel` is where. */
  stop(turn: string, by: Principal, channel?: string): Promise<{ text: string }>;
}

/**
 * Registers the buttons. A decision is one transaction made before Slack is acknowledged; every click is answered,
 * privately, whatever it was. A click that could not be stored says so.
 */
export const listenToActions = (app: App, parts: ActionParts): void => {
  for (const kind of ["approve", "reject"] as const) {
    app.action<BlockAction<ButtonAction>>(
      { type: "block_actions", action_id: kind },
      async ({ body, action, ack, respond }) => {
        let reason: { action: string; message: Click["message"] } | undefined;
        const answered = await attempt(parts, body, async () => {
          const { clicker, message, action: id } = await pressed(body, action, parts);
          const decided = await parts.decisions.decide({ kind, action: id, clicker, message });
          if (decided.kind === "reason_wanted") reason = { action: id, message };
          return decided;
        });
        await ack();
        const opener = { trigger: body.trigger_id, ...clickedBy(body) };
        if (reason !== undefined && (await openReasonForm(parts.forms, opener, reason))) return;
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
        const { clicker, message, value, action: turn } = await pressed(body, action, parts);
        // A button of a list is its owner's alone: anybody else's press of it names no turn.
        return "shownTo" in message ? parts.stop(turn, clicker) : parts.stop(value, clicker, message.channel);
      });
      await ack();
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: "rerun" },
    async ({ body, action, ack, respond }) => {
      const answered = await attempt(parts, body, async () => {
        const { clicker, message, value } = await pressed(body, action, parts);
        if ("shownTo" in message) return { text: "This button works only where it was posted." };
        return parts.runAgain(value, clicker, message);
      });
      await ack();
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: /^offer:/ },
    async ({ body, action, ack, respond }) => {
      let form: OfferAnswer["form"];
      const answered = await attempt(parts, body, async () => {
        const { clicker, message, value } = await pressed(body, action, parts);
        if ("shownTo" in message) return { text: "This button works only where it was posted." };
        const accepted = await parts.acceptOffer(value, clicker, message);
        ({ form } = accepted);
        return accepted;
      });
      await ack();
      if (form !== undefined) {
        const { call, conversation } = form;
        const toFill = { ...call, notes: [], conversation, offer: action.value ?? "" };
        const opener = { trigger: body.trigger_id, ...clickedBy(body) };
        if (await openCallForm(parts.forms, opener, () => Promise.resolve(toFill), call.tool)) return;
        answered.text = "Slack did not open the form. Please press the button again.";
      }
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
