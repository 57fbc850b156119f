import type { KnownBlock } from "@slack/types";
import { z } from "zod";
import { messageOf, UnknownOutcomeError } from "../../core/errors.ts";
import type { Log } from "../log.ts";
import type { Message } from "../views/parts.ts";
import { type Files, isFile, sendFile } from "./files.ts";
import { findPosted } from "./find-posted.ts";
import { withPictures } from "./pictures.ts";
import { putPages } from "./pages.ts";
import type { OutboxItem, OutboxQueue } from "./ports.ts";
import { SlackBusyError, type SlackCalls, SlackRefusedError } from "./schedule.ts";
import { type TakeParts, takePreviews } from "./take-previews.ts";
import { NotInstalledError, type Workspaces } from "../workspaces.ts";

/** Draws a stored view as of now, as pages in their order; none when there is nothing to show any more. */
export type Draw = (view: unknown) => Promise<Message[]>;

const openedSchema = z.object({ channel: z.object({ id: z.string() }) });

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
  // Of a stream that was stopped a moment ago; `putPages` gives its message up after some tries.
  "streaming_state_conflict",
];

export interface SenderParts extends TakeParts {
  queue: OutboxQueue;
  draw: Draw;
  files: Files;
  /** Each row is sent as seen from its workspace. */
  within: Workspaces["within"];
  log: Log;
}

/**
 * Empties the outbox of one Slack channel, in order. One visible message per row: a row that was tried before is looked
 * up by its id in the messages' metadata before it is posted again, since Slack has no idempotency key and may have
 * accepted a post whose reply was lost. Throws to be tried again later; what Slack refuses for good is marked failed.
 * Where Slack asks this channel to wait, the job ends and another comes after the wait: no slot is held meanwhile.
 */
export const sendChannel = async (channel: string, parts: SenderParts): Promise<void> => {
  for (
    let item = await parts.queue.next(channel);
    item !== undefined;
    item = await parts.queue.next(channel)
  ) {
    try {
      const next = item;
      await parts.within(next.workspace, () => sendItem(next, parts));
    } catch (error) {
      // It rests until the app is installed there again.
      if (error instanceof NotInstalledError) return;
      if (isFinal(item, error)) {
        await parts.queue.failed(item.id, messageOf(error));
        parts.log.error({ outbox: item.id, channel, err: error }, "a message could not be delivered");
      } else if (error instanceof SlackBusyError) {
        return parts.queue.later(item, error.afterMs / 1000);
      } else throw error;
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
  if (item.kind === "update" && (item.standing === null || item.standing.pages.length === 0)) {
    return queue.failed(item.id, "its post was never sent");
  }
  const channel = item.standing?.channel ?? (await channelOf(item.channel, calls));
  if (isFile(item)) {
    await queue.trying(item.id);
    return queue.sent(item, await sendFile(item, channel, parts));
  }
  const posted = item.kind === "post" && item.attempts > 0 ? await earlier(item, channel, parts) : undefined;
  const shown = item.previews.length === 0 ? [] : await takePreviews(item, channel, parts);
  // Taken first, drawn second: a change that commits from now on queues an update of its own.
  await queue.trying(item.id);
  const messages = await draw(item.view);
  if (messages.length === 0 && item.kind === "update") return queue.sent(item, null);
  const recorded = item.standing?.pages ?? [];
  const pages = standingPages(recorded, posted, shown);
  const put = { ...parts, pictured: (blocks: KnownBlock[]) => withPictures(blocks, parts) };
  await queue.sent(item, await putPages(item, messages, { channel, pages }, put));
};

/**
 * What stands by page: what was recorded, else what an earlier try left, else what the turn has shown. What an earlier
 * try left behind a page that is gone again comes last: it becomes another page, or goes.
 */
const standingPages = (
  recorded: readonly string[],
  posted: ReadonlyMap<number, string> | undefined,
  shown: readonly string[],
): string[] => {
  const pages = [...recorded];
  const rest = shown.filter((ts) => !recorded.includes(ts) && !posted?.values().some((one) => one === ts));
  for (let page = pages.length; ; page++) {
    const ts = posted?.get(page) ?? rest.shift();
    if (ts === undefined) break;
    if (!pages.includes(ts)) pages.push(ts);
  }
  const behind = [...(posted?.entries() ?? [])].toSorted(([one], [other]) => one - other);
  return [...pages, ...behind.flatMap(([, ts]) => (pages.includes(ts) ? [] : [ts]))];
};

/** What an earlier try may have posted. */
const earlier = (item: OutboxItem, channel: string, { calls }: SenderParts): Promise<Map<number, string>> => {
  const threadTs = channel === item.channel ? item.threadTs : null;
  return findPosted(item.post, { channel, threadTs, since: item.createdAt }, calls);
};

/** A person's id stands for our direct messages with them. */
const channelOf = async (channel: string, calls: SlackCalls): Promise<string> => {
  if (!/^[UW]/.test(channel)) return channel;
  return openedSchema.parse(await calls.call("conversations.open", { users: channel })).channel.id;
};
