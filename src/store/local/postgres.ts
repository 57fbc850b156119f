import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { access, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { type Account, canReach, ours, serverAccount } from "./account.ts";
import { postgresBinaries } from "./binaries.ts";
import { keptPort } from "./port.ts";

const run = promisify(execFile);

/** A Postgres of our own, on 127.0.0.1. */
export interface LocalPostgres {
  /** Of the database `steward`, with its password. */
  url: string;
  /**
   * The same through the server's Unix socket, for processes of this machine: a statement costs both sides half as much
   * as over TCP (measured). The same as `url` where the folder's path is too long for a socket.
   */
  nearUrl: string;
  /** Where the data really is. */
  folder: string;
  stop(): Promise<void>;
}

/** Name of the superuser and of the database. */
const name = "steward";

/** A folder that `account` can reach: `dir`, or a stable place elsewhere when one of its parents is closed (a 0700 home). */
const reachableFolder = async (dir: string, account: Account): Promise<string> => {
  await mkdir(dir, { recursive: true });
  if (await canReach(dir, account)) return dir;
  const key = createHash("sha256").update(dir).digest("hex").slice(0, 12);
  const elsewhere = join("/var/tmp", `steward-${key}`);
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  await ours(elsewhere);
  return elsewhere;
};

interface Server {
  bin: string;
  account: Account;
  /** The folder we own; `data` and `log` in it belong to the server's account. */
  folder: string;
  data: string;
  log: string;
}

const command = (server: Server, program: string, args: string[]) =>
  // cwd: the account may not read ours. env: the server needs nothing of ours, least of all secrets.
  run(join(server.bin, program), args, {
    ...server.account,
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
  });

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const give = async (path: string, { uid, gid }: Account): Promise<void> => {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
};

/** What Unix allows for a socket's path, in bytes; macOS is the strictest. */
const socketPathMax = 103;

/** The folder of the server's socket: its data, which no other account can enter. Plain paths only: pg_ctl hands its options to a shell. */
const socketFolder = (data: string): string =>
  /^[\w./-]+$/.test(data) && join(data, ".s.PGSQL.65535").length <= socketPathMax ? data : "";

/** Makes the database cluster once. A marker says that it is whole: an interrupted initdb leaves a half-made folder. */
const ensureCluster = async (server: Server): Promise<string> => {
  const passwordFile = join(server.folder, "password");
  const marker = join(server.folder, "ready");
  if (await exists(marker)) return readFile(passwordFile, "utf8");
  await rm(server.data, { recursive: true, force: true });
  await mkdir(server.data, { mode: 0o700 });
  const password = randomBytes(24).toString("base64url");
  await writeFile(passwordFile, password, { mode: 0o600 });
  await give(server.data, server.account);
  await give(passwordFile, server.account);
  await command(server, "initdb", [
    ...["-D", server.data, "-U", name, "-A", "scram-sha-256", `--pwfile=${passwordFile}`],
    ...["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
  ]);
  await writeFile(`${marker}.new`, "");
  await rename(`${marker}.new`, marker);
  return password;
};

/** The port of the server that already runs on this data, left by a killed parent; undefined when none does. */
const runningPort = async (server: Server): Promise<number | undefined> => {
  try {
    await command(server, "pg_ctl", ["-D", server.data, "status"]);
  } catch {
    // Exit code 3: not running. postmaster.pid is never trusted or deleted by hand.
    return undefined;
  }
  const lines = (await readFile(join(server.data, "postmaster.pid"), "utf8")).split("\n");
  return Number(lines[3]);
};

const start = async (server: Server, wanted: number | undefined): Promise<number> => {
  const port = wanted ?? (await keptPort(join(server.folder, "port")));
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${socketFolder(server.data)} -c max_connections=200`;
  try {
    await command(server, "pg_ctl", [
      ...["-D", server.data, "-w", "-t", "30", "-l", server.log, "-o", options, "start"],
    ]);
  } catch (error) {
    const tail = (await readFile(server.log, "utf8").catch(() => "")).split("\n").slice(-6).join("\n");
    throw new Error(`Postgres did not start in ${server.data}. The end of its log:\n${tail}`, {
      cause: error,
    });
  }
  return port;
};

const ensureDatabase = async (url: string, database: string): Promise<void> => {
  const client = new pg.Client({ connectionString: `${url}/postgres` });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
};

/**
 * Starts (or takes over) a real Postgres whose data lives in `dir` and stays there. As root it runs as an unprivileged
 * account. The port stays the same between starts while it is free.
 */
export const startLocalPostgres = async (options: { dir: string; port?: number }): Promise<LocalPostgres> => {
  const account = serverAccount();
  const folder = await reachableFolder(resolve(options.dir), account);
  const logs = join(folder, "log");
  await mkdir(logs, { recursive: true });
  await give(logs, account);
  const server: Server = {
    bin: await postgresBinaries(account),
    account,
    folder,
    data: join(folder, "data"),
    log: join(logs, "postgres.log"),
  };
  const password = await ensureCluster(server);
  const port = (await runningPort(server)) ?? (await start(server, options.port));
  const base = `postgres://${name}:${password}@127.0.0.1:${port}`;
  await ensureDatabase(base, name);
  const url = `${base}/${name}`;
  // A server that an older version left running has none.
  const hasSocket = await exists(join(server.data, `.s.PGSQL.${port}`));
  return {
    url,
    nearUrl: hasSocket ? `${url}?host=${encodeURIComponent(server.data)}` : url,
    folder,
    stop: async () => {
      await command(server, "pg_ctl", ["-D", server.data, "-m", "fast", "-w", "stop"]);
    },
  };
};
