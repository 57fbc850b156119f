import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../src/store/local/port.ts";
import { startLocalPostgres } from "../src/store/local/postgres.ts";
import { startLocalRedis } from "../src/store/local/redis.ts";
import { startApis } from "./apis/index.ts";
import { startCrm } from "./crm/index.ts";
import { startGitlab } from "./gitlab/index.ts";
import { connectPeople, sandboxKey } from "./host/connect-people.ts";
import { startHost } from "./host/index.ts";
import { emptyDatabase } from "./host/new-world.ts";
import { buildPage } from "./host/page-build.ts";
import { Product } from "./host/product.ts";
import { listenForPage, PortTakenError } from "./host/serve.ts";
import { environment, readSettings, type Settings } from "./host/settings.ts";
import { startSlack } from "./slack/index.ts";

/** What is stopped at the end, the newest first. */
const closers: (() => Promise<unknown>)[] = [];

/** Takes note of how something is stopped; what is still starting when the end comes is awaited, then stopped. */
function opened<T>(starting: Promise<T>, stop: (it: T) => Promise<unknown>): Promise<T> {
  closers.push(() => starting.then(stop, () => {}));
  return starting;
}

async function databases(settings: Settings): Promise<{ databaseUrl: string; redisUrl: string | undefined }> {
  const { dataFolder, databaseUrl, redisUrl } = settings;
  const local = (name: string) => ({ dir: join(dataFolder, name) });
  const [postgres, redis] = await Promise.all([
    databaseUrl ?? opened(startLocalPostgres(local("postgres")), (server) => server.stop()),
    redisUrl ?? opened(startLocalRedis(local("redis")), (server) => server?.stop() ?? Promise.resolve()),
  ]);
  if (typeof postgres !== "string") await emptyDatabase(postgres.url);
  return {
    databaseUrl: typeof postgres === "string" ? postgres : postgres.url,
    redisUrl: typeof redis === "string" ? redis : redis?.url,
  };
}

/** Starts the sandbox: the systems, the page, the product. Resolves with the one line to print. */
async function start(settings: Settings): Promise<string> {
  const server = await listenForPage(settings.port);
  await mkdir(settings.dataFolder, { recursive: true });
  // Both are awaited below; a failure before that must not end the process without a word.
  const page = buildPage(join(settings.dataFolder, "page"));
  page.catch(() => {});
  const storing = databases(settings);
  storing.catch(() => {});
  const [slack, gitlab, crm, apis] = await Promise.all([
    opened(startSlack(), (sim) => sim.stop()),
    opened(startGitlab({ autoMergeWhenRed: "accepted" }), (system) => system.close()),
    opened(startCrm(), (system) => system.close()),
    opened(startApis(), (systems) => systems.close()),
  ]);
  const { passed } = settings;
  const model = passed["OPENAI_API_KEY"] !== undefined || passed["OPENAI_BASE_URL"] !== undefined;
  const host = await opened(
    startHost({ server, page, slackUrl: slack.url, gitlab, crm, apis, model }),
    (running) => running.stop(),
  );
  const store = await storing;
  await host.followAudit(store.databaseUrl);
  let address = "";
  const product = new Product({
    env: {
      ...passed,
      PORT: "0",
      STEWARD_HOST: "127.0.0.1",
      // A second start need not compile the same code again.
      NODE_COMPILE_CACHE: join(import.meta.dirname, "../node_modules/.cache/steward-compile"),
      STEWARD_DATA: settings.dataFolder,
      DATABASE_URL: store.databaseUrl,
      ...(store.redisUrl !== undefined && { REDIS_URL: store.redisUrl }),
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      GITLAB_URL: gitlab.url,
      GITLAB_TOKEN: gitlab.token,
      GITLAB_CLIENT_ID: gitlab.oauth.clientId,
      GITLAB_CLIENT_SECRET: gitlab.oauth.clientSecret,
      STEWARD_KEY: sandboxKey,
      STEWARD_CRM: "hubspot",
      HUBSPOT_URL: crm.url,
      HUBSPOT_TOKEN: crm.token,
      ...apis.env,
    },
    logFile: join(settings.dataFolder, "steward.log"),
    up: (url, pid) => {
      address = url;
      slack.connect(url);
      slack.productProcess(pid);
      for (const { faults } of [gitlab, crm, ...apis.all]) {
        faults.onKill = () => void process.kill(pid, "SIGKILL");
      }
      return host.health.up(url);
    },
    down: () => host.health.down(),
  });
  closers.push(() => product.stop());
  await Promise.all([product.start(), page]);
  await connectPeople(address, gitlab, slack.teamId);
  const { planner } = host.health.about;
  return `Steward sandbox: http://localhost:${server.port} (answered by ${planner ?? "nobody yet"})`;
}

async function stop(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) {
    await close().catch((error: unknown) => console.error(`While stopping: ${String(error)}`));
  }
}

async function explain(error: unknown, settings: Settings | undefined): Promise<string> {
  if (!(error instanceof PortTakenError)) return error instanceof Error ? error.message : String(error);
  const free = await freePort();
  return `Port ${settings?.port} is taken. Stop what listens there, or choose another: PORT=${free} npm start`;
}

async function main(): Promise<void> {
  let settings: Settings | undefined;
  let stopping = false;
  const end = (code: number) => {
    // A second Ctrl+C does not wait any longer.
    if (stopping) process.exit(1);
    stopping = true;
    void stop().then(() => process.exit(code));
  };
  process.on("SIGINT", () => end(0));
  process.on("SIGTERM", () => end(0));
  try {
    settings = readSettings(environment());
    console.log(await start(settings));
  } catch (error) {
    if (stopping) return;
    console.error(`Steward sandbox did not start. ${await explain(error, settings)}`);
    end(1);
  }
}

await main();
