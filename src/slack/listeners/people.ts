import { z } from "zod";
import type { EventEnvelope } from "../envelope.ts";

/** What the handler of changed people needs. */
export interface PeopleParts {
  /** Somebody is no longer active in this workspace: their accounts elsewhere end with it. */
  personLeft(person: { workspace: string; user: string }): Promise<void>;
}

const changedSchema = z.object({ user: z.object({ id: z.string(), deleted: z.boolean().optional() }) });

/** Someone changed: it matters here when they were deactivated. What Slack never tells is found by looking. */
export const takePersonChanged =
  ({ personLeft }: PeopleParts) =>
  async ({ workspace, event }: EventEnvelope): Promise<"left" | "ignored" | "unknown"> => {
    const changed = changedSchema.safeParse(event);
    if (!changed.success) return "unknown";
    const { id: user, deleted } = changed.data.user;
    if (deleted !== true) return "ignored";
    await personLeft({ workspace, user });
    return "left";
  };
