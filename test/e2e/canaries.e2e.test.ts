import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Tool } from "../../src/core/tool.ts";
import { isWrite } from "../../src/core/tool.ts";
import { identityStore } from "../../src/store/identities.ts";
import { environmentKeys } from "../../src/store/keys.ts";
import { canary, leaksIn } from "../support/canaries.ts";
import { type EchoingSystem, startEchoingSystem } from "../support/echoing-system.ts";
import { everyTool } from "../support/every-tool.ts";
import { mcpClient, type McpClient, tokenFor } from "../support/mcp-client.ts";
import { sampleArgs } from "../support/sample-args.ts";
import { type Steward, startSteward } from "../steward.ts";

/** Provoked errors, of which no one may tell a secret. */
const errorsMin = 1_000;
/** Calls under way at once. */
const lanes = 16;
/** Whose tokens the calls are made with: one of them may make so many calls in a minute. */
const callers = ["U0ANNA", "U0BORIS", "U0CARLA", "U0DAN", "U0ELIF", "U0GRACE"].flatMap((user) => [
  user,
  user,
]);

/** A canary in every credential that configuration holds. */
const secrets: Record<string, string> = {
  ...{ gitlab: canary("gitlab"), crm: canary("crm"), model: canary("model"), oauth: canary("oauth") },
  ...{
    mcpServer: canary("mcpserver"),
    key: canary("key"),
    personAccess: canary("access"),
    personRefresh: canary("refresh"),
  },
};
const apiSecrets = ["PAYMENTS", "MAIL", "METRICS", "LOGS", "ONCALL", "FLAGS"].map(
  (name): [string, string] => [`${name}_TOKEN`, canary(name.toLowerCase())],
);
Object.assign(secrets, Object.fromEntries(apiSecrets));

const cleanups: (() => Promise<void>)[] = [];
let steward: Steward;
let broken: EchoingSystem;

/** The canaries that only Slack and our own MCP server hand out: known once they are. */
const handedOut: Record<string, string> = {};

beforeAll(async () => {
  broken = await startEchoingSystem();
  cleanups.push(broken.close);
  steward = await startSteward(
    {
      connects: true,
      env: (usual) => {
        const urls = Object.keys(usual).filter((name) =>
          /^(GITLAB|HUBSPOT|PAYMENTS|MAIL|METRICS|LOGS|ONCALL|FREEZE|FLAGS|RATES)_URL$/.test(name),
        );
        secrets["database"] = new URL(usual["DATABASE_URL"] ?? "").password;
        return {
          ...Object.fromEntries(urls.map((name) => [name, `${broken.url}/`])),
          ...Object.fromEntries(apiSecrets),
          GITLAB_TOKEN: secrets["gitlab"] ?? "",
          GITLAB_CLIENT_SECRET: secrets["oauth"] ?? "",
          HUBSPOT_TOKEN: secrets["crm"] ?? "",
          STEWARD_KEY: secrets["key"] ?? "",
          GITLAB_MCP_URL: `${broken.url}/mcp`,
          GITLAB_MCP_TOKEN: secrets["mcpServer"] ?? "",
          OPENAI_API_KEY: secrets["model"] ?? "",
          OPENAI_BASE_URL: `${broken.url}/v1`,
          LOG_LEVEL: "debug",
        };
      },
    },
    (cleanup) => void cleanups.push(cleanup),
  );
  secrets["slackBot"] = steward.slack.botToken;
  secrets["slackSigning"] = steward.slack.signingSecret;
});
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Anna's own account in GitLab, as if she had signed in: its tokens are canaries, too. */
const connect = async (): Promise<void> => {
  const store = identityStore(steward.database.pool, environmentKeys([secrets["key"] ?? ""]));
  const person = { workspace: steward.slack.teamId, user: "U0ANNA" };
  const account = { system: "gitlab", person, account: "7", username: "anna", groups: [] };
  const tokens = {
    access: secrets["personAccess"] ?? "",
    refresh: secrets["personRefresh"] ?? "",
    freshUntil: new Date(Date.now() + 3_600_000),
  };
  await steward.database.transact((tx) => store.keep(tx, account, tokens));
};

/** A product that has just started on a busy machine may take longer than Slack waits. */
const tokenOf = async (user: string): Promise<string> => {
  const made = await vi.waitFor(() => tokenFor(steward, user), { timeout: 25_000, interval: 1_000 });
  return made.token;
};

/** Works through a list with several workers at once. */
const through = async <T>(list: readonly T[], work: (one: T, at: number) => Promise<void>): Promise<void> => {
  const queue = list.map((one, at) => ({ one, at }));
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next.one, next.at);
  };
  await Promise.all(Array.from({ length: lanes }, worker));
};

/** One call; what `/mcp` itself refuses is an error like all others. */
const callWith = async (clients: readonly McpClient[], tool: Tool, at: number) => {
  const client = clients[at % clients.length];
  if (client === undefined) throw new Error("There is no client.");
  return client
    .call(tool.name, sampleArgs(tool))
    .catch((error: unknown) => ({ text: String(error), isError: true }));
};

/** Calls every read again and again, until so many errors came back. Gives what was told. */
const provoke = async (clients: readonly McpClient[], reads: readonly Tool[]): Promise<string[]> => {
  const told: string[] = [];
  const calls = Array.from({ length: Math.ceil((errorsMin * 1.3) / reads.length) }, () => reads).flat();
  await through(calls, async (tool, at) => {
    if (told.length >= errorsMin) return;
    // Whoever GitLab no longer knows is connected anew.
    if (at % 100 === 0) await connect();
    const answer = await callWith(clients, tool, at);
    if (answer.isError) told.push(answer.text);
  });
  return told;
};

const faultsOfSlack = ["chat.postMessage", "chat.update", "users.info", "conversations.info"];

/** What people do while the model, Slack and every system are broken. */
const provokeInSlack = async (): Promise<string[]> => {
  const { slack, url } = steward;
  for (const method of faultsOfSlack) slack.fault({ method, error: "internal_error", times: 2 });
  const asks = ["show open merge requests in payments/ledger-api", "deals of Globex", "hello, who are you?"];
  const said = asks.map((text) => slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${text}` }));
  const pages = [
    "/connect/nonsense",
    "/connect/gitlab/callback?code=1&state=2",
    "/runs/nonsense",
    "/mcp",
    "/x",
  ];
  const forged = {
    method: "POST",
    body: '{"type":"event_callback"}',
    headers: { "x-slack-signature": "v0=0" },
  };
  const replies = await Promise.all([
    ...pages.map((page) => fetch(`${url}${page}`, { redirect: "manual" })),
    ...Array.from({ length: 20 }, () => fetch(`${url}/slack/events`, forged)),
  ]);
  await Promise.all(
    said.map(({ channel, ts }) => slack.waitFor(() => slack.thread(channel, ts).at(1), { seconds: 40 })),
  );
  return Promise.all(replies.map((reply) => reply.text()));
};

/** Everything that Postgres holds, as one text. The right to search is a secret that is kept on purpose. */
const allRows = async (): Promise<string> => {
  const { pool } = steward.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and table_name <> 'asker'`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
      return rows.map(({ row }) => row).join("\n");
    }),
  );
  return texts.join("\n");
};

/** Half a minute where nothing else runs. */
const patienceMs = 150_000;

it(
  "tells no secret in a thousand provoked errors: not in Slack, logs, audit, model requests or answers",
  {
    timeout: patienceMs,
  },
  async () => {
    const { slack } = steward;
    for (const [at, user] of callers.entries()) handedOut[`mcp${at}`] = await tokenOf(user);
    await connect();
    const clients = await Promise.all(Object.values(handedOut).map((token) => mcpClient(steward.url, token)));
    const offered = new Set((await clients[0]?.tools())?.map(({ name }) => name));
    const reads = everyTool().tools.filter((tool) => !isWrite(tool) && offered.has(tool.name));

    const told = await provoke(clients, reads);
    const writes = everyTool().tools.filter((tool) => isWrite(tool) && offered.has(tool.name));
    const ofEachSystem = writes.filter(
      ({ system }, at) => writes.findIndex((one) => one.system === system) === at,
    );
    await through(ofEachSystem, async (tool, at) => {
      told.push((await callWith(clients, tool, at)).text);
    });
    const pages = await provokeInSlack();
    const errored = await Promise.all(clients.map((client) => client.call("no_such_tool", { token: "x" })));
    await expect
      .poll(
        async () => {
          const { rows } = await steward.database.pool.query<{ open: number }>(
            `select count(*)::int as open from steward.turn where state in ('queued', 'running')`,
          );
          return rows[0]?.open;
        },
        { timeout: 30_000 },
      )
      .toBe(0);
    await Promise.all(clients.map((client) => client.close()));

    // The errors were real, and every canary was in play.
    expect(told.length).toBeGreaterThanOrEqual(errorsMin);
    expect(new Set(broken.heard.map(({ fault }) => fault))).toEqual(new Set(broken.faults));
    const sent = JSON.stringify(broken.heard);
    for (const name of [
      "gitlab",
      "crm",
      "personAccess",
      "model",
      "mcpServer",
      ...apiSecrets.map(([name]) => name),
    ]) {
      expect(sent, `${name} was sent to its system`).toContain(secrets[name]);
    }

    const modelRequests = broken.heard.filter(({ url }) => url.startsWith("/v1/")).map(({ body }) => body);
    const everything: Record<string, string> = {
      "answers of /mcp": [...told, ...errored.map(({ text }) => text)].join("\n"),
      pages: pages.join("\n"),
      "calls of Slack": JSON.stringify(slack.calls()),
      "messages in Slack": JSON.stringify(
        ["C0PAYDEV", "C0GENERAL", slack.dm("U0ANNA"), slack.dm("U0BORIS")].map((channel) =>
          slack.messages(channel),
        ),
      ),
      logs: steward.log(),
      "Postgres, the audit log with it": await allRows(),
      "requests to the model": modelRequests.join("\n"),
    };
    expect(modelRequests.length).toBeGreaterThan(0);
    for (const [place, text] of Object.entries(everything)) {
      expect(text.length, place).toBeGreaterThan(100);
      expect(leaksIn(text, secrets), `secrets in ${place}`).toEqual([]);
    }
    // What was handed to one person alone stands there, and nowhere else.
    const elsewhere = Object.entries(everything).filter(([place]) => !place.includes("Slack"));
    for (const [place, text] of elsewhere) expect(leaksIn(text, handedOut), `tokens in ${place}`).toEqual([]);
  },
);

it("would have found them", () => {
  const planted = { a: canary("a") };
  const texts = [
    `x ${planted.a} y`,
    Buffer.from(`Bearer ${planted.a}`).toString("base64"),
    Buffer.from(`{"t":"${planted.a}"}`).toString("base64url"),
    Buffer.from(planted.a).toString("hex").toUpperCase(),
    planted.a.slice(0, -8),
  ];
  for (const text of texts) expect(leaksIn(text, planted), text).toEqual(["a"]);
  expect(leaksIn("nothing of the kind", planted)).toEqual([]);
});
