import { messageOf } from "../../core/errors.ts";
import type { Log } from "../log.ts";
import type { Within } from "./ports.ts";
import { takeAway } from "./pages.ts";
import type { StrayPreview } from "./ports.ts";
import { stopStream } from "./streaming.ts";
import { orphanOf, type TakeParts } from "./take-previews.ts";

type Parts = Omit<TakeParts, "crash"> & { within: Within; log: Log };

const takeBack = async (stray: StrayPreview, parts: Parts): Promise<void> => {
  const { calls, previews } = parts;
  if (!(await previews.leave(stray.id))) return;
  const ts = stray.ts ?? (await orphanOf(stray, stray, parts));
  if (ts === undefined) return previews.settle(stray.id, "gone");
  const { channel } = stray;
  if (stray.means === "stream") {
    const session = await parts.sessions.due(stray.conversation);
    if (await stopStream(calls, { channel, ts, session })) {
      await parts.sessions.told(stray.conversation, session);
    }
  }
  if (!stray.keep) await takeAway(calls, channel, ts);
  await previews.settle(stray.id, stray.keep ? "kept" : "gone");
};

/**
 * Takes back what runs have shown and no answer will replace: their turn waits for people, was stopped, is done anew,
 * or their process died. Of one turn when it is named, else (a chore) of all that are left over. Words that somebody
 * stopped stay. Safe to run everywhere at once and to be cut off: each step is found undone and done again.
 */
export const takeBackStrays = async (parts: Parts, turn?: string): Promise<void> => {
  for (const stray of await parts.previews.strays(turn)) {
    try {
      await parts.within(stray.workspace, () => takeBack(stray, parts));
    } catch (error) {
      parts.log.warn(
        { preview: stray.id, reason: messageOf(error) },
        "a preview could not be taken back yet",
      );
    }
  }
};
