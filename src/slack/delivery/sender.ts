import { z } from "zod";
import { messageOf, UnknownOutcomeError } from "../../core/errors.ts";
import type { Crash } from "../../core/crash.ts";
import type { Log } from "../log.ts";
import type { Message } from "../views/parts.ts";
import { type SlackCalls, SlackRefusedError } from "./schedule.ts";

/** A row of the outbox that is next in its channel. */
export interface OutboxItem {
  id: string;
  channel: string;
  workspace: string;
  threadTs: string | null;
  kind: "post" | "update";
  /** Stored reference to what is drawn; parsed by `draw`. */
  view: unknown;
  /** Earlier tries: anything above 0 may already stand in Slack. */
  attempts: number;
  createdAt: Date;
  /** Of an update: where its post stands; null while the post was never sent. */
  post: { channel: string; ts: string } | null;
}

/** The outbox as the sender needs it; store/ implements it. */
export interface OutboxQueue {
  /** The oldest pending row of a channel. */
  next(channel: string): Promise<OutboxItem | undefined>;
  /** Counts one more try, durably, before Slack is called. */
  trying(id: string): Promise<void>;
  sent(id: string, where: { channel: string; ts: string } | null): Promise<void>;
  failed(id: string, error: string): Promise<void>;
}

/** Draws a stored view as of now, as pages in their order; none when there is nothing to show any more. */
export type Draw = (view: unknown) => Promise<Message[]>;

const postedSchema = z.object({ channel: z.string(), ts: z.string() });
const openedSchema = z.object({ channel: z.object({ id: z.string() }) });
const repliesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.looseObject({ outbox: z.string().optional() }) })
        .optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Metadata names the outbox row, so that a post can be found again; readable by other apps, so it holds nothing else. */
const eventType = "steward_outbox";
/** Pages of a thread that are searched for a post that may have been accepted. */
const searchPagesMax = 10;
/** After this many tries that failed on our side a row is given up, so that it does not keep the others from going. */
const triesMax = 8;
/** While Slack is away or busy nothing is given up: an answer is worth sending for as long as this. */
const awayHoursMax = 24;
/** Slack's own troubles, told as refusals: none of them is about this message. */
const passingCodes: readonly string[] = [
  "ratelimited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
];

export interface SenderParts {
  calls: SlackCalls;
  queue: OutboxQueue;
  draw: Draw;
  crash: Crash;
  log: Log;
}

/**
 * Empties the outbox of one Slack channel, in order. One visible message per row: a row that was tried before is looked
 * up by its id in the message's metadata before it is posted again, since Slack has no idempotency key and may have
 * accepted a post whose reply was lost. Throws to be tried again later; what Slack refuses for good is marked failed.
 */
export const sendChannel = async (channel: string, parts: SenderParts): Promise<void> => {
  for (
    let item = await parts.queue.next(channel);
    item !== undefined;
    item = await parts.queue.next(channel)
  ) {
    try {
      await sendItem(item, parts);
    } catch (error) {
      if (!isFinal(item, error)) throw error;
      await parts.queue.failed(item.id, messageOf(error));
      parts.log.error({ outbox: item.id, channel, err: error }, "a message could not be delivered");
    }
  }
};

const isFinal = (item: OutboxItem, error: unknown): boolean => {
  const refused = error instanceof SlackRefusedError;
  if (refused && !passingCodes.includes(error.slackCode)) return true;
  const away = refused || error instanceof UnknownOutcomeError;
  if (!away) return item.attempts >= triesMax;
  return Date.now() - item.createdAt.getTime() > awayHoursMax * 3_600_000;
};

const sendItem = async (item: OutboxItem, parts: SenderParts): Promise<void> => {
  const { queue, calls, draw } = parts;
  if (item.kind === "update" && item.post === null) return queue.failed(item.id, "its post was never sent");
  if (item.kind === "post" && item.attempts > 0) {
    const found = await findPosted(item, calls);
    if (found !== undefined) return queue.sent(item.id, found);
  }
  // Taken first, drawn second: a change that commits from now on queues an update of its own.
  await queue.trying(item.id);
  const [message] = await draw(item.view);
  if (message === undefined) return queue.sent(item.id, item.post);
  const where =
    item.post === null ? await post(item, message, parts) : await update(item.post, message, calls);
  parts.crash("post");
  await queue.sent(item.id, where);
};

const update = async (
  post: { channel: string; ts: string },
  message: Message,
  calls: SlackCalls,
): Promise<{ channel: string; ts: string }> => {
  await withPlainFallback(message, (shown) =>
    calls.call("chat.update", { channel: post.channel, ts: post.ts, ...shown }, { channel: post.channel }),
  );
  return post;
};

const post = async (
  item: OutboxItem,
  message: Message,
  { calls }: SenderParts,
): Promise<{ channel: string; ts: string }> => {
  const channel = await channelOf(item.channel, calls);
  const base = {
    channel,
    ...(item.threadTs !== null && channel === item.channel && { thread_ts: item.threadTs }),
  };
  const metadata = { event_type: eventType, event_payload: { outbox: item.id } };
  const reply = await withPlainFallback(message, (shown) =>
    calls.call(
      "chat.postMessage",
      { ...base, ...shown, metadata, unfurl_links: false, unfurl_media: false },
      { channel },
    ),
  );
  return postedSchema.parse(reply);
};

/** A person's id stands for our direct messages with them. */
const channelOf = async (channel: string, calls: SlackCalls): Promise<string> => {
  if (!/^[UW]/.test(channel)) return channel;
  return openedSchema.parse(await calls.call("conversations.open", { users: channel })).channel.id;
};

/** Newer blocks roll out in phases: what Slack refuses as blocks is said in plain text instead. */
const withPlainFallback = async <T>(
  message: Message,
  send: (shown: { text: string; blocks?: unknown[] }) => Promise<T>,
): Promise<T> => {
  try {
    return await send({ text: message.text, blocks: message.blocks });
  } catch (error) {
    const blocksRefused =
      error instanceof SlackRefusedError &&
      ["invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format"].includes(error.slackCode);
    if (!blocksRefused) throw error;
    return send({ text: message.text });
  }
};

/** Looks for a message that carries this row's id: in its thread, or in the channel since the row was made. */
const findPosted = async (
  item: OutboxItem,
  calls: SlackCalls,
): Promise<{ channel: string; ts: string } | undefined> => {
  const channel = await channelOf(item.channel, calls);
  const inThread = item.threadTs !== null && channel === item.channel;
  // A minute of slack for clocks that differ.
  const oldest = String(Math.floor(item.createdAt.getTime() / 1000) - 60);
  const base = {
    channel,
    oldest,
    limit: 200,
    include_all_metadata: true,
    ...(inThread && { ts: item.threadTs }),
  };
  let cursor: string | undefined;
  for (let page = 0; page < searchPagesMax; page++) {
    const args = { ...base, ...(cursor !== undefined && { cursor }) };
    const reply = repliesSchema.parse(
      await calls.call(inThread ? "conversations.replies" : "conversations.history", args),
    );
    const found = reply.messages.find(
      (one) => one.metadata?.event_type === eventType && one.metadata.event_payload.outbox === item.id,
    );
    if (found !== undefined) return { channel, ts: found.ts };
    cursor = reply.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") return undefined;
  }
  return undefined;
};
