import type { AgentEvent } from "../../agent/types.ts";
import { messageOf } from "../../core/errors.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { Voice, Watched } from "../../turn/types.ts";
import type { Log } from "../log.ts";
import { inert } from "./checklist.ts";
import { MinuteBudget } from "./minute-budget.ts";
import { Preview, type PreviewParts } from "./preview.ts";
import type { SlackCalls } from "./schedule.ts";
import type { Sessions } from "./sessions.ts";
import { titleOf } from "./title.ts";

/** Slack clears a status by itself after two minutes: it is said again before that. */
const refreshMs = 90_000;
/** Steps follow one another quickly; people read slowly, and Slack counts about 60 a minute per conversation. */
const throttleMs = 1_000;
/** Of Slack's 100 a minute. */
const titlesPerMinuteMax = 60;

export interface VoiceParts extends PreviewParts {
  calls: SlackCalls;
  sessions: Sessions;
  /** Us in the workspace that the turn came from: its members are recipients. */
  self: { readonly team: string };
  /** A run that takes longer than this, ms, is shown by a message; shorter ones by their status alone. */
  previewAfterMs: number;
  /** Takes back what a run of this turn has shown and no answer will replace. */
  takeBack(turn: string): Promise<void>;
  log: Log;
}

const stepText = (event: AgentEvent): string | undefined =>
  event.kind === "step" && event.state === "running" ? event.text : undefined;

/**
 * The status line of a conversation. Best effort: it never fails a turn and never waits for a rate limit. Slack clears it
 * when something is posted, but a status that arrives after the answer would stay for two minutes: so calls of one
 * conversation follow one another, and the last one clears it.
 */
const statusLine = (calls: SlackCalls, log: Log): Voice["status"] => {
  const lines = new Map<string, Promise<void>>();
  const call = async (conversation: ConversationRef, status: string): Promise<void> => {
    try {
      await calls.call(
        "assistant.threads.setStatus",
        { channel_id: conversation.channel, thread_ts: conversation.threadTs, status: inert(status) },
        { channel: conversation.key, patient: false },
      );
    } catch (error) {
      log.debug({ conversation: conversation.key, reason: messageOf(error) }, "status not shown");
    }
  };
  return async (conversation, status) => {
    const { key } = conversation;
    const before = lines.get(key) ?? Promise.resolve();
    const mine = before.then(() => call(conversation, status));
    lines.set(key, mine);
    await mine;
    if (lines.get(key) === mine) lines.delete(key);
  };
};

/** One run as people see it: its status line at once, its message and session once it takes longer. */
const watchRun = (
  parts: VoiceParts,
  say: Voice["status"],
  conversation: ConversationRef,
  run: Watched,
): { event(event: AgentEvent): void; close(waits: boolean): Promise<void> } => {
  const { channel, threadTs, kind, workspace } = conversation;
  const preview = new Preview(parts, {
    ...{ turn: run.turn, token: run.token, workspace, channel, threadTs, kind },
    recipient: { user: run.person.user, team: parts.self.team },
  });
  let closed = false;
  let shown = "is working…";
  let told = false;
  let busy = Promise.resolve();
  let nextStatus: NodeJS.Timeout | undefined;
  let nextShow: NodeJS.Timeout;

  const status = (): void => {
    nextStatus = undefined;
    if (preview.open === undefined) void say(conversation, shown);
  };
  const refresh = setInterval(status, refreshMs);
  refresh.unref();
  const show = async (): Promise<void> => {
    await preview.show();
    // A stream opens its session itself.
    if (!told && preview.open !== "stream") {
      told = true;
      await parts.sessions.tell(conversation, { title: titleOf(run.request), initiator: run.person.user });
    }
  };
  const showIn = (ms: number): void => {
    nextShow = setTimeout(() => {
      busy = show().finally(() => {
        if (!closed) showIn(preview.paceMs);
      });
    }, ms);
    nextShow.unref();
  };
  showIn(parts.previewAfterMs);

  return {
    event(event) {
      preview.event(event);
      const text = stepText(event);
      if (text === undefined) return;
      shown = text;
      nextStatus ??= setTimeout(status, throttleMs);
      nextStatus.unref();
    },
    async close(waits) {
      closed = true;
      clearInterval(refresh);
      clearTimeout(nextStatus);
      clearTimeout(nextShow);
      await Promise.all([
        say(conversation, ""),
        busy.then(async () => {
          if (preview.used) await parts.takeBack(run.turn);
          if (told || preview.used || waits || run.waited) await parts.sessions.tell(conversation);
        }),
      ]);
    },
  };
};

/** Speaks for turns while they run. `idle` resolves when nothing of it is under way any more. */
export const slackVoice = (parts: VoiceParts): Voice & { idle(): Promise<void> } => {
  const { calls, log } = parts;
  const say = statusLine(calls, log);
  const titles = new MinuteBudget(titlesPerMinuteMax);
  const closing = new Set<Promise<void>>();

  const entitle = async ({ channel, threadTs, workspace, key }: ConversationRef, request: string) => {
    const title = titleOf(request);
    if (title === "" || !titles.take(workspace)) return;
    try {
      const args = { channel_id: channel, thread_ts: threadTs, title };
      await calls.call("assistant.threads.setTitle", args, { patient: false });
    } catch (error) {
      log.debug({ conversation: key, reason: messageOf(error) }, "a title was not set");
    }
  };

  return {
    status: say,
    watch(conversation, run) {
      if (run.first && conversation.kind === "dm") void entitle(conversation, run.request);
      const { event, close } = watchRun(parts, say, conversation, run);
      return {
        event,
        close(waits) {
          // Not awaited: the conversation's next turn need not wait for a status to go.
          const settling = close(waits)
            .catch((error: unknown) =>
              log.warn({ turn: run.turn, reason: messageOf(error) }, "a run's last words were not said"),
            )
            .finally(() => closing.delete(settling));
          closing.add(settling);
        },
      };
    },
    idle: async () => {
      await Promise.all(closing);
    },
  };
};
