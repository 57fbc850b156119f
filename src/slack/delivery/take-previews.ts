import type { Crash } from "../../core/crash.ts";
import { findOrphan, findPosted } from "./find-posted.ts";
import type { OutboxItem, Previewed, PreviewStore } from "./ports.ts";
import { SlackBusyError, type SlackCalls } from "./schedule.ts";
import type { Sessions } from "./sessions.ts";
import { stopStream } from "./streaming.ts";

/** Asked again so soon whether a run has learned its message's ts. */
const lookAgainMs = 300;

export interface TakeParts {
  calls: SlackCalls;
  previews: PreviewStore;
  sessions: Pick<Sessions, "due" | "told" | "tell">;
  /** Us in the workspace that the work came from: whose message an orphan is. */
  self: { readonly bot: string };
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
  return findOrphan(self.bot, haystack, await previews.known(channel, threadTs), calls);
};

const conversationOf = ({ workspace, channel, threadTs }: OutboxItem) => ({
  key: `${workspace}/${channel}/${threadTs}`,
  channel,
  threadTs: threadTs ?? "",
});

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
  const conversation = conversationOf(item);
  const session = await parts.sessions.due(conversation.key);
  const shown: string[] = [];
  let told = false;
  for (const preview of taken) {
    const place = { channel, threadTs: item.threadTs ?? "" };
    const ts = preview.ts ?? (await orphanOf(preview, place, parts));
    if (ts === undefined) continue;
    if (preview.ts === null) await parts.previews.opened(preview.id, ts);
    if (preview.means === "stream" && !preview.stopped) {
      told = (await stopStream(parts.calls, { channel, ts, session })) || told;
      parts.crash("stream-stopped");
    }
    shown.push(ts);
  }
  // A stream that Slack had closed by itself took no last word of its session.
  if (told) await parts.sessions.told(conversation.key, session);
  else await parts.sessions.tell(conversation);
  return shown;
};
