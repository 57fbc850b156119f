import { z } from "zod";
import type { EventEnvelope } from "../envelope.ts";
import type { Homes } from "../home.ts";

/** What the handler of opened homes needs. */
export interface HomeEventParts {
  homes: Homes;
}

const openedSchema = z.object({
  user: z.string(),
  tab: z.enum(["home", "messages"]).optional(),
  view: z.object({ hash: z.string().optional() }).optional(),
});

/**
 * Someone opened the app's Home: it is drawn for them. Nothing is promised by it, so Slack is not kept waiting; what
 * goes wrong is logged, and the next look draws it anew.
 */
export const takeHomeOpened =
  ({ homes }: HomeEventParts) =>
  (envelope: EventEnvelope): Promise<"home" | "ignored" | "unknown"> => {
    const parsed = openedSchema.safeParse(envelope.event);
    if (!parsed.success) return Promise.resolve("unknown");
    const { user, tab, view } = parsed.data;
    if (tab !== "home") return Promise.resolve("ignored");
    void homes.show(envelope.workspace, user, view?.hash === undefined ? {} : { hash: view.hash });
    return Promise.resolve("home");
  };
