import {
  envelopeOf,
  homeEvent,
  mentionEvent,
  messageEvents,
  messageSubscription,
  reactionEvent,
  type SlackEvent,
} from "./envelopes.ts";
import { viewShape } from "./open-views.ts";
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
    events: ReadonlySet<string>;
    botEvents: boolean;
    nowMs: () => number;
  }) {
    this.#deliveries = options.deliveries;
    this.#events = options.events;
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
    const reaction = reactionEvent(change, this.#now());
    const subscribed = reaction && this.#events.has(reaction.type) ? [reaction] : [];
    this.#send(workspace, [...events, ...subscribed]);
  }

  /** An event of another kind, where the app is subscribed to it and its bot is in the channel. */
  event(workspace: Workspace, event: SlackEvent): void {
    const channel = workspace.conversation(event.channel ?? "")?.channel;
    if (!this.#events.has(event.type) || !channel?.members.has(workspace.seed.app.botUserId)) return;
    this.#send(workspace, [event]);
  }

  home(workspace: Workspace, channel: string, user: string, tab: "home" | "messages"): void {
    if (!this.#events.has("app_home_opened")) return;
    const { team, app } = workspace.seed;
    const view = tab === "home" ? workspace.views.home(user) : undefined;
    const shown = view && viewShape(view, team.id, app);
    this.#send(workspace, [homeEvent(channel, user, tab, this.#now(), shown)]);
  }

  #now(): string {
    return (this.#nowMs() / 1000).toFixed(6);
  }

  #send(workspace: Workspace, events: readonly SlackEvent[]): void {
    if (events.length === 0) return;
    const seconds = Math.trunc(this.#nowMs() / 1000);
    void this.#deliveries.dispatch(
      events.map((event) => ({ ...envelopeOf(workspace, event, seconds), event })),
    );
  }
}
