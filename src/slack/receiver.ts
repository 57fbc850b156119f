import type { App, Receiver, ReceiverEvent } from "@slack/bolt";

/** Takes a verified payload and resolves when what it asks is durable; throws when nothing could be stored. */
export type Store = (body: unknown, retry: { num?: number; reason?: string }) => Promise<void>;

const isEvent = (body: Record<string, unknown>): boolean => body["type"] === "event_callback";

/**
 * Wraps a receiver so that an event is acknowledged only after it is stored. Bolt acknowledges events before its
 * listeners run, so the acknowledgement itself is replaced: a store that fails leaves the event unacknowledged and
 * Slack sends it again. Commands and clicks, which Slack never sends again, are acknowledged by their listeners, which
 * store first themselves.
 */
export const storedFirst = (inner: Receiver, store: Store): Receiver => ({
  init(app: App): void {
    const processEvent = (event: ReceiverEvent): Promise<void> => {
      if (!isEvent(event.body)) return app.processEvent(event);
      const ack: ReceiverEvent["ack"] = async (response) => {
        await store(event.body, {
          ...(event.retryNum !== undefined && { num: event.retryNum }),
          ...(event.retryReason !== undefined && { reason: event.retryReason }),
        });
        await event.ack(response);
      };
      return app.processEvent({ ...event, ack });
    };
    inner.init(
      new Proxy(app, { get: (app, key) => (key === "processEvent" ? processEvent : Reflect.get(app, key)) }),
    );
  },
  start: (...args) => inner.start(...(args as [])),
  stop: (...args) => inner.stop(...(args as [])),
});
