import { z } from "zod";
import type { Principal } from "../../core/principal.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { People } from "../../turn/types.ts";
import type { EventEnvelope } from "../envelope.ts";
import { kindOf } from "../inbound.ts";
import type { Log } from "../log.ts";

/** What Slack's own Stop needs. */
export interface StopParts {
  people: People;
  /** Stops what runs in a thread: one transaction, once per id. */
  stopThread(stop: {
    id: string;
    conversation: ConversationRef;
    by: Principal;
    at: Date;
    answerAlways?: boolean;
    /** Slack's own Stop: what others asked stops too, whoever pressed. */
    anybody?: boolean;
  }): Promise<unknown>;
  log: Log;
}

const stoppedSchema = z.object({
  channel: z.string(),
  thread_ts: z.string(),
  user: z.string(),
  event_ts: z.string().optional(),
});

/**
 * Whoever pressed Stop: a directory that does not answer must not keep the work going. Of a person who could not be
 * looked up nothing is believed but the account (not active): that decides for nobody else.
 */
export const whoever = async (
  { people, log }: Pick<StopParts, "people" | "log">,
  workspace: string,
  user: string,
): Promise<Principal> => {
  try {
    return await people.principal(workspace, user);
  } catch (error) {
    log.warn({ err: error }, "who decided something in a thread could not be looked up");
    const unknown = { guest: true, external: true, bot: false, active: false };
    return { kind: "person", workspace, user, name: user, timezone: "UTC", ...unknown };
  }
};

/** When Slack says that something happened; `now` where it does not say. */
export const momentOf = (ts: string | undefined): Date => {
  const seconds = Number(ts);
  return Number.isFinite(seconds) && seconds > 0 ? new Date(seconds * 1000) : new Date();
};

/**
 * Slack's Stop button in a thread (`agent_session_stopped`). Slack stops its streams itself, but neither the work nor
 * the status. Anybody in the thread may press it; who did is recorded.
 */
export const takeStop =
  (parts: StopParts) =>
  async ({ event, workspace, id }: EventEnvelope): Promise<"stop" | "unknown"> => {
    const parsed = stoppedSchema.safeParse(event);
    if (!parsed.success) return "unknown";
    const { channel, thread_ts, user, event_ts } = parsed.data;
    await parts.stopThread({
      id: `${workspace}/event/${id}`,
      conversation: {
        ...{ key: `${workspace}/${channel}/${thread_ts}`, workspace, channel },
        ...{ threadTs: thread_ts, kind: kindOf(channel, undefined) },
      },
      by: await whoever(parts, workspace, user),
      at: momentOf(event_ts),
      anybody: true,
    });
    return "stop";
  };
