import { z } from "zod";
import type { EventEnvelope } from "../envelope.ts";

/** What the handler of renamed sessions needs. */
export interface TitleParts {
  bot: string;
  /** A person gave this conversation a title: it stays. */
  keepTitle(conversation: string, by: { workspace: string; user: string }): Promise<void>;
}

const changedSchema = z.object({ channel: z.string(), thread_ts: z.string(), user: z.string() });

/** A session got another title (`agent_session_title_changed`): a person's stays, whatever is asked there later. */
export const takeTitle =
  (parts: TitleParts) =>
  async ({ event, workspace }: EventEnvelope): Promise<"title" | "ignored" | "unknown"> => {
    const parsed = changedSchema.safeParse(event);
    if (!parsed.success) return "unknown";
    const { channel, thread_ts, user } = parsed.data;
    if (user === parts.bot) return "ignored";
    await parts.keepTitle(`${workspace}/${channel}/${thread_ts}`, { workspace, user });
    return "title";
  };
