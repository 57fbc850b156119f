import type { App, Receiver, ReceiverEvent } from "@slack/bolt";

/** Takes a verified payload and resolves when what it asks is durable; throws when nothing could be stored. */
export type Store = (body: unknown, retry: { num?: number; reason?: string }) => Promise<void>;

/** Notes a verified payload that nobody here knows what to do with. */
type Note = (body: unknown) => Promise<void>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isEvent = (body: unknown): body is Record<string, unknown> =>
  isRecord(body) && body["type"] === "event_callback";

/**
 * Wraps a receiver so that an event is acknowledged only after it is stored. Bolt acknowledges events before its
 * listeners run, so it never sees them: a store that fails leaves the event unacknowledged and Slack sends it again. No
 * listener of Bolt's takes events, and asking it would cost as much as all the rest of an acknowledgement.
 * Commands and clicks, which Slack never sends again, are acknowledged by their listeners, which store first
 * themselves; what no listener takes is noted and acknowledged, so that nobody waits for an answer that never comes.
 */
export const storedFirst = (inner: Receiver, store: Store, note: Note): Receiver => ({
  init(app: App): void {
    const takeEvent = async (event: ReceiverEvent): Promise<void> => {
      await store(event.body, {
        ...(event.retryNum !== undefined && { num: event.retryNum }),
        ...(event.retryReason !== undefined && { reason: event.retryReason }),
      });
      await event.ack();
    };
    const takeOther = async (event: ReceiverEvent): Promise<void> => {
      let taken = false;
      const ack: ReceiverEvent["ack"] = (response) => {
        taken = true;
        return event.ack(response);
      };
      try {
        await app.processEvent({ ...event, ack });
      } finally {
        if (!taken) {
          await note(event.body);
          await event.ack();
        }
      }
    };
    const takeNothing = async (event: ReceiverEvent): Promise<void> => {
      await note(event.body);
      await event.ack();
    };
    const processEvent = (event: ReceiverEvent): Promise<void> => {
      // Bolt reads fields of whatever it is given.
      if (!isRecord(event.body)) return takeNothing(event);
      return isEvent(event.body) ? takeEvent(event) : takeOther(event);
    };
    inner.init(
      new Proxy(app, { get: (app, key) => (key === "processEvent" ? processEvent : Reflect.get(app, key)) }),
    );
  },
  start: (...args) => inner.start(...(args as [])),
  stop: (...args) => inner.stop(...(args as [])),
});
