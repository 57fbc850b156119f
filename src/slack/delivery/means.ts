import type { KnownBlock } from "@slack/types";
import { z } from "zod";
import { drawProgress } from "../views/progress.ts";
import type { Step } from "./checklist.ts";
import { metadataOf } from "./find-posted.ts";
import type { SlackCalls } from "./schedule.ts";

/** Where a run shows something, and to whom. */
export interface Stage {
  turn: string;
  channel: string;
  threadTs: string;
  kind: "channel" | "private" | "dm" | "group_dm";
  /** Who asked: outside direct messages they alone see a stream live. */
  recipient: { user: string; team: string };
}

/** What is new, and all there is by now. */
export interface Shown {
  /** Whole blocks that were not shown yet, and the steps that changed. */
  fresh: { blocks: KnownBlock[]; steps: readonly Step[] };
  all: { blocks: KnownBlock[]; steps: readonly Step[] };
}

/** One way to show a run at work. Each call answers or throws what Slack said; none waits for a rate limit. */
export interface Means {
  readonly kind: "stream" | "post";
  /** Least time between two calls for one message, ms: Slack counts edits more strictly. */
  readonly paceMs: number;
  /** Opens the message; its ts. `id` marks a post. */
  open(stage: Stage, id: string, shown: Shown): Promise<string>;
  add(stage: Stage, ts: string, shown: Shown): Promise<void>;
}

const openedSchema = z.object({ ts: z.string() });

const chunksOf = ({ fresh }: Shown): object[] => [
  ...fresh.steps.map(({ id, title, status }) => ({ type: "task_update", id, title, status })),
  ...(fresh.blocks.length === 0 ? [] : [{ type: "blocks", blocks: fresh.blocks }]),
];

/** Slack's streaming message: it grows, and opens the conversation's session. */
export const streamed = (calls: SlackCalls): Means => ({
  kind: "stream",
  paceMs: 1_000,
  open: async ({ channel, threadTs, kind, recipient }, _id, shown) => {
    const reply = await calls.call(
      "chat.startStream",
      {
        ...{ channel, thread_ts: threadTs, task_display_mode: "plan", chunks: chunksOf(shown) },
        ...(kind !== "dm" && { recipient_user_id: recipient.user, recipient_team_id: recipient.team }),
      },
      { patient: false },
    );
    return openedSchema.parse(reply).ts;
  },
  add: async ({ channel }, ts, shown) => {
    await calls.call(
      "chat.appendStream",
      { channel, ts, chunks: chunksOf(shown) },
      { channel, patient: false },
    );
  },
});

/** An ordinary message that is edited: its links are never unfurled, since Slack decides that when it is posted. */
export const edited = (calls: SlackCalls): Means => ({
  kind: "post",
  paceMs: 3_000,
  open: async ({ turn, channel, threadTs }, id, { all }) => {
    const { text, blocks } = drawProgress(turn, all.blocks, all.steps);
    const reply = await calls.call(
      "chat.postMessage",
      {
        ...{ channel, thread_ts: threadTs, text, blocks, metadata: metadataOf(id, 0) },
        ...{ unfurl_links: false, unfurl_media: false },
      },
      { channel, patient: false },
    );
    return openedSchema.parse(reply).ts;
  },
  add: async ({ turn, channel }, ts, { all }) => {
    const { text, blocks } = drawProgress(turn, all.blocks, all.steps);
    await calls.call("chat.update", { channel, ts, text, blocks }, { channel, patient: false });
  },
});
