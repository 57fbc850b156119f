import type { CustomRoute } from "@slack/bolt";
import { InstallProvider, type Installation as Granted, type OrgInstallation } from "@slack/oauth";
import { createHmac } from "node:crypto";
import { messageOf } from "../../core/errors.ts";
import { boltLogger } from "../bolt-logger.ts";
import { clientOptions, slackClient } from "../client.ts";
import { scheduleCalls } from "../delivery/schedule.ts";
import type { Log } from "../log.ts";
import type { Installations } from "./installations.ts";
import { sendPage } from "./pages.ts";
import type { Installation } from "./ports.ts";

interface OAuthParts {
  clientId: string;
  clientSecret: string;
  /** Where people's browsers reach us, without a trailing slash. */
  publicUrl: string;
  apiUrl: string;
  /** Signs the state that Slack hands back. */
  secret: string;
  /** The bot scopes to ask for: those of the manifest. */
  scopes: readonly string[];
  /** Ids of workspaces and organisations that may install; nobody else may: each vouches for who its people are. */
  allowed: readonly string[];
  installations: Installations;
  log: Log;
}

type Grant = Granted<"v2", false> | OrgInstallation;

/** What Slack granted, as we keep it; a text says why it cannot be kept. */
const installationOf = (grant: Grant, allowed: readonly string[]): Installation | string => {
  const { bot, team, enterprise, user } = grant;
  const org = grant.isEnterpriseInstall === true;
  const id = org ? enterprise?.id : team?.id;
  if (bot === undefined || id === undefined)
    return "Slack gave no bot token. Add the app's bot scopes and try again.";
  if (bot.refreshToken !== undefined) {
    return "Token rotation is on for this app. Turn it off in the app's settings (OAuth & Permissions), then install it again.";
  }
  const ids = [id, enterprise?.id].filter((one) => one !== undefined);
  if (!ids.some((one) => allowed.includes(one))) {
    return `${id} may not install Steward here. An operator allows it by adding ${id} to STEWARD_WORKSPACES.`;
  }
  return {
    id,
    team: org ? null : id,
    enterprise: enterprise?.id ?? null,
    name: (org ? enterprise?.name : team?.name) ?? id,
    bot: bot.userId,
    botId: bot.id,
    token: bot.token,
    installedBy: user.id,
  };
};

const mendBy: Readonly<Record<string, string>> = {
  slack_oauth_missing_state: "Installations begin at our own page, also from Slack's admin console.",
  slack_oauth_invalid_state: "The page was open too long, or in another browser.",
};

/**
 * The two pages of an installation: `/slack/install` sends a person to Slack with a signed state that is bound to their
 * browser, `/slack/oauth_redirect` takes them back and keeps what Slack granted.
 */
export const oauthRoutes = (parts: OAuthParts): CustomRoute[] => {
  const { apiUrl, allowed, installations, log } = parts;
  const begin = `${parts.publicUrl}/slack/install`;
  const provider = new InstallProvider({
    clientId: parts.clientId,
    clientSecret: parts.clientSecret,
    stateSecret: createHmac("sha256", parts.secret).update("steward.install-state.1").digest("hex"),
    directInstall: true,
    authorizationUrl: new URL("/oauth/v2/authorize", apiUrl).href,
    clientOptions: clientOptions(apiUrl, log),
    logger: boltLogger(log),
    installationStore: {
      storeInstallation: async (grant) => {
        const installation = installationOf(grant as Grant, allowed);
        if (typeof installation === "string") throw new Error(installation);
        await installations.add(installation);
      },
      fetchInstallation: () => Promise.reject(new Error("Installations are looked up elsewhere.")),
    },
  });
  const options = {
    scopes: [...parts.scopes],
    redirectUri: `${parts.publicUrl}/slack/oauth_redirect`,
  };
  const failed = (error: unknown): void => log.error({ err: error }, "an installation page failed");

  return [
    {
      path: "/slack/install",
      method: ["GET"],
      handler: (request, response) =>
        void provider.handleInstallPath(request, response, {}, options).catch(failed),
    },
    {
      path: "/slack/oauth_redirect",
      method: ["GET"],
      handler: (request, response) =>
        void provider
          .handleCallback(request, response, {
            afterInstallation: async (granted) => {
              const grant = granted as Grant;
              const judged = installationOf(grant, allowed);
              if (typeof judged !== "string") return true;
              await giveBack(grant, parts);
              sendPage(response, 403, "Steward was not installed", [judged]);
              return false;
            },
            successAsync: (granted) => {
              const { team, enterprise } = granted as Grant;
              const name = team?.name ?? enterprise?.name ?? "your workspace";
              sendPage(response, 200, "Steward is installed", [
                `It is in ${name} now.`,
                "In Slack, write to Steward, or mention it in a channel after inviting it there.",
              ]);
              return Promise.resolve();
            },
            failureAsync: (error) => {
              log.warn({ reason: error.code }, `an installation failed: ${messageOf(error)}`);
              sendPage(response, 400, "Steward was not installed", [
                mendBy[error.code] ?? "Slack or Steward could not finish it. The log says more.",
                `Begin again at ${begin}.`,
              ]);
              return Promise.resolve();
            },
          })
          .catch(failed),
    },
  ];
};

/** A token that is not kept must not stay valid anywhere. */
const giveBack = async (grant: Grant, { apiUrl, log }: OAuthParts): Promise<void> => {
  if (grant.bot === undefined) return;
  await scheduleCalls(slackClient(grant.bot.token, apiUrl, log))
    .call("auth.revoke", {})
    .catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, "a refused token could not be revoked"),
    );
};
