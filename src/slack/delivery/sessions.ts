import { messageOf } from "../../core/errors.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { Log } from "../log.ts";
import { MinuteBudget } from "./minute-budget.ts";
import type { SessionStatus, SessionStore, Within } from "./ports.ts";
import { Remembered, saysNoFeature } from "./remembered.ts";
import { type SlackCalls, SlackRefusedError } from "./schedule.ts";

/** Of Slack's 50 a minute; a few are left for other processes. */
const perMinuteMax = 40;

/** What else a session's first call says. */
interface SessionMore {
  title?: string;
  initiator?: string;
}

/** Sessions of conversations: Slack's own sign that an agent is at work, with its Stop. Never fails and never waits. */
export interface Sessions {
  /** What it should say now, computed from its turns. */
  due(conversation: string): Promise<SessionStatus>;
  /** Slack was told by a stream. */
  told(conversation: string, status: SessionStatus): Promise<void>;
  /** Tells Slack where it says something else. */
  tell(
    conversation: Pick<ConversationRef, "key" | "channel" | "threadTs">,
    more?: SessionMore,
  ): Promise<void>;
  /** A chore: mends what a process that died left behind. */
  sweep(): Promise<void>;
}

/** A person's own title is not written over. */
const untitled = ({ initiator }: SessionMore): SessionMore => (initiator === undefined ? {} : { initiator });

const workspaceOf = (key: string): string => key.split("/")[0] ?? "";

/** Opens the sessions of this process. */
export const slackSessions = (calls: SlackCalls, store: SessionStore, within: Within, log: Log): Sessions => {
  const budget = new MinuteBudget(perMinuteMax);
  const unavailable = new Remembered();

  const call = async (
    { key, channel, threadTs }: Pick<ConversationRef, "key" | "channel" | "threadTs">,
    status: SessionStatus,
    { title, initiator }: SessionMore,
  ): Promise<void> => {
    try {
      await calls.call(
        "agents.sessions.setStatus",
        {
          ...{ channel_id: channel, thread_ts: threadTs, status },
          ...(title !== undefined && { title }),
          ...(initiator !== undefined && { initiator_user_id: initiator }),
        },
        { patient: false },
      );
    } catch (error) {
      if (!(error instanceof SlackRefusedError && saysNoFeature(error.slackCode))) throw error;
      // Not declared an agent, or not there at all: the status line alone says what happens.
      unavailable.note(workspaceOf(key));
    }
  };

  const sessions: Sessions = {
    due: async (conversation) => (await store.state(conversation)).due,
    told: (conversation, status) => store.tell(conversation, status),
    tell: async (conversation, more = {}) => {
      const { key } = conversation;
      try {
        const { due, told, titled } = await store.state(key);
        if (due === told || (told === null && due === "active")) return;
        const absent = unavailable.has(workspaceOf(key));
        if (!absent && !budget.take(workspaceOf(key))) return;
        // Begun: recorded first, so that it is ended. Ended: recorded last, so that it surely is.
        if (due !== "active") await store.tell(key, due);
        if (!absent) await call(conversation, due, titled ? untitled(more) : more);
        if (due === "active") await store.tell(key, due);
      } catch (error) {
        log.debug({ conversation: key, reason: messageOf(error) }, "a session was not told");
      }
    },
    sweep: async () => {
      for (const { conversation, channel, threadTs } of await store.stale()) {
        const tell = () => sessions.tell({ key: conversation, channel, threadTs });
        await within(workspaceOf(conversation), tell).catch((error: unknown) =>
          log.debug({ conversation, reason: messageOf(error) }, "a session was not mended"),
        );
      }
    },
  };
  return sessions;
};
