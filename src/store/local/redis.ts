import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { keptPort } from "./port.ts";

/** A Redis (or Valkey) of our own, on 127.0.0.1. */
export interface LocalRedis {
  url: string;
  stop(): Promise<void>;
}

/** No npm package brings a maintained Redis: these are looked for on the PATH. */
const programs = ["redis-server", "valkey-server"];
const startMs = 10_000;

const connection = (port: number, password: string): Redis => {
  const redis = new Redis({
    ...{ host: "127.0.0.1", port, password, lazyConnect: true, connectTimeout: 1_000 },
    ...{ maxRetriesPerRequest: 0, retryStrategy: () => null, commandTimeout: 2_000 },
  });
  // Without a listener ioredis prints; every call here looks at its own failure.
  redis.on("error", () => {});
  return redis;
};

/** Whether the server on this port is the one of our folder (only it has our password). */
const answers = async (port: number, password: string): Promise<boolean> => {
  const redis = connection(port, password);
  try {
    await redis.connect();
    return (await redis.ping()) === "PONG";
  } catch {
    // Nobody there, somebody else's, or still loading.
    return false;
  } finally {
    redis.disconnect();
  }
};

const stop = async (port: number, password: string): Promise<void> => {
  const redis = connection(port, password);
  try {
    await redis.connect();
    await redis.shutdown();
  } catch {
    // The server ends the connection instead of answering.
  } finally {
    redis.disconnect();
  }
  while (await answers(port, password)) await wait(20);
};

/** Starts one program; answers false when it is not on the PATH. The configuration goes in by stdin: `ps` shows arguments. */
const launch = async (program: string, config: string, log: string): Promise<boolean> => {
  const file = await open(log, "a");
  try {
    const child = spawn(program, ["-"], { stdio: ["pipe", file.fd, file.fd], detached: true });
    const failed = once(child, "error").then(() => false);
    const started = once(child, "spawn").then(() => true);
    child.stdin?.on("error", () => {});
    if (!(await Promise.race([started, failed]))) return false;
    child.stdin?.end(config);
    child.unref();
    return true;
  } finally {
    await file.close();
  }
};

const passwordOf = async (folder: string): Promise<string> => {
  const file = join(folder, "password");
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept !== "") return kept;
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, password, { mode: 0o600 });
  return password;
};

/**
 * Starts (or takes over) a Redis whose data lives in `dir`; `undefined` when neither redis-server nor valkey-server is
 * on the PATH, and the caller then uses Postgres and says so. `databases` for tests that each want one.
 */
export const startLocalRedis = async (options: {
  dir: string;
  port?: number;
  databases?: number;
}): Promise<LocalRedis | undefined> => {
  const folder = resolve(options.dir);
  await mkdir(folder, { recursive: true });
  const password = await passwordOf(folder);
  const portFile = join(folder, "port");
  const last = Number(await readFile(portFile, "utf8").catch(() => "0"));
  const local = (port: number): LocalRedis => ({
    url: `redis://:${password}@127.0.0.1:${port}`,
    stop: () => stop(port, password),
  });
  if (last > 0 && (await answers(last, password))) return local(last);
  const port = options.port ?? (await keptPort(portFile));
  const config = [
    ...[`port ${port}`, "bind 127.0.0.1", `requirepass ${password}`, `databases ${options.databases ?? 16}`],
    ...[`dir "${folder}"`, "appendonly yes", "appendfsync everysec", 'save ""', ""],
  ].join("\n");
  const log = join(folder, "redis.log");
  for (const program of programs) {
    if (!(await launch(program, config, log))) continue;
    const deadline = performance.now() + startMs;
    while (performance.now() < deadline) {
      if (await answers(port, password)) return local(port);
      await wait(25);
    }
    throw new Error(`${program} did not answer on port ${port} within ${startMs / 1000} s: see ${log}.`);
  }
  return undefined;
};
