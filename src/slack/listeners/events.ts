import { createHash } from "node:crypto";
import type { Audit } from "../../core/audit.ts";
import type { Intake } from "../../turn/types.ts";
import { hear } from "../inbound.ts";
import type { Store } from "../receiver.ts";

/** What the listeners of events need. */
export interface EventParts {
  bot: string;
  intake: Intake;
  audit: Audit;
  /** Whether Steward takes part in this thread, so that no further mention is needed. */
  engaged(conversation: string): Promise<boolean>;
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

/**
 * Stores an event. Asks go into the inbox; everything else is acknowledged and not kept. A payload of unknown shape is
 * noted.
 */
export const storeEvent = (parts: EventParts): Store => {
  const { bot, intake, engaged, count } = parts;
  const note = noteUnknown(parts);
  return async (body) => {
    const heard = hear(body, bot);
    if (heard.kind === "unknown") return note(body);
    if (heard.kind === "ignored" || (heard.kind === "maybe" && !(await engaged(heard.conversation.key)))) {
      count("ignored");
      return;
    }
    count("ask");
    await intake.accept({
      kind: "ask",
      id: heard.id,
      conversation: heard.conversation,
      person: { workspace: heard.conversation.workspace, user: heard.user },
      text: heard.text,
      origin: "chat",
      // In the middle of a thread there may be things to read first.
      ...(heard.inThread && { threadFrom: heard.id.slice(heard.id.lastIndexOf("/") + 1) }),
    });
  };
};
