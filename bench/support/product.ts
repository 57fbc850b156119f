import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const startSeconds = 30;

/** The product as its own process, started by its public variables alone. */
export interface Product {
  /** Base address. */
  url: string;
  pid: number;
  /** SIGTERM unless told, and wait until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** `BENCH_PROFILE=<folder>`: each process of the product leaves a CPU profile there when it stops. */
const profiling = (): Record<string, string> => {
  const folder = process.env["BENCH_PROFILE"];
  return folder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
};

/** Starts `steward start`. Rejects with what it said when it ends, or does not listen in time. */
export const startProduct = async (env: Readonly<Record<string, string>>): Promise<Product> => {
  const child = spawn(join(root, "bin/steward"), ["start"], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...profiling(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  const listening = Promise.withResolvers<string>();
  const hear = (data: Buffer): void => {
    // Only the beginning is looked at: the log of a whole bench would fill the memory.
    if (said.length < 100_000) said += data.toString();
    const address = /listening on (http:\/\/\S+)/.exec(said)?.[1];
    if (address !== undefined) listening.resolve(address);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    listening.reject(new Error(`The product did not listen within ${startSeconds} s.\n${said}`));
  }, startSeconds * 1000);
  void ended.then((how) =>
    listening.reject(new Error(`The product ended (${how}) before it listened.\n${said}`)),
  );
  const url = await listening.promise.finally(() => clearTimeout(timer));
  return {
    url,
    pid: child.pid ?? 0,
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
};
