import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A real process of its own that speaks in lines of JSON, to be killed without warning. */
export interface Child {
  process: ChildProcess;
  /** The lines it has said so far. */
  said: unknown[];
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
}

/** Starts a script of test/ as a process; it is killed at the end of the test at the latest. */
export const startChild = (script: string, args: readonly string[]): Child => {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: unknown[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(JSON.parse(line)));
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(kill);
  return { process: child, said, kill };
};
