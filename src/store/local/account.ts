import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How a server's programs are started: as whom, and from where. Empty for an ordinary user. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** Accounts that Postgres may run as when we are root, in this order; one of them exists on every Unix. */
const unprivileged = ["postgres", "nobody"];

const lookUp = (name: string): Required<Account> | undefined => {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
};

/** Postgres refuses to run as root: then an existing unprivileged account runs it. */
export const serverAccount = (): Account => {
  if (process.getuid?.() !== 0) return {};
  for (const name of unprivileged) {
    const account = lookUp(name);
    if (account !== undefined) return account;
  }
  throw new Error(
    `Postgres does not run as root, and neither of the accounts ${unprivileged.join(", ")} exists. ` +
      "Start Steward as an ordinary user, or set DATABASE_URL.",
  );
};

/** Whether the account can reach a folder: each parent must be traversable, which only a try can tell. */
export const canReach = async (folder: string, account: Account): Promise<boolean> => {
  try {
    await run("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...account, cwd: "/", env: {} });
    return true;
  } catch {
    // Any failure of the shell's `cd` is the answer "no".
    return false;
  }
};

/** Throws when a folder of a shared place (/tmp) was made by somebody else, who could then change what we run. */
export const ours = async (folder: string): Promise<void> => {
  const { uid } = await stat(folder);
  if (uid !== process.getuid?.()) {
    throw new Error(`${folder} belongs to another account (uid ${uid}). Remove it, or set DATABASE_URL.`);
  }
};
