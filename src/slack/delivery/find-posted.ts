import { z } from "zod";
import { type SlackCalls, slotPatienceMs } from "./schedule.ts";

/** Metadata names the outbox row, so that a post can be found again; readable by other apps, so it holds nothing else. */
const eventType = "steward_outbox";
/** Pages of a thread that are searched for a post that may have been accepted. */
const searchPagesMax = 10;
/** Our clock and Slack's may differ by this much, seconds. */
const clocksDifferSeconds = 60;
/** Of a message that has no mark: as little as servers that keep time differ. */
const orphanOlderSeconds = 5;

/** What a message of ours carries: which row it shows, and which page of it, from 0. */
export const metadataOf = (outbox: string, page: number) => ({
  event_type: eventType,
  event_payload: { outbox, page },
});

const repliesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      subtype: z.string().optional(),
      files: z.array(z.looseObject({ name: z.string().nullish() })).optional(),
      metadata: z
        .object({
          event_type: z.string(),
          event_payload: z.looseObject({ outbox: z.string().optional(), page: z.number().optional() }),
        })
        .optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

type Found = z.infer<typeof repliesSchema>["messages"][number];

/** Where a lost message may stand. */
export interface Haystack {
  channel: string;
  threadTs: string | null;
  /** Nothing older can be it. */
  since: Date;
}

/** Every message there since then, page by page, as long as `look` wants more. */
const each = async (
  calls: SlackCalls,
  { channel, threadTs, since }: Haystack,
  look: (messages: readonly Found[]) => boolean,
): Promise<void> => {
  const oldest = String(Math.floor(since.getTime() / 1000) - clocksDifferSeconds);
  const base = {
    channel,
    oldest,
    limit: 200,
    include_all_metadata: true,
    ...(threadTs !== null && { ts: threadTs }),
  };
  let cursor: string | undefined;
  for (let page = 0; page < searchPagesMax; page++) {
    const args = { ...base, ...(cursor !== undefined && { cursor }) };
    const method = threadTs === null ? "conversations.history" : "conversations.replies";
    const reply = repliesSchema.parse(await calls.call(method, args, { patienceMs: slotPatienceMs }));
    if (!look(reply.messages)) return;
    cursor = reply.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") return;
  }
};

/** The messages that carry this row's id, by page. Throws where it cannot look: then nothing may be posted again. */
export const findPosted = async (
  outbox: string,
  where: Haystack,
  calls: SlackCalls,
): Promise<Map<number, string>> => {
  const found = new Map<number, string>();
  await each(calls, where, (messages) => {
    for (const { ts, metadata } of messages) {
      if (metadata?.event_type !== eventType || metadata.event_payload.outbox !== outbox) continue;
      found.set(metadata.event_payload.page ?? 0, ts);
    }
    return true;
  });
  return found;
};

/**
 * A stream's message takes no metadata at its start: one that Slack opened without our learning its ts is the message
 * of ours in that thread which carries none and is known to nobody.
 */
export const findOrphan = async (
  self: string,
  where: Haystack,
  known: ReadonlySet<string>,
  calls: SlackCalls,
): Promise<string | undefined> => {
  let orphan: string | undefined;
  await each(calls, where, (messages) => {
    orphan = messages.find(
      ({ ts, user, subtype, files, metadata }) =>
        user === self &&
        metadata === undefined &&
        subtype === undefined &&
        files === undefined &&
        ts !== where.threadTs &&
        !known.has(ts) &&
        Number(ts) >= where.since.getTime() / 1000 - orphanOlderSeconds,
    )?.ts;
    return orphan === undefined;
  });
  return orphan;
};

/** The message that shares a file of this name. Throws where it cannot look: then nothing may be uploaded again. */
export const findFile = async (
  name: string,
  where: Haystack,
  calls: SlackCalls,
): Promise<string | undefined> => {
  let found: string | undefined;
  await each(calls, where, (messages) => {
    found = messages.find(({ files }) => files?.some((file) => file.name === name))?.ts;
    return found === undefined;
  });
  return found;
};
