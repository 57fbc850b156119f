import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../src/config.ts";

const slack = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_SIGNING_SECRET: "0123456789abcdef" };
const several = {
  SLACK_SIGNING_SECRET: "0123456789abcdef",
  SLACK_CLIENT_ID: "1.2",
  SLACK_CLIENT_SECRET: "abc",
  STEWARD_PUBLIC_URL: "https://steward.example.com",
  STEWARD_KEY: "a new key of 16 or more, the old key of 16 or more",
  STEWARD_WORKSPACES: "T01, E02",
};
const parse = (env: Record<string, string>) => parseConfig(env, "/repo");
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    parse(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe("config", () => {
  it("lists every problem at once, with the setting's name", () => {
    const problems = problemsOf({
      SLACK_BOT_TOKEN: "hello",
      PORT: "many",
      DATABASE_URL: "mysql://x",
      STEWARD_ROL: "worker",
      LOG_LEVEL: "loud",
    });
    expect(problems.join("\n")).toMatch(/SLACK_BOT_TOKEN does not look like a bot token/);
    expect(problems.join("\n")).toMatch(/SLACK_SIGNING_SECRET is missing/);
    expect(problems.join("\n")).toMatch(/PORT is a port number/);
    expect(problems.join("\n")).toMatch(/DATABASE_URL is not an address such as postgres:/);
    expect(problems.join("\n")).toMatch(/STEWARD_ROL is not a setting. The nearest one is STEWARD_ROLE/);
    expect(problems.join("\n")).toMatch(/LOG_LEVEL is one of trace/);
  });

  it("never repeats a secret in a problem", () => {
    expect(problemsOf({ ...slack, SLACK_BOT_TOKEN: "hunter2-secret" }).join("\n")).not.toContain("hunter2");
  });

  it("refuses a crash point and a missing database in production", () => {
    const problems = problemsOf({ ...slack, NODE_ENV: "production", STEWARD_CRASH_AT: "send:2" });
    expect(problems).toHaveLength(2);
    expect(problems.join("\n")).toMatch(/STEWARD_CRASH_AT is refused in production/);
  });

  it("says what does not fit together also while something else is missing", () => {
    expect(problemsOf({ NODE_ENV: "production" })).toEqual([
      expect.stringContaining(
        "SLACK_BOT_TOKEN is missing: the bot token of one workspace. Or set SLACK_CLIENT_ID",
      ),
      expect.stringContaining(
        "SLACK_SIGNING_SECRET is missing: Slack posts to us and signs with it. Or set SLACK_APP_TOKEN",
      ),
      expect.stringContaining("DATABASE_URL is missing"),
    ]);
  });

  it("takes a signing secret for Slack's posts, else an app token for sockets", () => {
    expect(parse(slack).slack.door).toEqual({ kind: "http", signingSecret: "0123456789abcdef" });
    const token = { SLACK_BOT_TOKEN: "xoxb-1-a", SLACK_APP_TOKEN: "xapp-1-b" };
    expect(parse(token).slack).toMatchObject({
      door: { kind: "socket", appToken: "xapp-1-b" },
      secret: "xapp-1-b",
    });
    expect(parse({ ...slack, ...token }).slack.door.kind).toBe("http");
    expect(problemsOf({ ...slack, SLACK_APP_TOKEN: "xoxb-1-a" })).toEqual([
      "SLACK_APP_TOKEN does not look like an app-level token (xapp-…).",
    ]);
  });

  it("takes one workspace by its token, or several by installation, never both", () => {
    expect(parse(slack).slack.identity).toEqual({ kind: "one", token: "xoxb-1-a" });
    expect(parse(several)).toMatchObject({
      keys: ["a new key of 16 or more", "the old key of 16 or more"],
      publicUrl: "https://steward.example.com",
      slack: { identity: { kind: "several", clientId: "1.2", allowed: ["T01", "E02"] } },
    });
    expect(problemsOf({ ...slack, ...several }).join()).toMatch(
      /either one workspace by its token, or several/,
    );
    expect(
      problemsOf({ SLACK_SIGNING_SECRET: "0123456789abcdef", SLACK_CLIENT_ID: "1.2" }).map(
        (one) => one.split(" ")[0],
      ),
    ).toEqual(["SLACK_CLIENT_SECRET", "STEWARD_PUBLIC_URL", "STEWARD_KEY", "STEWARD_WORKSPACES"]);
    expect(problemsOf({ ...several, STEWARD_KEY: "short" })).toEqual([
      expect.stringContaining("STEWARD_KEY is a secret of 16 characters or more"),
    ]);
  });

  it("lets no workspace install that is not named", () => {
    expect(problemsOf({ ...several, STEWARD_WORKSPACES: "" })).toEqual([
      expect.stringMatching(/^STEWARD_WORKSPACES is missing: .* such as T0123ABCD,E0456EFGH\.$/),
    ]);
    for (const ids of ["northwind", " ", ",", "T01,", "*"]) {
      expect(problemsOf({ ...several, STEWARD_WORKSPACES: ids })).toEqual([
        expect.stringContaining("STEWARD_WORKSPACES is a list of workspace or organisation ids"),
      ]);
    }
  });

  it("takes no folder of one's own that is not there", () => {
    expect(problemsOf({ ...slack, STEWARD_CONFIG: "/nowhere" })).toEqual([
      expect.stringContaining("STEWARD_CONFIG names /nowhere, and there is no such folder."),
    ]);
  });

  it("names what the chosen CRM lacks, and what a CRM's settings lack", () => {
    expect(problemsOf({ ...slack, STEWARD_CRM: "hubspot" })).toEqual([
      "HUBSPOT_TOKEN is missing: STEWARD_CRM is hubspot, and it is needed.",
    ]);
    expect(problemsOf({ ...slack, STEWARD_CRM: "salesforce", SALESFORCE_CLIENT_ID: "3MVG" })).toEqual([
      "SALESFORCE_URL is missing: STEWARD_CRM is salesforce, and it is needed.",
      "SALESFORCE_USERNAME is missing: STEWARD_CRM is salesforce, and it is needed.",
      "SALESFORCE_PRIVATE_KEY is missing: STEWARD_CRM is salesforce, and it is needed.",
    ]);
    expect(problemsOf({ ...slack, TWENTY_TOKEN: "key" })).toEqual([
      "STEWARD_CRM is missing: TWENTY_TOKEN is set, and both are needed. Set STEWARD_CRM=twenty.",
    ]);
    expect(problemsOf({ ...slack, STEWARD_CRM: "sugar" })).toEqual([
      "STEWARD_CRM is one of hubspot, salesforce, twenty, memory (a demo that forgets).",
    ]);
    const wrong = problemsOf({ ...slack, STEWARD_CRM: "salesforce", SALESFORCE_PRIVATE_KEY: "hunter2" });
    expect(wrong.join("\n")).toMatch(/SALESFORCE_PRIVATE_KEY is no private key in PEM/);
    expect(wrong.join("\n")).not.toContain("hunter2");
  });

  it("takes a private key whose lines are joined, and a demo CRM without an address", () => {
    const { crm } = parse({
      ...slack,
      STEWARD_CRM: "salesforce",
      SALESFORCE_URL: "https://example.my.salesforce.com/",
      SALESFORCE_CLIENT_ID: "3MVG",
      SALESFORCE_USERNAME: "steward@example.com",
      SALESFORCE_PRIVATE_KEY: String.raw`-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----`,
    });
    expect(crm).toEqual({
      kind: "salesforce",
      url: "https://example.my.salesforce.com",
      signIn: {
        clientId: "3MVG",
        username: "steward@example.com",
        privateKey: "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
        audience: "https://login.salesforce.com",
      },
    });
    expect(parse({ ...slack, STEWARD_CRM: "memory" }).crm).toEqual({ kind: "memory" });
  });

  it("wants both halves of a pair", () => {
    expect(problemsOf({ ...slack, GITLAB_URL: "https://gitlab.example.com" })).toEqual([
      "GITLAB_TOKEN is missing: GITLAB_URL is set, and both are needed.",
    ]);
  });

  it("does not mind trailing slashes, and treats empty as not set", () => {
    const config = parse({
      ...slack,
      SLACK_API_URL: "http://127.0.0.1:9/api",
      OPENAI_BASE_URL: "http://127.0.0.1:8/v1/",
      REDIS_URL: "",
    });
    expect(config.slack.apiUrl).toBe("http://127.0.0.1:9/api/");
    expect(config.models?.baseUrl).toBe("http://127.0.0.1:8/v1");
    expect(config.redisUrl).toBeUndefined();
  });

  it("reads a crash point with its count", () => {
    expect(parse({ ...slack, STEWARD_CRASH_AT: "graph-done:3" }).crashAt).toEqual({
      point: "graph-done",
      nth: 3,
    });
    expect(problemsOf({ ...slack, STEWARD_CRASH_AT: "lunch" })[0]).toMatch(/is <point>\[:n\]/);
  });
});
