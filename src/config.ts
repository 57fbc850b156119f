import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { crashPoints } from "./core/crash.ts";
import { StewardError } from "./core/errors.ts";

/** Everything that is wrong with the environment, all at once; one line each, with what to do. */
export class ConfigError extends StewardError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      "config",
      `The environment has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

const url = (protocols: string[], example: string) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `is not an address such as ${example}`,
  });
const httpUrl = (example: string) =>
  url(["http:", "https:"], example).transform((value) => value.replace(/\/+$/, ""));
const secret = (shape: RegExp, looks: string) => z.string().regex(shape, `does not look like ${looks}`);
const roles = ["default", "fast", "careful"] as const;
/** Roles by their names, or all of them; undefined for anything else. */
const seeing = (value: string): (typeof roles)[number][] | undefined => {
  const named = value === "all" ? roles : value.split(",").map((name) => name.trim());
  const known = roles.filter((role) => named.includes(role));
  return known.length === named.length ? known : undefined;
};
const toolModes = ["read", "modify", "full"] as const;
/** How much of a system's tools is switched on: reads; writes up to R2 too; everything. */
type ToolMode = (typeof toolModes)[number];
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

const schema = z.object({
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

type Env = z.infer<typeof schema>;

/** The product's settings: parsed once, frozen. Secrets stand only here and where they are used. */
export interface Config {
  production: boolean;
  port: number;
  host: string | undefined;
  role: "all" | "gateway" | "worker";
  dataFolder: string;
  /** Folders of people's files: STEWARD_CONFIG's where it has them, else the repository's. */
  folders: { prompts: string; policies: string; apis: string; mcp: string };
  /** How much of a system's tools is switched on, where that is less than all. */
  toolModes: Readonly<Record<string, ToolMode>>;
  logLevel: string;
  crashAt: { point: (typeof crashPoints)[number]; nth: number } | undefined;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** The app's manifest as shipped: its scopes are asked for at an installation. */
  manifest: string;
  /** Where people's browsers and Slack reach us, without a trailing slash. */
  publicUrl: string | undefined;
  /** What encrypts at rest; the first one seals, all of them open. */
  keys: readonly [string, ...string[]] | undefined;
  slack: {
    apiUrl: string;
    /** One workspace by its token, or those of `allowed` in which the app is installed at `/slack/install`. */
    identity:
      | { kind: "one"; token: string }
      | { kind: "several"; clientId: string; clientSecret: string; allowed: readonly string[] };
    /** How Slack reaches us. The signing secret decides where both are set: two doors would take everything twice. */
    door: { kind: "http"; signingSecret: string } | { kind: "socket"; appToken: string };
    /** What values that travel through Slack and come back are signed with; the same in every process. */
    secret: string;
  };
  /** How answers come: a message shows a run after so long, a stream and a page hold so much. */
  delivery: { previewAfterMs: number; streamMs: number; pageChars: number };
  models:
    | {
        apiKey: string;
        baseUrl: string;
        default: string;
        fast: string;
        careful: string;
        /** Roles whose models see pictures. */
        sees: readonly (typeof roles)[number][];
      }
    | undefined;
  /** `knowledge`: projects whose wikis and Markdown files are searched where none is named. */
  gitlab: { url: string; token: string; knowledge: readonly string[] } | undefined;
  /** Systems in which people may act as themselves: Steward's registration there. */
  signIns: readonly {
    kind: "gitlab" | "hubspot" | "salesforce";
    url: string;
    clientId: string;
    clientSecret: string;
  }[];
  /** The company's identity provider, which says who is in which group. */
  companySignIn:
    | {
        authorizeUrl: string;
        tokenUrl: string;
        userinfoUrl: string;
        revokeUrl: string | undefined;
        clientId: string;
        clientSecret: string;
        groupsClaim: string;
      }
    | undefined;
  crm:
    | { kind: "hubspot"; url: string; token: string; sees: "team" | "all" }
    | {
        kind: "salesforce";
        url: string;
        signIn: { clientId: string; username: string; privateKey: string; audience: string };
      }
    | { kind: "twenty"; url: string; token: string }
    | { kind: "memory" }
    | undefined;
}

/** What each CRM needs to be reached. */
const crmNeeds: Record<NonNullable<Env["STEWARD_CRM"]>, readonly (keyof Env)[]> = {
  hubspot: ["HUBSPOT_TOKEN"],
  salesforce: ["SALESFORCE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY"],
  twenty: ["TWENTY_URL", "TWENTY_TOKEN"],
  memory: [],
};

/** What the chosen CRM lacks, and settings of one that was not chosen. */
const crmProblems = (env: Record<string, string>): string[] => {
  const chosen = env["STEWARD_CRM"];
  return Object.entries(crmNeeds).flatMap(([kind, names]) => {
    const set = names.filter((name) => env[name] !== undefined);
    const missing = names.filter((name) => env[name] === undefined);
    if (chosen === kind) {
      return missing.map((name) => `${name} is missing: STEWARD_CRM is ${kind}, and it is needed.`);
    }
    if (chosen !== undefined || set.length === 0) return [];
    return [
      `STEWARD_CRM is missing: ${set.join(", ")} is set, and both are needed. Set STEWARD_CRM=${kind}.`,
    ];
  });
};

/** Pairs that make sense only together, and what production does not allow. */
const together = (env: Record<string, string>): string[] => {
  const problems: string[] = [];
  const pair = (a: keyof Env, b: keyof Env): void => {
    if (env[a] !== undefined && env[b] === undefined)
      problems.push(`${b} is missing: ${a} is set, and both are needed.`);
  };
  pair("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET");
  pair("SLACK_CLIENT_SECRET", "SLACK_CLIENT_ID");
  pair("SLACK_CLIENT_ID", "STEWARD_PUBLIC_URL");
  pair("SLACK_CLIENT_ID", "STEWARD_KEY");
  pair("STEWARD_WORKSPACES", "SLACK_CLIENT_ID");
  if (env["SLACK_CLIENT_ID"] !== undefined && env["STEWARD_WORKSPACES"] === undefined) {
    problems.push(
      "STEWARD_WORKSPACES is missing: SLACK_CLIENT_ID is set, and people are known by the mail address that their workspace vouches for. Name the workspaces and organisations that may install Steward, such as T0123ABCD,E0456EFGH.",
    );
  }
  pair("GITLAB_URL", "GITLAB_TOKEN");
  pair("GITLAB_TOKEN", "GITLAB_URL");
  for (const name of ["AUTHORIZE_URL", "TOKEN_URL", "USERINFO_URL", "CLIENT_SECRET"] as const) {
    pair("OIDC_CLIENT_ID", `OIDC_${name}`);
    pair(`OIDC_${name}`, "OIDC_CLIENT_ID");
  }
  pair("OIDC_CLIENT_ID", "STEWARD_KEY");
  pair("SALESFORCE_CLIENT_SECRET", "STEWARD_KEY");
  for (const system of ["GITLAB", "HUBSPOT"] as const) {
    pair(`${system}_CLIENT_ID`, `${system}_CLIENT_SECRET`);
    pair(`${system}_CLIENT_SECRET`, `${system}_CLIENT_ID`);
    pair(`${system}_CLIENT_ID`, `${system}_TOKEN`);
    pair(`${system}_CLIENT_ID`, "STEWARD_KEY");
    const shared = env["NODE_ENV"] === "production" || (env["STEWARD_ROLE"] ?? "all") !== "all";
    if (shared) pair(`${system}_CLIENT_ID`, "STEWARD_PUBLIC_URL");
  }
  problems.push(...crmProblems(env));
  if (env["SLACK_BOT_TOKEN"] === undefined && env["SLACK_CLIENT_ID"] === undefined) {
    problems.push(
      "SLACK_BOT_TOKEN is missing: the bot token of one workspace. Or set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, to be installed in several.",
    );
  }
  if (env["SLACK_BOT_TOKEN"] !== undefined && env["SLACK_CLIENT_ID"] !== undefined) {
    problems.push(
      "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: it is either one workspace by its token, or several by installation.",
    );
  }
  if (env["SLACK_SIGNING_SECRET"] === undefined && env["SLACK_APP_TOKEN"] === undefined) {
    problems.push(
      "SLACK_SIGNING_SECRET is missing: Slack posts to us and signs with it. Or set SLACK_APP_TOKEN, and we reach Slack by sockets.",
    );
  }
  if (env["NODE_ENV"] === "production" && env["STEWARD_CRASH_AT"] !== undefined) {
    problems.push("STEWARD_CRASH_AT is refused in production: it ends the process on purpose.");
  }
  if (env["NODE_ENV"] === "production" && env["DATABASE_URL"] === undefined) {
    problems.push(
      "DATABASE_URL is missing: production needs a Postgres of its own, for example postgres://user:password@host:5432/steward.",
    );
  }
  return problems;
};

/** A folder that is not there would silently mean the shipped policies. */
const ownFolder = (path: string | undefined): string[] =>
  path === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    ? []
    : [
        `STEWARD_CONFIG names ${resolve(path)}, and there is no such folder. It holds prompts/, policies/, tools/apis/ or tools/mcp/ of your own.`,
      ];

/** Names that start like ours but are none of ours are typing slips more often than not. */
const misspelt = (raw: Record<string, string | undefined>): string[] => {
  const known = Object.keys(schema.shape);
  return Object.keys(raw)
    .filter((name) => name.startsWith("STEWARD_") && !known.includes(name) && !foreign.includes(name))
    .map((name) => {
      const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
      return `${name} is not a setting. The nearest one is ${nearest}.`;
    });
};

/** Settings of the tests and the sandbox, which may stand in the same environment. */
const foreign = ["STEWARD_REQUIRE", "STEWARD_SPECS"];

const describe = (issue: z.core.$ZodIssue): string => {
  const name = String(issue.path[0]);
  if (issue.code === "invalid_type" && issue.input === undefined) return `${name} is missing.`;
  return `${name} ${issue.message}.`;
};

/** Values that are set but empty count as not set, as in `FOO= steward start`. */
const present = (raw: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(raw).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
    ),
  );

/**
 * Parses an environment. Throws `ConfigError` with every problem. Pure: `readConfig` brings the process's own.
 * `repository` is where the shipped prompts and policies are.
 */
export const parseConfig = (raw: Record<string, string | undefined>, repository: string): Config => {
  const given = present(raw);
  const parsed = schema.safeParse(given, { reportInput: true });
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map(describe)),
    ...together(given),
    ...ownFolder(given["STEWARD_CONFIG"]),
    ...misspelt(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(configOf(parsed.data, repository));
};

const configOf = (env: Env, repository: string): Config => {
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

const foldersOf = (own: string | undefined, repository: string): Config["folders"] => {
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

/** Where people's files are, for commands that need no more of the environment. */
export const readFolders = (repository: string): Config["folders"] =>
  foldersOf(present(environment())["STEWARD_CONFIG"], repository);

/** What files of tools may ask of the environment, and where what was learned of them is kept. */
export const readSettings = (): {
  env: Readonly<Record<string, string>>;
  dataFolder: string;
  /** The operator's own folder, where there is one. */
  ownFolder: string | undefined;
} => {
  const env = present(environment());
  const own = env["STEWARD_CONFIG"];
  return {
    env,
    dataFolder: resolve(env["STEWARD_DATA"] ?? ".data"),
    ownFolder: own === undefined ? undefined : resolve(own),
  };
};

/** What the app's manifest depends on; commands that print it need no more. Throws when nothing says how Slack reaches us. */
export const readManifestSettings = (
  socket: boolean,
): { publicUrl: string | undefined; several: boolean } => {
  const given = present(environment());
  const bySockets =
    socket || (given["SLACK_SIGNING_SECRET"] === undefined && given["SLACK_APP_TOKEN"] !== undefined);
  const parsed = schema.shape.STEWARD_PUBLIC_URL.safeParse(given["STEWARD_PUBLIC_URL"]);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => describe({ ...issue, path: ["STEWARD_PUBLIC_URL"] })),
    );
  }
  if (!bySockets && parsed.data === undefined) {
    throw new ConfigError([
      "STEWARD_PUBLIC_URL is missing: the address at which Slack reaches Steward. For Socket Mode: steward manifest print --socket.",
    ]);
  }
  return { publicUrl: bySockets ? undefined : parsed.data, several: given["SLACK_CLIENT_ID"] !== undefined };
};

/** The process's environment, with `.env` of the working folder below it in development. */
export const readConfig = (repository: string): Config => parseConfig(environment(), repository);

/** The same for commands that reach other systems and not Slack: they need none of its settings. */
export const readConfigWithoutSlack = (repository: string): Config => {
  const slack = { SLACK_BOT_TOKEN: "xoxb-none", SLACK_SIGNING_SECRET: "not-needed-here" };
  const given = present(environment());
  const own = Object.entries(given).filter(([name]) => !name.startsWith("SLACK_"));
  return parseConfig({ ...Object.fromEntries(own), ...slack }, repository);
};

const environment = (): Record<string, string | undefined> => {
  const file = resolve(".env");
  const fromFile =
    process.env["NODE_ENV"] !== "production" && existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  return { ...fromFile, ...process.env };
};
