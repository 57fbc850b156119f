import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Apis, type ApisOptions, startApis } from "../sandbox/apis/index.ts";
import { type Crm, startCrm } from "../sandbox/crm/index.ts";
import { type GitLab, startGitlab } from "../sandbox/gitlab/index.ts";
import { type Model, startModel } from "../sandbox/model/index.ts";
import { type SlackSim, startSlack } from "../sandbox/slack/index.ts";
import type { CrashPoint } from "../src/core/crash.ts";
import type { Store } from "../src/store/pool.ts";
import { freshDatabase, freshRedis } from "./support/database.ts";

const root = join(import.meta.dirname, "..");
/** The product says it listens within this time, or the test fails with what it said instead. */
const startSeconds = 30;

type Transport = "http" | "socket";

/** The whole suite can be run over sockets: `npm run test:sockets`. */
export const usualTransport: Transport =
  process.env["STEWARD_TEST_TRANSPORT"] === "socket" ? "socket" : "http";

export interface StewardOptions {
  /** Without a model the offline router answers. */
  model?: boolean;
  /** Ends the product's process at the n-th passing of a point. */
  crashAt?: CrashPoint | `${CrashPoint}:${number}`;
  /** Own policies, prompts: STEWARD_CONFIG. */
  config?: string;
  /** Use no Redis, whatever the machine has. */
  withoutRedis?: boolean;
  /** Further variables, or other values of the usual ones. */
  env?: Record<string, string> | ((usual: Record<string, string>) => Record<string, string>);
  slack?: Parameters<typeof startSlack>[0];
  /** People can connect their own accounts in GitLab. */
  connects?: boolean;
  /** How Slack reaches the product: it posts, or speaks over the product's sockets; unless told, as the run says. */
  transport?: Transport;
  gitlab?: Parameters<typeof startGitlab>[0];
  apis?: ApisOptions;
}

/** The whole product as its own process, by its public variables alone, and the sandbox around it. */
export interface Steward {
  slack: SlackSim;
  gitlab: GitLab;
  crm: Crm;
  apis: Apis;
  model: Model;
  database: Store & { url: string };
  redisUrl: string | undefined;
  /** Base address of the product. */
  url: string;
  pid(): number;
  /** What the product wrote to its log. */
  log(): string;
  /** Resolves when the process has ended, with the signal or code. */
  ended(): Promise<string>;
  /** Starts the product again after it ended, by default without the crash point; `env` changes its variables. */
  restart(options?: { crashAt?: StewardOptions["crashAt"]; env?: Record<string, string> }): Promise<void>;
  /** Ends the process and waits until it has. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** A further process of the same product, with other variables; Slack goes on sending to the first. */
  beside(env: Record<string, string>): Promise<Beside>;
}

/** A process beside the first one; stopped with it. */
type Beside = Pick<Steward, "url" | "ended" | "kill">;

interface Running {
  child: ChildProcess;
  url: string;
  ended: Promise<string>;
}

const launch = async (env: Record<string, string>, log: string[]): Promise<Running> => {
  const child = spawn(join(root, "bin/steward"), ["start"], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  child.stderr.on("data", (data: Buffer) => log.push(data.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The product did not start.\n${log.join("")}`)),
      startSeconds * 1000,
    );
    let said = "";
    child.stdout.on("data", (data: Buffer) => {
      log.push(data.toString());
      // Its own words alone: the log holds those of the processes before it, too.
      said += data.toString();
      const address = /listening on (http:\/\/\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    void ended.then((how) => {
      clearTimeout(timer);
      reject(new Error(`The product ended (${how}) before it listened.\n${log.join("")}`));
    });
  });
  return { child, url, ended };
};

/**
 * Starts everything for one test and stops it when `finished` says so (by default the running test's end). The product
 * is started through bin/steward with environment variables only.
 */
export const startSteward = async (
  options: StewardOptions,
  finished: (cleanup: () => Promise<void>) => void,
): Promise<Steward> => {
  const transport = options.transport ?? usualTransport;
  const [slack, gitlab, crm, apis, model, database, data] = await Promise.all([
    startSlack({ retryDelaysMs: [50, 200, 500], transport, ...options.slack }),
    startGitlab({ jobMs: 3_600_000, autoMergeWhenRed: "accepted", ...options.gitlab }),
    startCrm(),
    // The bank answers a retried payout when a test says so.
    startApis({ payments: { bankMs: Infinity }, ...options.apis }),
    startModel(),
    freshDatabase(finished),
    mkdtemp(join(tmpdir(), "steward-e2e-")),
  ]);
  const redisUrl = options.withoutRedis === true ? undefined : await freshRedis();
  const usual: Record<string, string> = {
    PORT: "0",
    STEWARD_HOST: "127.0.0.1",
    STEWARD_DATA: data,
    LOG_LEVEL: "info",
    // Hundreds of starts of the same code: compiled once.
    NODE_COMPILE_CACHE: join(root, "node_modules/.cache/steward-compile"),
    // Tests of other things read the answer as the first message: a run that a busy machine makes slow is not shown.
    STEWARD_PREVIEW_MS: "60000",
    DATABASE_URL: database.url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(transport === "socket"
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.token,
    ...(options.connects === true && {
      GITLAB_CLIENT_ID: gitlab.oauth.clientId,
      GITLAB_CLIENT_SECRET: gitlab.oauth.clientSecret,
      STEWARD_KEY: "a-key-of-the-tests-alone",
    }),
    STEWARD_CRM: "hubspot",
    HUBSPOT_URL: crm.url,
    HUBSPOT_TOKEN: "pat-sandbox-steward",
    ...apis.env,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    ...(options.model !== false && { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "sk-sandbox-model" }),
    ...(options.config !== undefined && { STEWARD_CONFIG: options.config }),
  };
  const env = {
    ...usual,
    ...(typeof options.env === "function" ? options.env(usual) : options.env),
  };
  const log: string[] = [];
  const start = async (
    crashAt: StewardOptions["crashAt"],
    changed: Record<string, string> = {},
  ): Promise<Running> => {
    const started = await launch(
      { ...env, ...changed, ...(crashAt !== undefined && { STEWARD_CRASH_AT: crashAt }) },
      log,
    );
    const pid = started.child.pid ?? 0;
    slack.connect(started.url);
    slack.productProcess(pid);
    for (const { faults } of [gitlab, crm, ...apis.all]) {
      faults.onKill = () => void process.kill(pid, "SIGKILL");
    }
    return started;
  };
  let running = await start(options.crashAt);
  const end = async ({ child, ended }: Running, signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const others: Running[] = [];
  finished(async () => {
    await Promise.all([running, ...others].map((one) => end(one, "SIGTERM")));
    await Promise.all([slack.stop(), gitlab.close(), crm.close(), apis.close(), model.close()]);
    await rm(data, { recursive: true, force: true });
  });
  return {
    slack,
    gitlab,
    crm,
    apis,
    model,
    database,
    redisUrl,
    get url() {
      return running.url;
    },
    pid: () => running.child.pid ?? 0,
    log: () => log.join(""),
    ended: () => running.ended,
    restart: async (again = {}) => {
      await running.ended;
      running = await start(again.crashAt, again.env);
    },
    kill: (signal) => end(running, signal),
    beside: async (changed) => {
      const other = await launch({ ...env, ...changed }, log);
      others.push(other);
      return { url: other.url, ended: () => other.ended, kill: (signal) => end(other, signal) };
    },
  };
};
