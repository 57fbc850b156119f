import { z } from "zod";
import type { Crash } from "../../core/crash.ts";
import { findFile } from "./find-posted.ts";
import type { OutboxItem, Standing } from "./ports.ts";
import type { SlackCalls } from "./schedule.ts";

/** A file as it is to be uploaded, drawn from stored data. */
export interface DrawnFile {
  /** The beginning of its name; the outbox row's id makes it one of a kind. */
  name: string;
  extension: string;
  title: string;
  /** Stands beside it; markup of ours. */
  comment: string;
  bytes: Uint8Array;
}

/** What uploads need besides Slack's methods. */
export interface Files {
  /** Draws a stored view; `undefined`: there is no such file any more. */
  draw(view: unknown): Promise<DrawnFile | undefined>;
  /** Sends the bytes to the address that Slack gave for them, once. */
  upload(url: string, bytes: Uint8Array): Promise<void>;
}

const viewSchema = z.object({ view: z.literal("file") });
const placeSchema = z.object({ upload_url: z.url(), file_id: z.string() });

/** Whether an outbox row holds a file: it goes by other methods than a message. */
export const isFile = (item: Pick<OutboxItem, "view">): boolean => viewSchema.safeParse(item.view).success;

/** Uploads a file that nobody sees yet; answers its id. */
export const uploadFile = async (
  name: string,
  bytes: Uint8Array,
  { calls, files }: { calls: SlackCalls; files: Pick<Files, "upload"> },
): Promise<string> => {
  const place = placeSchema.parse(
    await calls.call("files.getUploadURLExternal", { filename: name, length: bytes.byteLength }),
  );
  await files.upload(place.upload_url, bytes);
  return place.file_id;
};

/**
 * Shares a row's file in its thread, or in a person's direct messages, once: an upload that nobody completed is seen by
 * nobody, and a row that was tried before is looked up by the file's name before it is shared again.
 */
export const sendFile = async (
  item: OutboxItem,
  channel: string,
  parts: { calls: SlackCalls; files: Files; crash: Crash },
): Promise<Standing | null> => {
  const { calls, files, crash } = parts;
  const drawn = await files.draw(item.view);
  if (drawn === undefined) return null;
  const name = `${drawn.name}-${item.id.slice(0, 8)}.${drawn.extension}`;
  const threadTs = channel === item.channel ? item.threadTs : null;
  if (item.attempts > 0) {
    const found = await findFile(name, { channel, threadTs, since: item.createdAt }, calls);
    if (found !== undefined) return { channel, pages: [found] };
  }
  const id = await uploadFile(name, drawn.bytes, parts);
  crash("file-uploaded");
  await calls.call(
    "files.completeUploadExternal",
    {
      files: JSON.stringify([{ id, title: drawn.title }]),
      channel_id: channel,
      initial_comment: drawn.comment,
      ...(threadTs !== null && { thread_ts: threadTs }),
    },
    { channel },
  );
  crash("file-shared");
  return { channel, pages: [] };
};
