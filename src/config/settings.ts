import { z } from "zod";
import { crashPoints } from "../core/crash.ts";

const url = (protocols: string[], example: string) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `is not an address such as ${example}`,
  });
const httpUrl = (example: string) =>
  url(["http:", "https:"], example).transform((value) => value.replace(/\/+$/, ""));
const secret = (shape: RegExp, looks: string) => z.string().regex(shape, `does not look like ${looks}`);
export const roles = ["default", "fast", "careful"] as const;
/** Roles by their names, or all of them; undefined for anything else. */
const seeing = (value: string): (typeof roles)[number][] | undefined => {
  const named = value === "all" ? roles : value.split(",").map((name) => name.trim());
  const known = roles.filter((role) => named.includes(role));
  return known.length === named.length ? known : undefined;
};
const toolModes = ["read", "modify", "full"] as const;
/** How much of a system's tools is switched on: reads; writes up to R2 too; everything. */
export type ToolMode = (typeof toolModes)[number];
/** `gitlab=read,crm=modify` by system; undefined for anything else. */
const modesOf = (value: string): Record<string, ToolMode> | undefined => {
  const pairs = value.split(",").map((pair) => pair.split("=").map((part) => part.trim()));
  const known = pairs.flatMap(([system, name]) => {
    const mode = toolModes.find((one) => one === name);
    return system === undefined || mode === undefined ? [] : [[system, mode] as const];
  });
  return known.length === pairs.length ? Object.fromEntries(known) : undefined;
};
const crashPattern = new RegExp(`^(${crashPoints.join("|")})(:[1-9][0-9]*)?$`);

/** Every setting, by its name in the environment. */
export const settings = z.object({
  NODE_ENV: z
    .enum(["production", "development", "test"], { error: "is one of production, development, test" })
    .default("development"),
  PORT: z.coerce.number("is a port number").int().min(0).max(65_535).default(3000),
  STEWARD_HOST: z.string().optional(),
  STEWARD_PUBLIC_URL: httpUrl("https://steward.example.com").optional(),
  STEWARD_ROLE: z
    .enum(["all", "gateway", "worker"], { error: "is one of all, gateway, worker" })
    .default("all"),
  STEWARD_DATA: z.string().default(".data"),
  STEWARD_CONFIG: z.string().optional(),
  STEWARD_TOOL_MODES: z
    .string()
    .refine((value) => modesOf(value) !== undefined, {
      error: `is a list such as gitlab=read,crm=modify, each with one of ${toolModes.join(", ")}`,
    })
    .transform((value) => modesOf(value) ?? {})
    .default({}),
  STEWARD_CRASH_AT: z
    .string()
    .regex(crashPattern, `is <point>[:n] with a point of ${crashPoints.join(", ")}`)
    .optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "is one of trace, debug, info, warn, error, fatal, silent",
    })
    .default("info"),
  DATABASE_URL: url(["postgres:", "postgresql:"], "postgres://user:password@host:5432/steward").optional(),
  REDIS_URL: url(["redis:", "rediss:"], "redis://host:6379").optional(),
  STEWARD_KEY: z
    .string()
    .transform((value) => value.split(",").map((key) => key.trim()))
    .refine((keys) => keys.every((key) => key.length >= 16), {
      error: "is a secret of 16 characters or more (a new one goes before the old one, with a comma)",
    })
    .optional(),
  STEWARD_WORKSPACES: z
    .string()
    .transform((value) => value.split(",").map((id) => id.trim()))
    .refine((ids) => ids.every((id) => /^[TE][A-Z0-9]+$/.test(id)), {
      error: "is a list of workspace or organisation ids, such as T0123ABCD,E0456EFGH",
    })
    .optional(),
  SLACK_BOT_TOKEN: secret(/^xoxb-\S+$/, "a bot token (xoxb-…)").optional(),
  SLACK_CLIENT_ID: z.string().min(1).optional(),
  SLACK_CLIENT_SECRET: z.string().min(1).optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, "is the app's signing secret").optional(),
  SLACK_APP_TOKEN: secret(/^xapp-\S+$/, "an app-level token (xapp-…)").optional(),
  SLACK_API_URL: httpUrl("https://slack.com/api/")
    .transform((value) => `${value}/`)
    .default("https://slack.com/api/"),
  STEWARD_PREVIEW_MS: z.coerce.number("is a number of milliseconds").int().min(0).max(60_000).default(1_500),
  STEWARD_STREAM_SECONDS: z.coerce.number("is a number of seconds").int().min(1).max(290).default(240),
  STEWARD_PAGE_CHARS: z.coerce.number("is a number of characters").int().min(500).max(11_000).default(9_000),
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: httpUrl("https://models.example.com/v1").optional(),
  STEWARD_MODEL_DEFAULT: z.string().min(1).optional(),
  STEWARD_MODEL_FAST: z.string().min(1).optional(),
  STEWARD_MODEL_CAREFUL: z.string().min(1).optional(),
  STEWARD_MODEL_SEES: z
    .string()
    .refine((value) => seeing(value) !== undefined, {
      error: `is all, or a list of the roles whose model sees pictures: ${roles.join(", ")}`,
    })
    .transform((value) => seeing(value) ?? [])
    .optional(),
  GITLAB_URL: httpUrl("https://gitlab.example.com").optional(),
  GITLAB_TOKEN: z.string().min(1).optional(),
  GITLAB_KNOWLEDGE: z
    .string()
    .transform((value) => value.split(",").map((one) => one.trim().replaceAll(/^\/+|\/+$/g, "")))
    .transform((paths) => paths.filter((path) => path !== ""))
    .refine((paths) => paths.length <= 10 && paths.every((path) => /^[\w.-]+(?:\/[\w.-]+)+$/.test(path)), {
      error: "is a list of at most ten projects, such as platform/handbook,payments/ledger-api",
    })
    .default([]),
  GITLAB_CLIENT_ID: z.string().min(1).optional(),
  GITLAB_CLIENT_SECRET: z.string().min(1).optional(),
  STEWARD_CRM: z
    .enum(["hubspot", "salesforce", "twenty", "memory"], {
      error: "is one of hubspot, salesforce, twenty, memory (a demo that forgets)",
    })
    .optional(),
  STEWARD_CRM_SEES: z
    .enum(["team", "all"], {
      error: "is team (a person sees the deals of their own team in HubSpot) or all",
    })
    .default("team"),
  HUBSPOT_URL: httpUrl("https://api.hubapi.com").default("https://api.hubapi.com"),
  HUBSPOT_TOKEN: z.string().min(1).optional(),
  SALESFORCE_URL: httpUrl("https://example.my.salesforce.com").optional(),
  SALESFORCE_LOGIN_URL: httpUrl("https://login.salesforce.com").default("https://login.salesforce.com"),
  SALESFORCE_CLIENT_ID: z.string().min(1).optional(),
  SALESFORCE_USERNAME: z.string().min(1).optional(),
  SALESFORCE_PRIVATE_KEY: z
    .string()
    .transform((value) => value.replaceAll(String.raw`\n`, "\n"))
    .refine((value) => /-----BEGIN (?:RSA )?PRIVATE KEY-----/.test(value), {
      error:
        "is no private key in PEM: it begins with -----BEGIN PRIVATE KEY-----, its lines may be joined by \\n",
    })
    .optional(),
  TWENTY_URL: httpUrl("https://twenty.example.com").optional(),
  TWENTY_TOKEN: z.string().min(1).optional(),
  HUBSPOT_CLIENT_ID: z.string().min(1).optional(),
  HUBSPOT_CLIENT_SECRET: z.string().min(1).optional(),
  SALESFORCE_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_AUTHORIZE_URL: httpUrl("https://login.example.com/authorize").optional(),
  OIDC_TOKEN_URL: httpUrl("https://login.example.com/token").optional(),
  OIDC_USERINFO_URL: httpUrl("https://login.example.com/userinfo").optional(),
  OIDC_REVOKE_URL: httpUrl("https://login.example.com/revoke").optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_GROUPS_CLAIM: z.string().min(1).default("groups"),
});

/** The settings as they were parsed. */
export type Env = z.infer<typeof settings>;
