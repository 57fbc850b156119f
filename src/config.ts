import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { describe, misspelt, ownFolder, together } from "./config/checks.ts";
import { configOf, foldersOf } from "./config/config-of.ts";
import { settings } from "./config/settings.ts";
import type { Config } from "./config/types.ts";
import { StewardError } from "./core/errors.ts";

export type { Config } from "./config/types.ts";

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
  const parsed = settings.safeParse(given, { reportInput: true });
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map(describe)),
    ...together(given),
    ...ownFolder(given["STEWARD_CONFIG"]),
    ...misspelt(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(configOf(parsed.data, repository));
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
  const parsed = settings.shape.STEWARD_PUBLIC_URL.safeParse(given["STEWARD_PUBLIC_URL"]);
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
