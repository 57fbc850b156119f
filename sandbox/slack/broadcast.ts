import {
  envelopeOf,
  homeEvent,
  mentionEvent,
  messageEvents,
  messageSubscription,
  type SlackEvent,
} from "./envelopes.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Change } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Turns changes of the workspace into the events that the app is subscribed to, and hands them to delivery. */
export class Broadcast {
  readonly #deliveries: Deliveries;
  readonly #events: ReadonlySet<string>;
  readonly #botEvents: boolean;
  readonly #nowMs: () => number;

  constructor(options: {
    deliveries: Deliveries;
    events: readonly string[];
    botEvents: boolean;
    nowMs: () => number;
  }) {
    this.#deliveries = options.deliveries;
    this.#events = new Set(options.events);
    this.#botEvents = options.botEvents;
    this.#nowMs = options.nowMs;
  }

  /** Slack tells an app only of channels that its bot is in. */
  change(workspace: Workspace, change: Change): void {
    const channel = workspace.conversation(change.channel)?.channel;
    if (!channel?.members.has(workspace.seed.app.botUserId)) return;
    if (!this.#botEvents && "message" in change && change.message.bot_id !== undefined) return;
    const messages = this.#events.has(messageSubscription(channel)) ? messageEvents(workspace, change) : [];
    const mention = this.#events.has("app_mention") ? mentionEvent(workspace, change) : undefined;
    // The mention goes right after its own message, before the parent's change.
    const events = mention ? [...messages.slice(0, 1), mention, ...messages.slice(1)] : messages;
    this.#send(workspace, events);
  }

  home(workspace: Workspace, channel: string, user: string, tab: "home" | "messages"): void {
    if (!this.#events.has("app_home_opened")) return;
    this.#send(workspace, [homeEvent(channel, user, tab, (this.#nowMs() / 1000).toFixed(6))]);
  }

  #send(workspace: Workspace, events: readonly SlackEvent[]): void {
    if (events.length === 0) return;
    const seconds = Math.trunc(this.#nowMs() / 1000);
    void this.#deliveries.dispatch(
      events.map((event) => ({ ...envelopeOf(workspace, event, seconds), event })),
    );
  }
}
