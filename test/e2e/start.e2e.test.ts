import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startSlack } from "../../sandbox/slack/index.ts";
import { belowPath } from "../support/below-path.ts";
import { freshDatabase } from "../support/database.ts";
import { errand } from "../support/model-script.ts";
import { runSteward } from "../support/run-steward.ts";
import { expectSettled } from "../support/settled.ts";
import { readable, tableOf } from "../support/slack-text.ts";
import { type Steward, startSteward } from "../steward.ts";

const root = join(import.meta.dirname, "../..");
const asked = "show open merge requests in payments/ledger-api";
const deals = "which deals does Initech have?";

/** One request to every system the product has: Slack, model, GitLab, CRM. */
const answersAll = async (steward: Steward): Promise<void> => {
  const { slack, model } = steward;
  model.script(
    ...errand({
      ask: asked,
      agent: "engineering",
      tool: "gitlab_merge_request_find",
      args: { project: "payments/ledger-api" },
    }),
    ...errand({ ask: deals, agent: "revenue", tool: "crm_deal_find", args: { deal: "Initech" } }),
  );
  const first = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${asked}` });
  const second = slack.say({ as: "U0DAN", channel: "C0SALES", text: `@steward ${deals}` });
  const merges = await slack.waitFor(() => slack.thread("C0PAYDEV", first.ts).at(1), { seconds: 20 });
  expect(tableOf(merges)).toHaveLength(7);
  const found = await slack.waitFor(() => slack.thread("C0SALES", second.ts).at(1), { seconds: 20 });
  expect(readable(found)).toContain("120,000");
  expect(model.unmatched()).toEqual([]);
  await expectSettled(steward);
};

const addresses = ["SLACK_API_URL", "OPENAI_BASE_URL", "GITLAB_URL", "HUBSPOT_URL"];

it.each([
  ["with slashes behind", (url: string) => `${url.replace(/\/+$/, "")}//`],
  ["without any", (url: string) => url.replace(/\/+$/, "")],
])("starts by its public variables alone: addresses %s", async (_, shaped) => {
  const env = (usual: Record<string, string>) => ({
    ...Object.fromEntries(addresses.map((name) => [name, shaped(usual[name] ?? "")])),
    STEWARD_MODEL_DEFAULT: "house-model",
  });
  const steward = await startSteward({ env }, onTestFinished);
  await answersAll(steward);
  expect(JSON.parse(steward.model.bodies()[0] ?? "{}")).toHaveProperty("model", "house-model");
});

it("starts against systems that stand below a path", async () => {
  // Gateways first, systems later: where they lead is known once the systems run.
  const paths: Record<string, string> = {
    SLACK_API_URL: "/chat",
    OPENAI_BASE_URL: "/models/openai",
    GITLAB_URL: "/gitlab",
    HUBSPOT_URL: "/crm",
  };
  const steward = await startSteward({ withoutRedis: true }, onTestFinished);
  const { slack, model, gitlab, crm } = steward;
  const targets: Record<string, string> = {
    SLACK_API_URL: slack.url,
    OPENAI_BASE_URL: model.url,
    GITLAB_URL: gitlab.url,
    HUBSPOT_URL: crm.url,
  };
  const env: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const rest = name === "SLACK_API_URL" ? "/api" : name === "OPENAI_BASE_URL" ? "/v1" : "";
    env[name] = `${await belowPath(targets[name] ?? "", path, onTestFinished)}${rest}`;
  }
  await steward.kill("SIGTERM");
  await steward.restart({ env });
  await answersAll(steward);
});

const usual = {
  PORT: "0",
  STEWARD_HOST: "127.0.0.1",
  SLACK_BOT_TOKEN: "xoxb-sandbox-steward",
  SLACK_SIGNING_SECRET: "0123456789abcdef",
};

it("a bad environment and bad files are told all at once: file, line, the nearest name; exit 1", async () => {
  const config = await mkdtemp(join(tmpdir(), "steward-config-"));
  onTestFinished(() => rm(config, { recursive: true, force: true }));
  for (const folder of ["prompts", "policies"]) {
    await cp(join(root, folder), join(config, folder), { recursive: true });
  }
  const agent = [
    "---",
    "name: engineering",
    "title: Engineering",
    "description: GitLab.",
    "owner: platform",
    "tools: { allow: [gitlab_job_retrie] }",
    "limits: { model_calls: 80 }",
    "modle: fast",
    "---",
    "Do well.",
  ];
  await writeFile(join(config, "prompts/engineering.md"), agent.join("\n"));
  const rule = [
    "// rule payments-merge",
    '@ask("payment-leads")',
    'forbid (principal, action == Action::"gitlab_merge_request_merge", resource);',
  ];
  await writeFile(join(config, "policies/payments.cedar"), rule.join("\n"));
  await writeFile(join(config, "policies/groups.yml"), "payments-leads: { peple: [boris@example.com] }\n");

  const { code, stdout, stderr } = await runSteward(["start"], {
    ...usual,
    SLACK_SIGNING_SECRET: "",
    STEWARD_CONFIG: config,
    GITLAB_URL: "gitlab.example.com",
    STEWARD_ROL: "worker",
    LOG_LEVEL: "loud",
  });
  expect(code).toBe(1);
  expect(stdout).toBe("");
  for (const told of [
    /SLACK_SIGNING_SECRET is missing/,
    /GITLAB_URL is not an address such as https:\/\/gitlab\.example\.com/,
    /STEWARD_ROL is not a setting\. The nearest one is STEWARD_ROLE/,
    /LOG_LEVEL is one of trace, debug, info/,
    /prompts\/engineering\.md:6: .*unknown tool "gitlab_job_retrie"\. Did you mean "gitlab_job_retry"\?/,
    /prompts\/engineering\.md:7: "limits\.model_calls" is 80; at most 8/,
    /prompts\/engineering\.md:8: unknown key "modle"\. Did you mean "model"\?/,
    /policies\/payments\.cedar:2: .*'payment-leads'/,
    /policies\/groups\.yml:1: .*peple/,
  ]) {
    expect(stderr).toMatch(told);
  }
  expect(stderr).not.toMatch(/^\s+at |Error:/m);
});

it("a folder of own files that is not there is no reason to take the shipped ones", async () => {
  const { code, stderr } = await runSteward(["start"], { ...usual, STEWARD_CONFIG: "/nowhere/at/all" });
  expect(code).toBe(1);
  expect(stderr).toMatch(/STEWARD_CONFIG names \/nowhere\/at\/all, and there is no such folder/);
});

it("what is refused from outside is told in words: Postgres, Slack, the port; never with a secret", async () => {
  const slack = await startSlack();
  onTestFinished(() => slack.stop());
  const database = await freshDatabase();
  const reached = { ...usual, DATABASE_URL: database.url, SLACK_API_URL: slack.apiUrl };
  const missing = database.url.replace(/\/[^/]*$/, "/no_such_database");
  const taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => void taken.close());
  const port = String((taken.address() as AddressInfo).port);

  const cases: [Record<string, string>, RegExp][] = [
    [
      { DATABASE_URL: "postgres://steward:hunter2@127.0.0.1:1/steward" },
      /Postgres at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)\. .*DATABASE_URL/,
    ],
    [{ DATABASE_URL: missing }, /has no database 'no_such_database' \(3D000\)\. Check DATABASE_URL/],
    [{ SLACK_API_URL: "http://127.0.0.1:1/api" }, /Slack did not answer auth\.test.*Check SLACK_API_URL/],
    [{ SLACK_BOT_TOKEN: "xoxb-hunter2" }, /Slack refused auth\.test: invalid_auth.*Check SLACK_BOT_TOKEN/],
    [{ PORT: port }, /Cannot listen on port \d+ of 127\.0\.0\.1: another program listens there\. Set PORT/],
  ];
  for (const [env, told] of cases) {
    const { code, stderr } = await runSteward(["start"], { ...reached, ...env });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(told) as string });
    expect(stderr).not.toMatch(/hunter2|^\s+at /m);
  }
});

it("a wrong command gets the nearest one, and exit 2", async () => {
  const { code, stderr } = await runSteward(["polcy", "check"], {});
  expect(code).toBe(2);
  expect(stderr).toMatch(/no command 'polcy'\. Did you mean 'policy'\?/);
});
