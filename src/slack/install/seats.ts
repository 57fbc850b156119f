import { slackClient } from "../client.ts";
import { scheduleCalls, type SlackCalls, SlackRefusedError } from "../delivery/schedule.ts";
import { slackDirectory } from "../directory.ts";
import type { Log } from "../log.ts";
import { NotInstalledError, type Seat } from "../workspaces.ts";
import type { Installations } from "./installations.ts";
import type { Installation } from "./ports.ts";

/** A seat is looked up anew after this long: another process may have taken an uninstallation or a new token. */
const trustedMs = 10_000;
/** Slack's ways of saying that a token is no longer good. */
const goneCodes: readonly string[] = ["account_inactive", "token_revoked", "invalid_auth", "token_expired"];
/** What a token of a whole organisation must be told the workspace of. */
const needsTeam = /^(usergroups\.|users\.list$|conversations\.list$)/;

interface SeatsParts {
  installations: Installations;
  apiUrl: string;
  log: Log;
}

/** Finds the seat of a workspace key: one for each, kept while its token is the same. */
export const findSeats = (parts: SeatsParts): ((workspace: string) => Promise<Seat | undefined>) => {
  const held = new Map<string, { seat: Seat; until: number; revision: number }>();
  const find = async (workspace: string): Promise<Seat | undefined> => {
    const entry = held.get(workspace);
    const revision = parts.installations.revision();
    if (entry?.revision === revision && entry.until > performance.now()) return entry.seat;
    const installation = await parts.installations.of(workspace);
    if (installation === undefined) {
      held.delete(workspace);
      return undefined;
    }
    const same = entry?.seat.token === installation.token ? entry.seat : undefined;
    const anew = () => {
      held.delete(workspace);
      return find(workspace);
    };
    const seat = same ?? seatOf(installation, workspace, anew, parts);
    held.set(workspace, { seat, until: performance.now() + trustedMs, revision });
    return seat;
  };
  return find;
};

const seatOf = (
  installation: Installation,
  workspace: string,
  anew: () => Promise<Seat | undefined>,
  { installations, apiUrl, log }: SeatsParts,
): Seat => {
  const { token, bot, botId, enterprise } = installation;
  const team = workspace.split(".").at(-1) ?? workspace;
  const scheduled = scheduleCalls(slackClient(token, apiUrl, log));
  const calls: SlackCalls = {
    async call(method, args, options) {
      const told = installation.team === null && needsTeam.test(method) ? { team_id: team, ...args } : args;
      const asked = new Date();
      try {
        return await scheduled.call(method, told, options);
      } catch (error) {
        if (!(error instanceof SlackRefusedError) || !goneCodes.includes(error.slackCode)) throw error;
        // Installed again meanwhile: the refused call was surely not carried out.
        const now = await anew();
        if (now !== undefined && now.token !== token) return now.calls.call(method, args, options);
        // Slack's word of it may have been lost.
        await installations.remove(installation.id, `Slack answered ${error.slackCode}`, asked);
        throw new NotInstalledError(workspace);
      }
    },
  };
  return {
    self: { bot, botId, team, ...(enterprise !== null && { enterprise }) },
    token,
    calls,
    directory: slackDirectory(calls, team),
  };
};
