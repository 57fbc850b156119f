import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Crm, startCrm } from "../../sandbox/crm/index.ts";
import { startGitlab } from "../../sandbox/gitlab/index.ts";
import { type Model, startModel } from "../../sandbox/model/index.ts";
import { type SlackSim, startSlack } from "../../sandbox/slack/index.ts";
import { type Product, startProduct } from "./product.ts";
import type { Database, Servers } from "./servers.ts";

/**
 * The systems around the product, in the bench's own process: Slack with its rate limits off (unless told) and without events
 * of the bot's own posts, a model that answers at once with the asker's words, GitLab and the CRM.
 */
export interface World {
  slack: SlackSim;
  model: Model;
  crm: Crm;
  database: Database;
  /** Starts one process of the product; the last one started is who Slack talks to, workers apart. */
  start(role: "all" | "gateway" | "worker"): Promise<Product>;
  stop(): Promise<void>;
}

/** Opens a database and the systems; the product is started by `start`. */
export const openWorld = async (
  servers: Servers,
  more: Parameters<typeof startSlack>[0] = {},
): Promise<World> => {
  const [database, slack, gitlab, crm, model, folder] = await Promise.all([
    servers.database(),
    startSlack({ limits: false, botEvents: false, ...more }),
    startGitlab(),
    startCrm(),
    startModel({ mode: "echo", record: false }),
    mkdtemp(join(tmpdir(), "steward-bench-data-")),
  ]);
  const products: Product[] = [];
  const env = {
    ...{ PORT: "0", STEWARD_HOST: "127.0.0.1", STEWARD_DATA: folder, LOG_LEVEL: "info" },
    ...{ DATABASE_URL: database.url, ...(servers.redisUrl !== undefined && { REDIS_URL: servers.redisUrl }) },
    ...{ SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken },
    ...{ SLACK_SIGNING_SECRET: slack.signingSecret },
    ...{ GITLAB_URL: gitlab.url, GITLAB_TOKEN: gitlab.token },
    ...{ STEWARD_CRM: "hubspot", HUBSPOT_URL: crm.url, HUBSPOT_TOKEN: crm.token },
    ...{ OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "sk-bench" },
  };
  return {
    slack,
    model,
    crm,
    database,
    start: async (role) => {
      const product = await startProduct({ ...env, STEWARD_ROLE: role });
      products.push(product);
      if (role !== "worker") slack.connect(product.url);
      return product;
    },
    stop: async () => {
      await Promise.all(products.map((product) => product.stop()));
      await Promise.all([slack.stop(), gitlab.close(), crm.close(), model.close()]);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
