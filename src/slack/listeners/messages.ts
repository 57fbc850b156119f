import type { Intake } from "../../turn/types.ts";
import type { EventEnvelope } from "../envelope.ts";
import { hear } from "../inbound.ts";

/** What the handler of messages needs. */
export interface MessageParts {
  bot: string;
  intake: Intake;
  /** Whether Steward takes part in this thread, so that no further mention is needed. */
  engaged(conversation: string): Promise<boolean>;
}

/** Stores what is asked of Steward; everything else that is said is acknowledged and not kept. */
export const takeMessage =
  ({ bot, intake, engaged }: MessageParts) =>
  async (envelope: EventEnvelope): Promise<"ask" | "ignored" | "unknown"> => {
    const heard = hear(envelope, bot);
    if (heard.kind === "unknown") return "unknown";
    if (heard.kind === "ignored" || (heard.kind === "maybe" && !(await engaged(heard.conversation.key)))) {
      return "ignored";
    }
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
    return "ask";
  };
