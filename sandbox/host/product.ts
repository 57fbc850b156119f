import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** What the product is started with, and who is told where it is. */
export interface ProductOptions {
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** It listens: its base URL and process id. After each start, which waits for it. */
  readonly up: (url: string, pid: number) => Promise<void>;
  /** It has ended and will be started again. */
  readonly down: () => void;
}

const LAUNCHER = join(import.meta.dirname, "../../bin/steward");
/** Said on standard output once it listens. */
const LISTENING = /listening on (http:\/\/\S+)/;
const START_MS = 30_000;
const STOP_MS = 10_000;
/** After it ended: waits before the next starts; the last one stays. A run of `STEADY_MS` starts them over. */
const PAUSES_MS = [250, 1_000, 2_000, 5_000];
const STEADY_MS = 30_000;

/** The product as its own process, kept running: what ends is started again until `stop`. */
export class Product {
  readonly #options: ProductOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #stopped = false;
  #running = Promise.resolve();
  readonly #pause = new AbortController();

  constructor(options: ProductOptions) {
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { mode: 0o600 });
  }

  /** Resolves once it listens. Rejects with what it said where the first start fails; nothing is tried again then. */
  async start(): Promise<void> {
    const { ended } = await this.#launch();
    this.#running = this.#keep(ended);
  }

  /** Ends it: asked first, so that it finishes what it does; by force after ten seconds. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.abort();
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(force);
    }
    await this.#running;
    this.#log.end();
  }

  async #keep(first: Promise<unknown>): Promise<void> {
    let ended = first;
    let tries = 0;
    while (!this.#stopped) {
      const since = performance.now();
      await ended;
      if (this.#stopped) return;
      this.#options.down();
      if (performance.now() - since > STEADY_MS) tries = 0;
      const pauseMs = PAUSES_MS[Math.min(tries++, PAUSES_MS.length - 1)];
      await wait(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => {});
      if (this.#stopped) return;
      try {
        ({ ended } = await this.#launch());
      } catch {
        // A start that fails is in the log; the next pause is longer.
        ended = Promise.resolve();
      }
    }
  }

  /** Resolves once it listens; `ended` when it has ended. */
  async #launch(): Promise<{ ended: Promise<unknown> }> {
    const { env, logFile, up } = this.#options;
    // Its own process group: Ctrl+C reaches the sandbox alone, which then stops everything in order. Another folder:
    // the person's .env is not read a second time.
    const child = spawn(LAUNCHER, ["start"], {
      env: { ...env },
      cwd: dirname(logFile),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const ended = once(child, "exit");
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (piece: string) => {
        this.#log.write(piece);
        if (said.length > 20_000) return;
        said += piece;
        const url = LISTENING.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      });
    }
    const fail = (why: string) =>
      reject(new Error(`The product ${why}. It said:\n${said.trim() || "nothing"}`));
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`did not listen within ${START_MS / 1000} s`);
    }, START_MS);
    ended.then(
      ([code, signal]) => fail(`ended (${signal ?? code}) before it listened`),
      (error: unknown) => fail(`could not be started: ${String(error)}`),
    );
    try {
      await up(await promise, child.pid ?? 0);
    } finally {
      clearTimeout(late);
    }
    return { ended };
  }
}
