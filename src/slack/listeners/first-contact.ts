import { z } from "zod";
import type { EventEnvelope } from "../envelope.ts";

/** What the handler of opened messages needs. */
export interface FirstContactEventParts {
  firstContact(workspace: string, user: string, channel: string): Promise<void>;
}

const openedSchema = z.object({ user: z.string(), channel: z.string(), tab: z.literal("messages") });

/** Somebody opened the messages with the app: the greeting is stored before Slack is acknowledged. */
export const takeMessagesOpened =
  ({ firstContact }: FirstContactEventParts) =>
  async ({ event, workspace }: EventEnvelope): Promise<"opened" | "ignored"> => {
    const parsed = openedSchema.safeParse(event);
    if (!parsed.success) return "ignored";
    await firstContact(workspace, parsed.data.user, parsed.data.channel);
    return "opened";
  };
