import type { ConversationRef } from "../core/turn.ts";

/** Where something below an answer stands: its conversation, and the answer's post, as a query joins them. */
export interface AnswerPlaceRow {
  conversation: string;
  workspace: string;
  channel: string;
  thread_ts: string;
  kind: ConversationRef["kind"];
  post: string | null;
  posted_channel: string | null;
  ts: string | null;
}

/** Columns of the place, of a conversation `c` and an outbox row `p`. */
export const answerPlaceColumns = `c.id as conversation, c.workspace, c.channel, c.thread_ts, c.kind,
  p.id as post, p.posted_channel, p.ts`;

/** The same, as turn/ knows it; the post's `ts` is null while it is in flight. */
export const answerPlaceOf = (row: AnswerPlaceRow) => ({
  conversation: {
    ...{ key: row.conversation, workspace: row.workspace, channel: row.channel },
    ...{ threadTs: row.thread_ts, kind: row.kind },
  },
  post: row.post === null ? null : { id: row.post, channel: row.posted_channel, ts: row.ts },
});
