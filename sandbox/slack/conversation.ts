import type { Channel, Message } from "./types.ts";

/** The messages of one channel, by id and in order, with its threads. */
export class Conversation {
  readonly channel: Channel;
  readonly #byTs = new Map<string, Message>();
  /** Parent's ts -> the replies' ts, oldest first. */
  readonly #replies = new Map<string, string[]>();

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** The same messages in a channel of other attributes. */
  as(channel: Channel): Conversation {
    const other = new Conversation(channel);
    for (const message of this.#byTs.values()) other.put(message);
    return other;
  }

  get(ts: string): Message | undefined {
    return this.#byTs.get(ts);
  }

  /** Adds a message, or replaces the one with its ts. */
  put(message: Message): void {
    const fresh = !this.#byTs.has(message.ts);
    this.#byTs.set(message.ts, message);
    const parent = message.thread_ts;
    if (!fresh || parent === undefined || parent === message.ts) return;
    const replies = this.#replies.get(parent);
    if (replies) replies.push(message.ts);
    else this.#replies.set(parent, [message.ts]);
  }

  delete(message: Message): void {
    this.#byTs.delete(message.ts);
    const parent = message.thread_ts;
    const replies = parent === undefined ? undefined : this.#replies.get(parent);
    if (parent !== undefined && replies) {
      const left = replies.filter((ts) => ts !== message.ts);
      if (left.length > 0) this.#replies.set(parent, left);
      else this.#replies.delete(parent);
    }
  }

  /** Every message, oldest first, replies included. */
  all(): Message[] {
    return [...this.#byTs.values()];
  }

  /** Messages that stand in the channel itself: all but replies that were not broadcast. Oldest first. */
  topLevel(): Message[] {
    return this.all().filter((message) => isTopLevel(message));
  }

  /** The replies to a parent, oldest first. */
  replies(ts: string): Message[] {
    return (this.#replies.get(ts) ?? []).flatMap((reply) => this.#byTs.get(reply) ?? []);
  }
}

/** Whether a message stands in its channel itself. */
export const isTopLevel = (message: Message): boolean =>
  message.thread_ts === undefined ||
  message.thread_ts === message.ts ||
  message.subtype === "thread_broadcast";
