import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const startSeconds = 60;

/** The sandbox as `npm start` starts it, in a process and a data folder of its own. */
export interface SandboxProcess {
  /** Of the page. */
  url: string;
  /** The one line that it printed. */
  line: string;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
}

/** Starts `bin/steward` without Slack tokens, on a free port. Rejects with what it said where it ends early. */
export const startSandbox = async (env: Record<string, string>): Promise<SandboxProcess> => {
  const data = await mkdtemp(join(tmpdir(), "steward-sandbox-"));
  const child = spawn(join(root, "bin/steward"), [], {
    cwd: data,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      PORT: "0",
      STEWARD_DATA: data,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    const line = await firstLine(child, ended);
    return { line, url: /http:\/\/\S+/.exec(line)?.[0] ?? "", stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const firstLine = (child: ChildProcess, ended: Promise<unknown[]>): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  const late = setTimeout(
    () => reject(new Error(`not started after ${startSeconds} s: ${said}`)),
    startSeconds * 1000,
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      said += data.toString();
      if (stream === child.stdout && said.includes("\n")) resolve(said.trim());
    });
  }
  void ended.then(([code, signal]) =>
    reject(new Error(`ended (${String(signal ?? code)}) before it was ready: ${said}`)),
  );
  return promise.finally(() => clearTimeout(late));
};
