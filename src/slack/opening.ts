import { z } from "zod";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import { escaped, mention, paragraph, words } from "./views/parts.ts";

const openedSchema = z.object({ channel: z.object({ id: z.string() }) });
const postedSchema = z.object({ ts: z.string() });

/** Slack waits three seconds for a command's acknowledgement; some of them are for storing. */
const openingMs = 1_800;

/** Slack takes one message a second and channel: the person may just have had another one here. */
const busyMs = 1_100;

/** Where a slash command's answer goes. */
export interface Opening {
  channel: string;
  /** The opening line's ts: the thread. */
  root: string;
}

/** Rejects when the work takes longer than a command may wait; what was begun may still appear in Slack. */
const inTime = <T>(work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("Slack is too slow to open a thread in time.")), openingMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

const post = async (
  shown: string,
  user: string,
  channel: string,
  calls: SlackCalls,
): Promise<Opening | undefined> => {
  try {
    const reply = await calls.call(
      "chat.postMessage",
      {
        channel,
        text: `<@${user}> by /steward: ${escaped(shown)}`,
        blocks: [paragraph([mention(user), words(" by /steward: "), words(shown)])],
        unfurl_links: false,
        unfurl_media: false,
      },
      { channel, patienceMs: busyMs },
    );
    return { channel, root: postedSchema.parse(reply).ts };
  } catch (error) {
    const outside =
      error instanceof SlackRefusedError && ["not_in_channel", "channel_not_found"].includes(error.slackCode);
    if (outside) return undefined;
    throw error;
  }
};

/**
 * Posts the line that a slash command's thread hangs from: in the person's direct messages, or in `channel` for all to
 * see. `undefined`: we are not a member there. Throws when Slack is slow, busy or away; nothing is recorded then.
 */
export const openThread = (
  shown: string,
  user: string,
  channel: string | undefined,
  calls: SlackCalls,
): Promise<Opening | undefined> => {
  const open = async (): Promise<Opening | undefined> => {
    if (channel !== undefined) return post(shown, user, channel, calls);
    const opened = openedSchema.parse(
      await calls.call("conversations.open", { users: user }, { patient: false }),
    );
    return post(shown, user, opened.channel.id, calls);
  };
  return inTime(open());
};

/** Takes the opening line back when its request could not be stored. */
export const withdraw = async (
  { channel, root }: Opening,
  text: string,
  calls: SlackCalls,
): Promise<void> => {
  await calls.call(
    "chat.update",
    { channel, ts: root, text, blocks: [paragraph([words(text)])] },
    { channel },
  );
};
