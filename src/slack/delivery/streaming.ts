import type { SessionStatus } from "./ports.ts";
import { type SlackCalls, SlackRefusedError, slotPatienceMs } from "./schedule.ts";

/** A stream that has ended: by the server after its time, by a person, or by an earlier try of ours. */
const ended: readonly string[] = ["message_not_in_streaming_state", "stopped_by_user", "message_not_found"];

const isEnded = (error: unknown): boolean =>
  error instanceof SlackRefusedError && ended.includes(error.slackCode);

/** Stops a stream; one that has ended already is as good. Answers whether it was us: then the session was told, too. */
export const stopStream = async (
  calls: SlackCalls,
  { channel, ts, session }: { channel: string; ts: string; session?: SessionStatus },
): Promise<boolean> => {
  try {
    await calls.call(
      "chat.stopStream",
      { channel, ts, ...(session !== undefined && { session_status: session }) },
      { channel, patienceMs: slotPatienceMs },
    );
    return true;
  } catch (error) {
    if (!isEnded(error)) throw error;
    return false;
  }
};
