import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";

/** What the sandbox reads of the environment. */
export interface Settings {
  /** Of the page; 0: a free one. */
  readonly port: number;
  /** Where local data stands, absolute. */
  readonly dataFolder: string;
  /** A Postgres and a Redis of the person's own, instead of local ones. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** What the product is given unchanged. */
  readonly passed: Readonly<Record<string, string>>;
}

/** Model settings and what helps while developing; nothing else of the person's environment reaches the product. */
const PASSED =
  /^(PATH|HOME|LANG|TZ|OPENAI_API_KEY|OPENAI_BASE_URL|STEWARD_MODEL_[A-Z]+|STEWARD_CRASH_AT|LOG_LEVEL|NODE_EXTRA_CA_CERTS)$/;

/** Reads an environment. Throws with the name and what was expected. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
    ),
  );
  const port = Number(given["PORT"] ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT is "${given["PORT"]}": expected a whole number from 0 (any free port) to 65535.`);
  }
  const config = given["STEWARD_CONFIG"];
  return {
    port,
    dataFolder: resolve(given["STEWARD_DATA"] ?? ".data"),
    databaseUrl: given["DATABASE_URL"],
    redisUrl: given["REDIS_URL"],
    passed: {
      ...Object.fromEntries(Object.entries(given).filter(([name]) => PASSED.test(name))),
      // The product runs in another folder.
      ...(config !== undefined && { STEWARD_CONFIG: resolve(config) }),
    },
  };
}

/** The process's environment, with `.env` of the working folder below it, as the product reads it in development. */
export function environment(): Record<string, string | undefined> {
  const file = resolve(".env");
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}), ...process.env };
}
