import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { Config } from "../config.ts";
import { oauthRoutes } from "../slack/install/oauth.ts";
import type { LeaveParts } from "../slack/listeners/installations.ts";
import type { Log } from "../telemetry/log.ts";
import type { SlackSide } from "./slack-side.ts";

const manifestSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** The pages by which workspaces install the app, and what happens when they leave. One workspace has neither. */
export const installSide = (
  config: Config,
  { installations }: SlackSide,
  log: Log,
): { routes: ReturnType<typeof oauthRoutes>; leave: LeaveParts } => {
  const { identity, apiUrl } = config.slack;
  if (identity.kind === "one" || installations === undefined) {
    return {
      routes: [],
      leave: { known: () => Promise.resolve(undefined), removeInstallation: () => Promise.resolve() },
    };
  }
  const manifest = manifestSchema.parse(parse(readFileSync(config.manifest, "utf8")));
  return {
    routes: oauthRoutes({
      clientId: identity.clientId,
      clientSecret: identity.clientSecret,
      publicUrl: config.publicUrl ?? "",
      apiUrl,
      secret: config.keys?.[0] ?? "",
      scopes: manifest.oauth_config.scopes.bot,
      allowed: identity.allowed,
      installations,
      log,
    }),
    leave: {
      known: (id) => installations.known(id),
      removeInstallation: (id, why, at) => installations.remove(id, why, at),
    },
  };
};
