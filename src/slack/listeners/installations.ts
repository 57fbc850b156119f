import { z } from "zod";
import type { EventEnvelope } from "../envelope.ts";
import type { KnownInstallation } from "../install/ports.ts";
import type { EventHandler } from "./events.ts";

/** What is needed to take leave of a workspace. */
export interface LeaveParts {
  /** What is known of an installation, removed or not; undefined where there never was one of this id. */
  known(installation: string): Promise<KnownInstallation | undefined>;
  removeInstallation(installation: string, why: string, at: Date): Promise<void>;
}

const revokedSchema = z.object({ tokens: z.object({ bot: z.array(z.string()).optional() }) });

/** The ids under which the workspace may have been installed: its own first, then its organisation's. */
const idsOf = ({ workspace, orgWide }: EventEnvelope): string[] => {
  const [own = workspace, ...organisation] = workspace.split(".").toReversed();
  return orgWide === false ? [own] : [own, ...organisation];
};

/**
 * The first id that ever was installed is meant. A workspace's own one counts also when it is gone: the second word of
 * its leave must not take the organisation's token. An organisation's that is missed here is given up when Slack next
 * refuses its token.
 */
const leave = async (envelope: EventEnvelope, why: string, parts: LeaveParts, bots?: readonly string[]) => {
  for (const id of idsOf(envelope)) {
    const known = await parts.known(id);
    if (known === undefined) continue;
    if (known.removed || (bots !== undefined && !bots.includes(known.bot))) return "ignored";
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
