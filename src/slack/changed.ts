import { z } from "zod";

const saidSchema = z.object({
  ts: z.string(),
  user: z.string().optional(),
  text: z.string().optional(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  bot_id: z.string().nullish(),
  edited: z.object({ ts: z.string() }).optional(),
});
const changedSchema = z.object({
  subtype: z.literal("message_changed"),
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string().optional(),
  event_ts: z.string().optional(),
  message: saidSchema,
  previous_message: saidSchema.optional(),
});
const deletedSchema = z.object({
  subtype: z.literal("message_deleted"),
  channel: z.string(),
  channel_type: z.string().optional(),
  deleted_ts: z.string(),
  previous_message: saidSchema.optional(),
});

/** A message of a person that was changed or taken back. */
export interface ChangedMessage {
  channel: string;
  channelType: string | undefined;
  ts: string;
  user: string;
  threadTs: string | undefined;
  /** The words as they are now; absent: it was deleted. */
  text?: string;
  /** The words as they were. */
  before: string;
  /** When it was changed, as text that sorts by time; of an edit alone. */
  editedAt?: string;
}

/**
 * When an edit was made. Slack may tell `edited.ts` by the second only: two edits of one second are told apart by the
 * time of the event. Both have ten digits before the point, so that text sorts as time does.
 */
const momentOf = ({ message, ts, event_ts }: z.infer<typeof changedSchema>): string => {
  const told = event_ts ?? ts ?? "";
  return `${message.edited?.ts ?? told}/${told}`;
};

/**
 * Reads an edit or a deletion. Slack also says `message_changed` of unfurls, of new replies below a message, and of
 * messages of programs: nothing that a person changed, and nothing here.
 */
export const readChange = (event: unknown): ChangedMessage | undefined => {
  const changed = changedSchema.safeParse(event);
  if (changed.success) {
    const { channel, channel_type, message, previous_message } = changed.data;
    const { user, text = "", thread_ts, bot_id, subtype } = message;
    const before = previous_message?.text;
    const human =
      user !== undefined && (bot_id === undefined || bot_id === null) && subtype !== "bot_message";
    if (!human || before === undefined || before === text) return undefined;
    const where = { channel, channelType: channel_type, ts: message.ts, threadTs: thread_ts };
    // Deleting a message that has replies leaves an empty stone in its place.
    return subtype === "tombstone"
      ? { ...where, user, before }
      : { ...where, user, text, before, editedAt: momentOf(changed.data) };
  }
  const deleted = deletedSchema.safeParse(event);
  if (!deleted.success) return undefined;
  const { channel, channel_type, deleted_ts, previous_message } = deleted.data;
  const user = previous_message?.user;
  if (user === undefined || (previous_message?.bot_id ?? undefined) !== undefined) return undefined;
  return {
    ...{ channel, channelType: channel_type, ts: deleted_ts, user },
    ...{ threadTs: previous_message?.thread_ts, before: previous_message?.text ?? "" },
  };
};
