import type { KnownBlock } from "@slack/types";
import { z } from "zod";
import type { Crash } from "../../core/crash.ts";
import type { Message } from "../views/parts.ts";
import { metadataOf } from "./find-posted.ts";
import type { OutboxItem, OutboxQueue, Standing } from "./ports.ts";
import { type SlackCalls, SlackRefusedError, slotPatienceMs } from "./schedule.ts";
import { halved, isTooLong, sendShown } from "./show.ts";
import { stopStream } from "./streaming.ts";

const postedSchema = z.object({ channel: z.string(), ts: z.string() });

/** A message that cannot be edited any more: its page is posted anew, and it goes where it can. */
const lost: readonly string[] = [
  ...["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"],
];
/** Tries of a row after which a message that still counts as streaming is given up. */
const conflictTriesMax = 3;

const codeOf = (error: unknown): string => (error instanceof SlackRefusedError ? error.slackCode : "");

export interface PagesParts {
  calls: SlackCalls;
  queue: Pick<OutboxQueue, "paged">;
  crash: Crash;
  /** The blocks with pictures for their charts, where the workspace refuses charts. */
  pictured(blocks: KnownBlock[]): Promise<KnownBlock[] | undefined>;
}

const post = async (
  item: OutboxItem,
  channel: string,
  page: number,
  message: Message,
  { calls, pictured }: PagesParts,
): Promise<string> => {
  const base = {
    channel,
    ...(item.threadTs !== null && channel === item.channel && { thread_ts: item.threadTs }),
    metadata: metadataOf(item.post, page),
    unfurl_links: false,
    unfurl_media: false,
  };
  const reply = await sendShown(
    message,
    ({ text, blocks }) =>
      calls.call(
        "chat.postMessage",
        { ...base, text, ...(blocks.length > 0 && { blocks }) },
        { channel, patienceMs: slotPatienceMs },
      ),
    (blocks) => pictured(blocks),
  );
  return postedSchema.parse(reply).ts;
};

const update = async (
  item: OutboxItem,
  at: { channel: string; ts: string },
  page: number,
  message: Message,
  { calls, pictured }: PagesParts,
): Promise<void> => {
  await sendShown(
    message,
    (shown) =>
      calls.call(
        "chat.update",
        { ...at, ...shown, metadata: metadataOf(item.post, page) },
        { channel: at.channel, patienceMs: slotPatienceMs },
      ),
    (blocks) => pictured(blocks),
  );
};

/** Edits a message into a page; answers whether it stands: one that cannot be edited any more does not. */
const edited = async (
  item: OutboxItem,
  at: { channel: string; ts: string },
  page: number,
  message: Message,
  parts: PagesParts,
): Promise<boolean> => {
  try {
    await update(item, at, page, message, parts).catch(async (error: unknown) => {
      if (codeOf(error) !== "streaming_state_conflict") throw error;
      await stopStream(parts.calls, at);
      await update(item, at, page, message, parts);
    });
    parts.crash("page-updated");
    return true;
  } catch (error) {
    const conflict = codeOf(error) === "streaming_state_conflict" && item.attempts >= conflictTriesMax;
    if (!lost.includes(codeOf(error)) && !conflict) throw error;
    return false;
  }
};

/** Takes a message of ours away; one that is gone already, or cannot go, is left. */
export const takeAway = async (calls: SlackCalls, channel: string, ts: string): Promise<void> => {
  try {
    await calls.call("chat.delete", { channel, ts }, { channel, patienceMs: slotPatienceMs });
  } catch (error) {
    const left = ["message_not_found", "cant_delete_message", "compliance_exports_prevent_deletion"];
    if (!left.includes(codeOf(error))) throw error;
  }
};

/**
 * Makes a post stand in Slack as these pages: what stands is edited into them in order, what is missing is posted, what
 * is too many goes. Safe to do again after being cut off anywhere: `standing` is then what an earlier try left. A page
 * that Slack finds too long becomes two.
 */
export const putPages = async (
  item: OutboxItem,
  messages: readonly Message[],
  standing: Standing,
  parts: PagesParts,
): Promise<Standing> => {
  const { channel } = standing;
  const wanted = [...messages];
  const left = [...standing.pages];
  const pages: string[] = [];
  const surplus: string[] = [];
  /** The page's new place, once it was posted. */
  const put = async (page: number, message: Message, at: string | undefined): Promise<string> => {
    if (at !== undefined && (await edited(item, { channel, ts: at }, page, message, parts))) return at;
    // Pages stand in the order in which they were posted: what would stand before this one goes.
    surplus.push(...(at === undefined ? [] : [at]), ...left.splice(0));
    const ts = await post(item, channel, page, message, parts);
    parts.crash("post");
    if (page + 1 < wanted.length) {
      await parts.queue.paged(item.post, { channel, pages: [...pages, ts, ...surplus] });
    }
    return ts;
  };
  while (pages.length < wanted.length) {
    const page = pages.length;
    const message = wanted[page] as Message;
    const at = left.shift();
    try {
      pages.push(await put(page, message, at));
    } catch (error) {
      if (!isTooLong(error) || message.blocks.length < 2) throw error;
      if (at !== undefined && !surplus.includes(at)) left.unshift(at);
      wanted.splice(page, 1, ...halved(message));
    }
  }
  for (const ts of [...surplus, ...left]) {
    await takeAway(parts.calls, channel, ts);
    parts.crash("page-deleted");
  }
  return { channel, pages };
};
