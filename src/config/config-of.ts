import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { crashPoints } from "../core/crash.ts";
import type { Env } from "./settings.ts";
import type { Config } from "./types.ts";

/** The parsed settings as the product wants them. */
export const configOf = (env: Env, repository: string): Config => {
  const [point, nth] = (env.STEWARD_CRASH_AT ?? "").split(":");
  return {
    production: env.NODE_ENV === "production",
    port: env.PORT,
    host: env.STEWARD_HOST,
    role: env.STEWARD_ROLE,
    dataFolder: resolve(env.STEWARD_DATA),
    folders: foldersOf(env.STEWARD_CONFIG, repository),
    toolModes: env.STEWARD_TOOL_MODES,
    logLevel: env.LOG_LEVEL,
    crashAt: crashPoints.flatMap((known) =>
      known === point ? [{ point: known, nth: Number(nth ?? 1) }] : [],
    )[0],
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    manifest: resolve(repository, "manifest.yml"),
    publicUrl: env.STEWARD_PUBLIC_URL,
    keys: keysOf(env.STEWARD_KEY),
    slack: {
      identity: identityOf(env),
      apiUrl: env.SLACK_API_URL,
      door: doorOf(env),
      secret: env.SLACK_SIGNING_SECRET ?? env.SLACK_APP_TOKEN ?? "",
    },
    delivery: {
      previewAfterMs: env.STEWARD_PREVIEW_MS,
      streamMs: env.STEWARD_STREAM_SECONDS * 1_000,
      pageChars: env.STEWARD_PAGE_CHARS,
    },
    models: modelsOf(env),
    gitlab:
      env.GITLAB_URL === undefined || env.GITLAB_TOKEN === undefined
        ? undefined
        : { url: env.GITLAB_URL, token: env.GITLAB_TOKEN, knowledge: env.GITLAB_KNOWLEDGE },
    signIns: signInsOf(env),
    companySignIn: companySignInOf(env),
    crm: crmOf(env),
  };
};

const crmOf = (env: Env): Config["crm"] => {
  if (env.STEWARD_CRM === "memory") return { kind: "memory" };
  if (env.STEWARD_CRM === "hubspot" && env.HUBSPOT_TOKEN !== undefined) {
    return { kind: "hubspot", url: env.HUBSPOT_URL, token: env.HUBSPOT_TOKEN, sees: env.STEWARD_CRM_SEES };
  }
  if (env.STEWARD_CRM === "twenty" && env.TWENTY_URL !== undefined && env.TWENTY_TOKEN !== undefined) {
    return { kind: "twenty", url: env.TWENTY_URL, token: env.TWENTY_TOKEN };
  }
  const { SALESFORCE_URL: url, SALESFORCE_CLIENT_ID: clientId, SALESFORCE_USERNAME: username } = env;
  const { SALESFORCE_PRIVATE_KEY: privateKey, SALESFORCE_LOGIN_URL: audience } = env;
  if (env.STEWARD_CRM !== "salesforce" || !url || !clientId || !username || !privateKey) return undefined;
  return { kind: "salesforce", url, signIn: { clientId, username, privateKey, audience } };
};

const companySignInOf = (env: Env): Config["companySignIn"] => {
  const { OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  const { OIDC_AUTHORIZE_URL: authorizeUrl, OIDC_TOKEN_URL: tokenUrl, OIDC_USERINFO_URL: userinfoUrl } = env;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  if (authorizeUrl === undefined || tokenUrl === undefined || userinfoUrl === undefined) return undefined;
  const addresses = { authorizeUrl, tokenUrl, userinfoUrl, revokeUrl: env.OIDC_REVOKE_URL };
  return { ...addresses, clientId, clientSecret, groupsClaim: env.OIDC_GROUPS_CLAIM };
};

const signInsOf = (env: Env): Config["signIns"] =>
  (
    [
      ["gitlab", env.GITLAB_URL, env.GITLAB_CLIENT_ID, env.GITLAB_CLIENT_SECRET],
      ["hubspot", env.HUBSPOT_URL, env.HUBSPOT_CLIENT_ID, env.HUBSPOT_CLIENT_SECRET],
      ["salesforce", env.SALESFORCE_URL, env.SALESFORCE_CLIENT_ID, env.SALESFORCE_CLIENT_SECRET],
    ] as const
  ).flatMap(([kind, url, clientId, clientSecret]) =>
    url === undefined || clientId === undefined || clientSecret === undefined
      ? []
      : [{ kind, url, clientId, clientSecret }],
  );

const keysOf = ([first, ...older]: readonly string[] = []): Config["keys"] =>
  first === undefined ? undefined : [first, ...older];

const identityOf = (env: Env): Config["slack"]["identity"] =>
  env.SLACK_CLIENT_ID === undefined
    ? { kind: "one", token: env.SLACK_BOT_TOKEN ?? "" }
    : {
        kind: "several",
        clientId: env.SLACK_CLIENT_ID,
        clientSecret: env.SLACK_CLIENT_SECRET ?? "",
        allowed: env.STEWARD_WORKSPACES ?? [],
      };

const doorOf = (env: Env): Config["slack"]["door"] =>
  env.SLACK_SIGNING_SECRET === undefined
    ? { kind: "socket", appToken: env.SLACK_APP_TOKEN ?? "" }
    : { kind: "http", signingSecret: env.SLACK_SIGNING_SECRET };

export const foldersOf = (own: string | undefined, repository: string): Config["folders"] => {
  const folder = (name: string): string => {
    const path = own === undefined ? undefined : resolve(own, name);
    return path !== undefined && existsSync(path) ? path : resolve(repository, name);
  };
  return {
    prompts: folder("prompts"),
    policies: folder("policies"),
    apis: folder("tools/apis"),
    mcp: folder("tools/mcp"),
  };
};

/** A key or an address of one's own (which may need no key) makes a model; the roles fall back to the default. */
const modelsOf = (env: Env): Config["models"] => {
  if (env.OPENAI_API_KEY === undefined && env.OPENAI_BASE_URL === undefined) return undefined;
  const name = env.STEWARD_MODEL_DEFAULT ?? "gpt-5-mini";
  return {
    apiKey: env.OPENAI_API_KEY ?? "none",
    baseUrl: env.OPENAI_BASE_URL ?? "https://api.openai.com/v1",
    default: name,
    fast: env.STEWARD_MODEL_FAST ?? name,
    careful: env.STEWARD_MODEL_CAREFUL ?? name,
    sees: env.STEWARD_MODEL_SEES ?? [],
  };
};
