import type { App, MessageShortcut } from "@slack/bolt";
import { z } from "zod";
import type { ConversationRef } from "../../core/turn.ts";
import type { Marks } from "../../gate/ports.ts";
import type { Intake, People, ThreadReader } from "../../turn/types.ts";
import { metadataOf } from "../delivery/find-posted.ts";
import { type SlackCalls, SlackRefusedError } from "../delivery/schedule.ts";
import { workspaceKey } from "../envelope.ts";
import { type CallToFill, openCallForm } from "../forms/open.ts";
import type { FormParts } from "../forms/parts.ts";
import { plainText } from "../inbound.ts";
import type { Log } from "../log.ts";
import { clip } from "../markdown/safe-text.ts";
import { openFilled } from "../modals.ts";
import { quotedThread, unnamed } from "../quoted.ts";
import { askAboutForm, askAboutParts, drawAskAbout, drawNotHere } from "../views/ask-about.ts";
import { escaped, mention, paragraph, words } from "../views/parts.ts";

/** What message shortcuts need. */
export interface ShortcutParts {
  intake: Intake;
  calls: SlackCalls;
  forms: FormParts;
  threads: ThreadReader;
  people: People;
  /** Names of untrusted texts that a conversation has read. */
  marks: Pick<Marks, "add">;
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

/** Registers *Ask Steward about this* with its form, and *Turn into an issue*. A question is stored before the form is acknowledged. */
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
  app.shortcut<MessageShortcut>(
    { callback_id: "turn_into_issue", type: "message_action" },
    async ({ shortcut, ack, respond }) => {
      await ack();
      const { message, channel, trigger_id: trigger, user, team } = shortcut;
      const workspace = workspaceKey(user.team_id ?? team?.id ?? "", shortcut.enterprise?.id);
      const opener = { trigger, workspace, user: user.id };
      const opened = await openCallForm(
        parts.forms,
        opener,
        async () => {
          const kind = await kindHere(parts.calls, channel.id);
          if (kind === undefined) return { refused: notHere };
          const about = { channel: channel.id, kind, threadTs: message.thread_ts ?? message.ts };
          return issueFrom(parts, conversationOf(workspace, about), message.ts, user.id);
        },
        issueTool,
      );
      if (opened) return;
      await respond({ response_type: "ephemeral", text: "Slack did not open the form. Please try again." });
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

const conversationOf = (
  workspace: string,
  { channel, threadTs, kind }: Pick<About, "channel" | "threadTs" | "kind">,
): ConversationRef => ({
  key: `${workspace}/${channel}/${threadTs}`,
  ...{ workspace, channel, threadTs, kind },
});

const issueTool = "gitlab_issue_create";
const notHere = "I am not a member here, so I cannot read this thread. Invite me to the channel first.";
const titleCharsMax = 100;
const othersMark = "messages of others in this thread";

/**
 * The form of a new issue, filled in from a message's thread: its text is quoted by who wrote it, with nobody named in
 * GitLab by it, and the person edits what they send. Words of others mark the conversation, so that the card says so.
 */
const issueFrom = async (
  { threads, people, marks, calls }: ShortcutParts,
  conversation: ConversationRef,
  ts: string,
  user: string,
): Promise<CallToFill> => {
  const lines = (await threads.read(conversation, latest)).filter(({ text }) => text !== "");
  if (lines.some(({ by }) => by !== user)) await marks.add(conversation, [othersMark]);
  const names = new Map<string, string>();
  for (const { by } of lines) {
    if (!names.has(by)) names.set(by, (await people.principal(conversation.workspace, by)).name);
  }
  const quotes = quotedThread(lines.map(({ by, text }) => ({ by: names.get(by) ?? by, text })));
  const where = linkSchema.parse(
    await calls.call(
      "chat.getPermalink",
      { channel: conversation.channel, message_ts: ts },
      { patient: false },
    ),
  ).permalink;
  const title = unnamed((lines[0]?.text ?? "").split("\n")[0] ?? "");
  return {
    tool: issueTool,
    args: { title: clip(title, titleCharsMax), description: `${quotes}\n\nFrom ${where}` },
    notes: ["The description is this thread's words. Put right what the issue should say, then send it."],
    conversation,
  };
};

const linkSchema = z.object({ permalink: z.string() });

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
        // A message of ours without a mark is taken for a stream that nobody has learnt of.
        metadata: metadataOf("question", 0),
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
