import { execFile } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** How a command of the product ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs bin/steward with these variables alone until it ends; one that goes on is ended after 30 s. */
export const runSteward = (args: readonly string[], env: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    const own = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env };
    execFile(
      join(root, "bin/steward"),
      args,
      { cwd: root, env: own, timeout: 30_000, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
