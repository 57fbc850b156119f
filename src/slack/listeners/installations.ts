import { z } from "zod";
import type { EventEnvelope } from "../envelope.ts";
import type { EventHandler } from "./events.ts";

/** What is needed to take leave of a workspace. */
export interface LeaveParts {
  /** The bot's user id, if the app is installed under this id. */
  botOf(installation: string): Promise<string | undefined>;
  removeInstallation(installation: string, why: string, at: Date): Promise<void>;
}

const revokedSchema = z.object({ tokens: z.object({ bot: z.array(z.string()).optional() }) });

/** The ids under which the workspace may have been installed: its own first, then its organisation's. */
const idsOf = ({ workspace }: EventEnvelope): string[] => workspace.split(".").toReversed();

const leave = async (envelope: EventEnvelope, why: string, parts: LeaveParts, bots?: readonly string[]) => {
  for (const id of idsOf(envelope)) {
    const bot = await parts.botOf(id);
    if (bot === undefined || (bots !== undefined && !bots.includes(bot))) continue;
    await parts.removeInstallation(id, why, envelope.at);
    return "left";
  }
  return "ignored";
};

/** The app was uninstalled: what was kept of it is forgotten, and the workspace's work rests. */
export const takeUninstalled =
  (parts: LeaveParts): EventHandler =>
  (envelope) =>
    leave(envelope, "the app was uninstalled", parts);

/** Tokens were revoked: only the bot's matters; people's own are not kept here. */
export const takeRevoked =
  (parts: LeaveParts): EventHandler =>
  async (envelope) => {
    const revoked = revokedSchema.safeParse(envelope.event);
    if (!revoked.success) return "unknown";
    return leave(envelope, "its token was revoked", parts, revoked.data.tokens.bot ?? []);
  };
