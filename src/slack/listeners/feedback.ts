import type { App, BlockAction } from "@slack/bolt";
import { z } from "zod";
import { type Feedback, feedbackReasons } from "../../turn/feedback.ts";
import { type EventEnvelope, workspaceKey } from "../envelope.ts";
import { openModal } from "../modals.ts";
import { drawAskWhy, drawWhy, feedbackForm, feedbackParts } from "../views/feedback.ts";
import { attempt, type ClickParts, pressed, tell } from "./clicks.ts";

/** What feedback needs beside what every click does. */
export interface FeedbackParts extends ClickParts {
  feedback: Feedback;
  /** Our own user: our reactions are no feedback. */
  bot: string;
}

const valueSchema = z.object({ value: z.string() });
const stateSchema = z.object({
  [feedbackParts.reason]: z.object({
    [feedbackParts.value]: z.object({ selected_option: z.object({ value: z.enum(feedbackReasons) }) }),
  }),
  [feedbackParts.words]: z.object({ [feedbackParts.value]: z.object({ value: z.string().nullish() }) }),
});

const tryAgain = "Nothing was recorded. Please try again in a moment.";

/** Registers the buttons below answers and the form that asks why. Feedback is stored before it is acknowledged. */
export const listenToFeedback = (app: App, parts: FeedbackParts): void => {
  app.action<BlockAction>(
    { type: "block_actions", action_id: "feedback" },
    async ({ body, action, ack, respond }) => {
      let down: string | undefined;
      const answered = await attempt(parts, body, async () => {
        const { value } = valueSchema.parse(action);
        const { clicker, message } = await pressed(body, { value }, parts);
        if ("shownTo" in message) return { text: "This button works only where it was posted." };
        const [verdict, turn = ""] = value.split("|");
        const given = await parts.feedback.press(turn, verdict === "up" ? "up" : "down", clicker, message);
        if (verdict !== "up") down = given.turn;
        return given;
      });
      await ack();
      // The form that opens says that it was noted.
      if (down !== undefined && (await askWhy(parts, body.trigger_id, down))) return;
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction>(
    { type: "block_actions", action_id: "feedback-why" },
    async ({ body, action, ack, respond }) => {
      await ack();
      const list = parts.bound.read(valueSchema.parse(action).value);
      if (list === undefined || list.user !== body.user.id) {
        return tell("This button was shown to somebody else.", body, respond, parts);
      }
      if (!(await askWhy(parts, body.trigger_id, list.action))) {
        await tell("Slack did not open the form. Please press the button again.", body, respond, parts);
      }
    },
  );
  app.view({ callback_id: feedbackForm, type: "view_submission" }, async ({ ack, body, view }) => {
    const workspace = workspaceKey(body.user.team_id ?? body.team?.id ?? "", body.enterprise?.id);
    try {
      const state = stateSchema.parse(view.state.values);
      const by = await parts.people.principal(workspace, body.user.id);
      const reason = state[feedbackParts.reason][feedbackParts.value].selected_option.value;
      const words = state[feedbackParts.words][feedbackParts.value].value ?? "";
      const kept = await parts.feedback.explain(view.private_metadata, by, reason, words);
      if (kept.turn !== undefined) return await ack();
      await ack({ response_action: "errors", errors: { [feedbackParts.reason]: kept.text } });
    } catch (error) {
      parts.log.error({ err: error }, "feedback could not be stored");
      await ack({ response_action: "errors", errors: { [feedbackParts.reason]: tryAgain } });
    }
  });
};

const askWhy = async ({ calls, log }: FeedbackParts, trigger: string, turn: string): Promise<boolean> => {
  try {
    await openModal(calls, trigger, drawWhy(turn));
    return true;
  } catch (error) {
    log.warn({ err: error }, "the form that asks why could not be opened");
    return false;
  }
};

const reactionSchema = z.object({
  type: z.enum(["reaction_added", "reaction_removed"]),
  user: z.string(),
  reaction: z.string(),
  item: z.object({ type: z.literal("message"), channel: z.string(), ts: z.string() }),
  item_user: z.string().nullish(),
});

const thumbs: ReadonlyMap<string, "up" | "down"> = new Map([
  ["+1", "up"],
  ["thumbsup", "up"],
  ["-1", "down"],
  ["thumbsdown", "down"],
]);

/** What the handler of reactions needs. */
export type ReactionParts = Pick<FeedbackParts, "feedback" | "people" | "calls" | "bound" | "log" | "bot">;

/** A thumb on one of our answers is feedback; every other reaction is nothing to us. */
export const takeReaction =
  (parts: ReactionParts) =>
  async ({ event, workspace }: EventEnvelope): Promise<"feedback" | "ignored" | "unknown"> => {
    const parsed = reactionSchema.safeParse(event);
    // Reactions on files, and what Slack may add, are no messages of ours.
    if (!parsed.success) return "ignored";
    const { type, user, reaction, item, item_user } = parsed.data;
    const verdict = thumbs.get(reaction.replace(/::skin-tone-\d$/, ""));
    if (verdict === undefined || item_user !== parts.bot || user === parts.bot) return "ignored";
    const by = await parts.people.principal(workspace, user);
    if (by.bot) return "ignored";
    const message = { channel: item.channel, ts: item.ts };
    if (type === "reaction_removed") {
      await parts.feedback.unreact(message, verdict, by);
      return "feedback";
    }
    const { turn } = await parts.feedback.react(message, verdict, by);
    if (turn !== undefined && verdict === "down") await offerWhy(parts, message, user, turn);
    return turn === undefined ? "ignored" : "feedback";
  };

/** Best effort: the word itself is kept already. */
const offerWhy = async (
  { calls, bound, log }: ReactionParts,
  message: { channel: string; ts: string },
  user: string,
  turn: string,
): Promise<void> => {
  const { text, blocks } = drawAskWhy(bound.bind(turn, user));
  await calls
    .call("chat.postEphemeral", { channel: message.channel, user, text, blocks }, { patient: false })
    .catch((error: unknown) => log.warn({ err: error }, "nobody could be asked why"));
};
