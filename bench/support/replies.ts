import type { SlackSim } from "../../sandbox/slack/index.ts";

/** What became of one message: milliseconds from writing it. */
export interface Replied {
  /** The conversation's thread: the asking message itself where it began one. */
  thread: string;
  /** Until the first status; undefined when none was seen before the reply. */
  statusMs: number | undefined;
  /** Until the reply was posted. */
  replyMs: number;
  /** A status said how many were before it. */
  toldPlace: boolean;
}

interface Pending {
  channel: string;
  thread: string;
  replies: number;
  since: number;
  statusMs: number | undefined;
  toldPlace: boolean;
  done(replied: Replied): void;
}

/** Watches the simulator for statuses and replies, looking once per change for everybody who waits. */
export interface Replies {
  /** Someone writes; resolves when the bot has replied in the message's thread. */
  ask(saying: Parameters<SlackSim["say"]>[0]): Promise<Replied>;
  close(): void;
}

/** Opens the watch. A reply that does not come within `secondsMax` is an error. */
export const watchReplies = (slack: SlackSim, secondsMax = 60): Replies => {
  const pending = new Set<Pending>();
  let closed = false;
  const ownIn = (channel: string, thread: string): number =>
    slack.thread(channel, thread).filter((message) => message.user === slack.botUserId).length;
  const look = (): boolean => {
    const now = performance.now();
    for (const one of pending) {
      const status = slack.status(one.channel, one.thread);
      if (status !== undefined) one.statusMs ??= now - one.since;
      one.toldPlace ||= /before you|you are next/.test(status?.status ?? "");
      if (ownIn(one.channel, one.thread) <= one.replies) continue;
      pending.delete(one);
      const { thread, statusMs, toldPlace } = one;
      one.done({ thread, statusMs, toldPlace, replyMs: now - one.since });
    }
    return closed;
  };
  // Ends when it is closed; what it waits for never comes before.
  slack.waitFor(look, { seconds: 3_600, what: "the end of the watch" }).catch(() => {});
  return {
    ask: (saying) =>
      new Promise((resolve, reject) => {
        const since = performance.now();
        const replies = saying.thread_ts === undefined ? 0 : ownIn(saying.channel, saying.thread_ts);
        const { channel, ts } = slack.say(saying);
        const timer = setTimeout(() => {
          reject(new Error(`no reply to "${saying.text}" in ${channel} within ${secondsMax} s`));
        }, secondsMax * 1000);
        pending.add({
          ...{
            channel,
            thread: saying.thread_ts ?? ts,
            replies,
            since,
            statusMs: undefined,
            toldPlace: false,
          },
          done: (replied) => {
            clearTimeout(timer);
            resolve(replied);
          },
        });
      }),
    close: () => {
      closed = true;
      look();
    },
  };
};
