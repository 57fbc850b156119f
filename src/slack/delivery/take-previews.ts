import type { Crash } from "../../core/crash.ts";
import { findOrphan, findPosted } from "./find-posted.ts";
import type { OutboxItem, Previewed, PreviewStore, SessionStore } from "./ports.ts";
import { SlackBusyError, type SlackCalls } from "./schedule.ts";
import { stopStream } from "./streaming.ts";

/** Asked again so soon whether a run has learned its message's ts. */
const lookAgainMs = 300;

export interface TakeParts {
  calls: SlackCalls;
  previews: PreviewStore;
  sessions: SessionStore;
  /** Our own user id: whose message an orphan is. */
  self: string;
  crash: Crash;
}

type Place = { channel: string; threadTs: string };

/**
 * Where a preview stands whose ts nobody stored: Slack may have opened it in the moment in which its process died. A
 * stream's message has no mark of its own, so it is told by being ours, unknown and not older than the intent.
 */
export const orphanOf = async (
  preview: Pick<Previewed, "id" | "means" | "openedAt">,
  { channel, threadTs }: Place,
  { calls, previews, self }: Pick<TakeParts, "calls" | "previews" | "self">,
): Promise<string | undefined> => {
  const haystack = { channel, threadTs, since: preview.openedAt };
  if (preview.means === "post") return (await findPosted(preview.id, haystack, calls)).get(0);
  return findOrphan(self, haystack, await previews.known(channel, threadTs), calls);
};

/** What the session says once the last stream of a turn that has ended is stopped; recorded before Slack is told. */
const ending = async (item: OutboxItem, { sessions }: TakeParts) => {
  const conversation = `${item.workspace}/${item.channel}/${item.threadTs}`;
  const { due } = await sessions.state(conversation);
  await sessions.tell(conversation, due);
  return due;
};

/**
 * Takes over what the turn of an answer has shown while it ran, oldest first: streams are stopped, and a message whose
 * ts nobody stored is looked for. Throws to be tried again while the run is about to learn it.
 */
export const takePreviews = async (
  item: OutboxItem,
  channel: string,
  parts: TakeParts,
): Promise<string[]> => {
  const taken = await parts.previews.take(item.previews);
  if (taken.some(({ opening }) => opening)) throw new SlackBusyError("a preview", lookAgainMs);
  const session = taken.some(({ means }) => means === "stream") ? await ending(item, parts) : undefined;
  const shown: string[] = [];
  for (const preview of taken) {
    const place = { channel, threadTs: item.threadTs ?? "" };
    const ts = preview.ts ?? (await orphanOf(preview, place, parts));
    if (ts === undefined) continue;
    if (preview.ts === null) await parts.previews.opened(preview.id, ts);
    if (preview.means === "stream") {
      await stopStream(parts.calls, { channel, ts, ...(session !== undefined && { session }) });
      parts.crash("stream-stopped");
    }
    shown.push(ts);
  }
  return shown;
};
