import type { AgentEvent } from "../../agent/types.ts";
import { messageOf } from "../../core/errors.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { Voice } from "../../turn/types.ts";
import type { Log } from "../log.ts";
import { clip, visible } from "../markdown/safe-text.ts";
import type { SlackCalls } from "./schedule.ts";

/** Slack clears a status by itself after two minutes: it is said again before that. */
const refreshMs = 90_000;
/** Steps follow one another quickly; people read slowly, and Slack counts about 60 a minute per conversation. */
const throttleMs = 1_000;
const statusCharsMax = 140;

const stepText = (event: AgentEvent): string | undefined => {
  switch (event.kind) {
    case "step":
      return event.state === "running" ? event.text : undefined;
    case "delegated":
      return `Asking the ${event.agent} agent`;
    case "agent":
    case "text":
    case "planner":
      return undefined;
    default:
      return undefined;
  }
};

/**
 * The status line of a conversation, by `assistant.threads.setStatus`. Best effort: it never fails a turn and never
 * waits for a rate limit. Slack clears it when something is posted, but a status that arrives after the answer would
 * stay for two minutes: so calls of one conversation follow one another, and the last one clears it.
 */
export const slackVoice = (calls: SlackCalls, log: Log): Voice => {
  const lines = new Map<string, Promise<void>>();
  const call = async (conversation: ConversationRef, status: string): Promise<void> => {
    try {
      await calls.call(
        "assistant.threads.setStatus",
        {
          channel_id: conversation.channel,
          thread_ts: conversation.threadTs,
          status: clip(visible(status).replaceAll(/\s+/g, " "), statusCharsMax),
        },
        { channel: conversation.channel, patient: false },
      );
    } catch (error) {
      log.debug({ conversation: conversation.key, reason: messageOf(error) }, "status not shown");
    }
  };
  const say = async (conversation: ConversationRef, status: string): Promise<void> => {
    const { key } = conversation;
    const before = lines.get(key) ?? Promise.resolve();
    const mine = before.then(() => call(conversation, status));
    lines.set(key, mine);
    await mine;
    if (lines.get(key) === mine) lines.delete(key);
  };

  return {
    status: say,
    watch(conversation) {
      let shown = "is working…";
      let next: NodeJS.Timeout | undefined;
      const show = (): void => {
        next = undefined;
        void say(conversation, shown);
      };
      const refresh = setInterval(show, refreshMs);
      refresh.unref();
      return {
        event(event) {
          const text = stepText(event);
          if (text === undefined) return;
          shown = text;
          next ??= setTimeout(show, throttleMs);
          next.unref();
        },
        close() {
          clearInterval(refresh);
          clearTimeout(next);
          // Not awaited: the conversation's next turn need not wait for a status to go.
          void say(conversation, "");
        },
      };
    },
  };
};
