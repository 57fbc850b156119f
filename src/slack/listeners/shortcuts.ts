import type { App, MessageShortcut } from "@slack/bolt";
import { z } from "zod";
import type { ConversationRef } from "../../core/turn.ts";
import type { Intake } from "../../turn/types.ts";
import { type SlackCalls, SlackRefusedError } from "../delivery/schedule.ts";
import { workspaceKey } from "../envelope.ts";
import { plainText } from "../inbound.ts";
import type { Log } from "../log.ts";
import { openFilled } from "../modals.ts";
import { askAboutForm, askAboutParts, drawAskAbout, drawNotHere } from "../views/ask-about.ts";
import { escaped, mention, paragraph, words } from "../views/parts.ts";

/** What message shortcuts need. */
export interface ShortcutParts {
  intake: Intake;
  calls: SlackCalls;
  /** Our own user. */
  bot: string;
  log: Log;
}

/** What travels with the form: ids alone; the message is read again in its thread, as everybody's text is. */
const aboutSchema = z.object({
  channel: z.string(),
  kind: z.enum(["channel", "private", "dm", "group_dm"]),
  ts: z.string(),
  threadTs: z.string(),
  by: z.string(),
});
type About = z.infer<typeof aboutSchema>;

const stateSchema = z.object({
  [askAboutParts.question]: z.object({ [askAboutParts.value]: z.object({ value: z.string() }) }),
});

const tryAgain = "Nothing was recorded. Please try again in a moment.";
/** After every message there is: the whole thread is read. */
const latest = "9999999999.999999";

/** Registers *Ask Steward about this* and its form. A question is stored before the form is acknowledged. */
export const listenToShortcuts = (app: App, parts: ShortcutParts): void => {
  app.shortcut<MessageShortcut>(
    { callback_id: "ask_about", type: "message_action" },
    async ({ shortcut, ack }) => {
      await ack();
      const { message, channel } = shortcut;
      await openFilled(parts.calls, shortcut.trigger_id, "Ask Steward", async () => {
        const kind = await kindHere(parts.calls, channel.id);
        if (kind === undefined) return drawNotHere();
        const about: About = {
          ...{ channel: channel.id, kind, ts: message.ts },
          threadTs: message.thread_ts ?? message.ts,
          by: message.user ?? "",
        };
        return drawAskAbout(plainText(message.text ?? "", parts.bot), JSON.stringify(about));
      });
    },
  );
  app.view({ callback_id: askAboutForm, type: "view_submission" }, async ({ ack, body, view }) => {
    const workspace = workspaceKey(body.user.team_id ?? body.team?.id ?? "", body.enterprise?.id);
    let said: { about: About; question: string };
    try {
      const about = aboutSchema.parse(JSON.parse(view.private_metadata));
      const question = stateSchema.parse(view.state.values)[askAboutParts.question][askAboutParts.value]
        .value;
      said = { about, question };
      await parts.intake.accept({
        kind: "ask",
        // A form is sent once; what is wrong with it is told before anything is stored.
        id: `${workspace}/view/${view.id}`,
        conversation: conversationOf(workspace, about),
        person: { workspace, user: body.user.id },
        text: `${question}\n(Asked about the message that ${about.by} wrote in this thread at ${timeOf(about.ts)}.)`,
        origin: "chat",
        threadFrom: latest,
      });
    } catch (error) {
      parts.log.error({ err: error }, "a question about a message could not be stored");
      await ack({ response_action: "errors", errors: { [askAboutParts.question]: tryAgain } });
      return;
    }
    await ack();
    await showQuestion(parts, body.user.id, said.about, said.question);
  });
};

const timeOf = (ts: string): string =>
  new Date(Number(ts) * 1000).toISOString().slice(0, 16).replace("T", " ");

const conversationOf = (workspace: string, { channel, threadTs, kind }: About): ConversationRef => ({
  key: `${workspace}/${channel}/${threadTs}`,
  ...{ workspace, channel, threadTs, kind },
});

/** The thread shows what was asked, and by whom. Best effort: the question is stored, and its answer comes. */
const showQuestion = async (
  { calls, log }: ShortcutParts,
  user: string,
  { channel, threadTs }: About,
  question: string,
): Promise<void> => {
  try {
    await calls.call(
      "chat.postMessage",
      {
        channel,
        thread_ts: threadTs,
        text: `<@${user}> asks about this: ${escaped(question)}`,
        blocks: [paragraph([mention(user), words(" asks about this: "), words(question)])],
        unfurl_links: false,
        unfurl_media: false,
      },
      { channel },
    );
  } catch (error) {
    log.warn({ err: error }, "a question could not be shown in its thread");
  }
};

const channelSchema = z.object({
  channel: z.object({
    is_member: z.boolean().optional(),
    is_im: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
    is_private: z.boolean().optional(),
  }),
});

/** The kind of a conversation that Steward is in; nothing where it is not. */
const kindHere = async (calls: SlackCalls, id: string): Promise<ConversationRef["kind"] | undefined> => {
  try {
    const { channel } = channelSchema.parse(
      await calls.call("conversations.info", { channel: id }, { patient: false }),
    );
    if (channel.is_im === true) return "dm";
    if (channel.is_mpim === true) return "group_dm";
    if (channel.is_member !== true) return undefined;
    return channel.is_private === true ? "private" : "channel";
  } catch (error) {
    if (error instanceof SlackRefusedError && error.slackCode === "channel_not_found") return undefined;
    throw error;
  }
};
