import { messageOf } from "../core/errors.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Voice } from "./types.ts";

/** A conversation whose next request waits for a free place. */
interface Place {
  conversation: ConversationRef;
  /** Requests that come before it. */
  before: number;
}

/** The line of requests that no worker has begun, in Postgres; store/ implements it. */
export interface LineStore {
  /** How many wait; and, for this caller alone, whom to tell their place now: new ones, and those whose place moved. */
  next(): Promise<{ waiting: number; tell: Place[] }>;
}

/** What people who wait are told, and whether anybody does. */
export interface Line {
  /** A chore: tells those who wait how many are before them. */
  tell(): Promise<void>;
  /** Whether somebody waited for a place when it was last looked at. */
  crowded(): boolean;
}

/** As a status, after the app's name. */
const words = (before: number): string =>
  before === 0 ? "is waiting: you are next…" : `is waiting: ${before} before you…`;

/** Keeps the line of this process. */
export const createLine = (
  store: LineStore,
  status: Voice["status"],
  log: { warn(fields: object, message: string): void },
): Line => {
  let waiting = 0;
  return {
    crowded: () => waiting > 0,
    tell: async () => {
      const next = await store.next();
      waiting = next.waiting;
      // Beside each other: Slack counts statuses per conversation.
      const told = next.tell.map(({ conversation, before }) =>
        status(conversation, words(before)).catch((error: unknown) =>
          log.warn({ reason: messageOf(error) }, "a place was not shown"),
        ),
      );
      await Promise.all(told);
    },
  };
};
