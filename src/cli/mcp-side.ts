import { z } from "zod";
import { openCalls } from "../mcp/calls.ts";
import { mcpRoutes } from "../mcp/route.ts";
import { openTokens } from "../mcp/tokens.ts";
import type { CallParts } from "../mcp/types.ts";
import type { Config } from "../config.ts";
import { TerminalError } from "../core/errors.ts";
import { nothingRecorded } from "../slack/opening.ts";
import { runLinks } from "../slack/runs/links.ts";
import { mcpRequestStore, mcpTokenStore } from "../store/mcp.ts";
import type { Log } from "../telemetry/log.ts";
import type { Intake } from "../turn/types.ts";
import type { DataSide } from "./data-side.ts";
import type { SlackSide } from "./slack-side.ts";
import type { Wired } from "./start.ts";

const permalinkSchema = z.object({ permalink: z.url() });

/** How the threads of requests are opened, and where people find them. */
const threadsOf = (
  config: Config,
  { calls }: SlackSide,
  { delivery, identity }: Wired,
): Pick<CallParts, "openThread" | "closeThread" | "linksOf"> => {
  const links = runLinks(config.slack.secret);
  return {
    openThread: async ({ id, workspace, user, shown }) => {
      const asked = { request: id, workspace, user, shown, channel: undefined, by: "an MCP client" };
      const opening = await delivery.openings.open(asked);
      if (opening === undefined) {
        throw new TerminalError("no_direct_messages", "Slack lets nobody write to this person.");
      }
      return { channel: opening.channel, threadTs: opening.root };
    },
    closeThread: ({ channel, threadTs }) =>
      delivery.openings.withdraw({ channel, root: threadTs }, nothingRecorded),
    linksOf: async ({ workspace, user }, { channel, threadTs, turn }) => {
      const place = { channel, message_ts: threadTs };
      const card = await calls
        .call("chat.getPermalink", place, { patient: false })
        .then((reply) => permalinkSchema.parse(reply).permalink)
        .catch(() => undefined);
      const base = identity.address();
      return [
        ...(card === undefined ? [] : [`Decide in Slack: ${card}`]),
        ...(base === undefined || turn === null
          ? []
          : [`All of it, for ten minutes: ${base}${links.mint({ turn, workspace, user })}`]),
      ];
    },
  };
};

/** Steward as an MCP server, wired: tokens for the slash command, and the routes. */
export const mcpSide = (
  config: Config,
  data: DataSide,
  slack: SlackSide,
  wired: Wired,
  intake: Intake,
  log: Log,
) => {
  const { pool, transact } = data.store;
  const { audit } = data;
  const { gate, marks, identity } = wired;
  const tokens = openTokens({
    ...{ store: mcpTokenStore(pool), transact, audit },
    forbidden: gate.turns.forbiddenTo,
  });
  const calls = openCalls({
    ...threadsOf(config, slack, wired),
    ...{ gate: gate.gate, objection: gate.turns.objection, actionsOf: gate.decisions.ofTurn },
    ...{ requests: mcpRequestStore(pool, transact), intake, marks, audit, log },
  });
  const address = () => identity.address();
  return {
    connect: { tokens, address },
    routes: mcpRoutes({
      ...{ tokens, calls, address, log, within: slack.workspaces.within },
      person: ({ workspace, user }) => slack.directory.person(workspace, user),
    }),
  };
};
