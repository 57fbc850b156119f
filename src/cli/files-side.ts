import type { Config } from "../config.ts";
import { TerminalError } from "../core/errors.ts";
import { createHttp } from "../http/client.ts";
import { slackFiles } from "../slack/files-in/read.ts";
import type { Workspaces } from "../slack/workspaces.ts";
import type { FileReader } from "../turn/types.ts";
import type { Log } from "../telemetry/log.ts";
import type { Closers } from "./closers.ts";

/** Slack's own file host; where Slack is elsewhere (a simulator), its files are there too. */
const hostOf = (apiUrl: string): string => {
  const { hostname, origin } = new URL(apiUrl);
  return hostname === "slack.com" ? "https://files.slack.com" : origin;
};

/** Opens what fetches files that people send: from Slack's file host alone, with the workspace's own token. */
export const openFiles = (
  config: Config,
  { calls, seat }: Workspaces,
  log: Log,
  closers: Closers,
): FileReader => {
  const http = createHttp({ allow: [hostOf(config.slack.apiUrl)], writes: "steward's own" });
  closers.push(() => http.close());
  return slackFiles({
    calls,
    log,
    download: async (url, workspace, { maxBytes, signal }) => {
      const { token } = await seat(workspace);
      const reply = await http.request({
        ...{ system: "Slack", method: "GET", url, effect: "read", signal, maxBytes, expect: "bytes" },
        secret: { header: "authorization", value: `Bearer ${token}` },
      });
      if (!(reply.body instanceof Uint8Array)) throw new TerminalError("file", "Slack gave nothing");
      return { bytes: reply.body, type: reply.headers["content-type"] ?? "" };
    },
  });
};
