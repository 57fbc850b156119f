import { createHash } from "node:crypto";
import type { Audit } from "../../core/audit.ts";
import { type EventEnvelope, readEnvelope } from "../envelope.ts";
import type { Store } from "../receiver.ts";
import { type ReactionParts, takeReaction } from "./feedback.ts";
import { type HomeEventParts, takeHomeOpened } from "./home.ts";
import { type MessageParts, takeMessage } from "./messages.ts";
import { type FirstContactEventParts, takeMessagesOpened } from "./first-contact.ts";
import { type LeaveParts, takeRevoked, takeUninstalled } from "./installations.ts";
import { type PeopleParts, takePersonChanged } from "./people.ts";
import { type StopParts, takeStop } from "./stops.ts";
import { takeTitle, type TitleParts } from "./titles.ts";

/**
 * Takes one kind of event; resolves when what it asks is durable, and only then is Slack acknowledged: what it throws
 * makes Slack send the event again. Answers what it was, for the count; `unknown` is also noted.
 */
export type EventHandler = (envelope: EventEnvelope) => Promise<string>;

/** What the listeners of events need. */
export interface EventParts
  extends
    MessageParts,
    StopParts,
    TitleParts,
    FirstContactEventParts,
    LeaveParts,
    HomeEventParts,
    PeopleParts,
    ReactionParts {
  audit: Audit;
  /** Counts what came, by kind: `ask`, `ignored`, `unknown`. */
  count(kind: string): void;
}

/** Counts a payload of unknown shape and audits it by digest, so that a change of Slack's shows. */
export const noteUnknown =
  ({ audit, count }: Pick<EventParts, "audit" | "count">) =>
  async (body: unknown): Promise<void> => {
    count("unknown");
    const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
    await audit.append({ kind: "inbound.unknown", actor: "slack", fields: { digest } });
  };

/** The Home tab and the Messages tab of the app are two things. */
const byTab =
  (home: EventHandler, messages: EventHandler): EventHandler =>
  (envelope) =>
    envelope.event["tab"] === "messages" ? messages(envelope) : home(envelope);

/** Who takes which event, by the event's type; what is not here is acknowledged and not kept. One line each. */
export const eventHandlers = (parts: EventParts): ReadonlyMap<string, EventHandler> =>
  new Map<string, EventHandler>([
    ["message", takeMessage(parts)],
    ["app_mention", takeMessage(parts)],
    ["agent_session_stopped", takeStop(parts)],
    ["agent_session_title_changed", takeTitle(parts)],
    ["app_uninstalled", takeUninstalled(parts)],
    ["app_home_opened", byTab(takeHomeOpened(parts), takeMessagesOpened(parts))],
    ["reaction_added", takeReaction(parts)],
    ["reaction_removed", takeReaction(parts)],
    ["tokens_revoked", takeRevoked(parts)],
    ["user_change", takePersonChanged(parts)],
  ]);

/** Stores an event through the handler of its type. A payload of unknown shape is noted. */
export const storeEvent = (parts: EventParts): Store => {
  const handlers = eventHandlers(parts);
  const note = noteUnknown(parts);
  return async (body) => {
    const envelope = readEnvelope(body);
    const kind = envelope === undefined ? "unknown" : await handlers.get(envelope.event.type)?.(envelope);
    if (kind === "unknown") return note(body);
    parts.count(kind ?? "ignored");
  };
};
