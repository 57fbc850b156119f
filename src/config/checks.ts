import { statSync } from "node:fs";
import { resolve } from "node:path";
import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { type Env, settings } from "./settings.ts";

/** What each CRM needs to be reached. */
const crmNeeds: Record<NonNullable<Env["STEWARD_CRM"]>, readonly (keyof Env)[]> = {
  hubspot: ["HUBSPOT_TOKEN"],
  salesforce: ["SALESFORCE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY"],
  twenty: ["TWENTY_URL", "TWENTY_TOKEN"],
  memory: [],
};

/** What the chosen CRM lacks, and settings of one that was not chosen. */
const crmProblems = (env: Record<string, string>): string[] => {
  const chosen = env["STEWARD_CRM"];
  return Object.entries(crmNeeds).flatMap(([kind, names]) => {
    const set = names.filter((name) => env[name] !== undefined);
    const missing = names.filter((name) => env[name] === undefined);
    if (chosen === kind) {
      return missing.map((name) => `${name} is missing: STEWARD_CRM is ${kind}, and it is needed.`);
    }
    if (chosen !== undefined || set.length === 0) return [];
    return [
      `STEWARD_CRM is missing: ${set.join(", ")} is set, and both are needed. Set STEWARD_CRM=${kind}.`,
    ];
  });
};

/** Pairs that make sense only together, and what production does not allow. */
export const together = (env: Record<string, string>): string[] => {
  const problems: string[] = [];
  const pair = (a: keyof Env, b: keyof Env): void => {
    if (env[a] !== undefined && env[b] === undefined)
      problems.push(`${b} is missing: ${a} is set, and both are needed.`);
  };
  pair("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET");
  pair("SLACK_CLIENT_SECRET", "SLACK_CLIENT_ID");
  pair("SLACK_CLIENT_ID", "STEWARD_PUBLIC_URL");
  pair("SLACK_CLIENT_ID", "STEWARD_KEY");
  pair("STEWARD_WORKSPACES", "SLACK_CLIENT_ID");
  if (env["SLACK_CLIENT_ID"] !== undefined && env["STEWARD_WORKSPACES"] === undefined) {
    problems.push(
      "STEWARD_WORKSPACES is missing: SLACK_CLIENT_ID is set, and people are known by the mail address that their workspace vouches for. Name the workspaces and organisations that may install Steward, such as T0123ABCD,E0456EFGH.",
    );
  }
  pair("GITLAB_URL", "GITLAB_TOKEN");
  pair("GITLAB_TOKEN", "GITLAB_URL");
  for (const name of ["AUTHORIZE_URL", "TOKEN_URL", "USERINFO_URL", "CLIENT_SECRET"] as const) {
    pair("OIDC_CLIENT_ID", `OIDC_${name}`);
    pair(`OIDC_${name}`, "OIDC_CLIENT_ID");
  }
  pair("OIDC_CLIENT_ID", "STEWARD_KEY");
  pair("SALESFORCE_CLIENT_SECRET", "STEWARD_KEY");
  for (const system of ["GITLAB", "HUBSPOT"] as const) {
    pair(`${system}_CLIENT_ID`, `${system}_CLIENT_SECRET`);
    pair(`${system}_CLIENT_SECRET`, `${system}_CLIENT_ID`);
    pair(`${system}_CLIENT_ID`, `${system}_TOKEN`);
    pair(`${system}_CLIENT_ID`, "STEWARD_KEY");
    const shared = env["NODE_ENV"] === "production" || (env["STEWARD_ROLE"] ?? "all") !== "all";
    if (shared) pair(`${system}_CLIENT_ID`, "STEWARD_PUBLIC_URL");
  }
  problems.push(...crmProblems(env));
  if (env["SLACK_BOT_TOKEN"] === undefined && env["SLACK_CLIENT_ID"] === undefined) {
    problems.push(
      "SLACK_BOT_TOKEN is missing: the bot token of one workspace. Or set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, to be installed in several.",
    );
  }
  if (env["SLACK_BOT_TOKEN"] !== undefined && env["SLACK_CLIENT_ID"] !== undefined) {
    problems.push(
      "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: it is either one workspace by its token, or several by installation.",
    );
  }
  if (env["SLACK_SIGNING_SECRET"] === undefined && env["SLACK_APP_TOKEN"] === undefined) {
    problems.push(
      "SLACK_SIGNING_SECRET is missing: Slack posts to us and signs with it. Or set SLACK_APP_TOKEN, and we reach Slack by sockets.",
    );
  }
  if (env["NODE_ENV"] === "production" && env["STEWARD_CRASH_AT"] !== undefined) {
    problems.push("STEWARD_CRASH_AT is refused in production: it ends the process on purpose.");
  }
  if (env["NODE_ENV"] === "production" && env["DATABASE_URL"] === undefined) {
    problems.push(
      "DATABASE_URL is missing: production needs a Postgres of its own, for example postgres://user:password@host:5432/steward.",
    );
  }
  return problems;
};

/** A folder that is not there would silently mean the shipped policies. */
export const ownFolder = (path: string | undefined): string[] =>
  path === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    ? []
    : [
        `STEWARD_CONFIG names ${resolve(path)}, and there is no such folder. It holds prompts/, policies/, tools/apis/ or tools/mcp/ of your own.`,
      ];

/** Names that start like ours but are none of ours are typing slips more often than not. */
export const misspelt = (raw: Record<string, string | undefined>): string[] => {
  const known = Object.keys(settings.shape);
  return Object.keys(raw)
    .filter((name) => name.startsWith("STEWARD_") && !known.includes(name) && !foreign.includes(name))
    .map((name) => {
      const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
      return `${name} is not a setting. The nearest one is ${nearest}.`;
    });
};

/** Settings of the tests and the sandbox, which may stand in the same environment. */
const foreign = ["STEWARD_REQUIRE", "STEWARD_SPECS"];

export const describe = (issue: z.core.$ZodIssue): string => {
  const name = String(issue.path[0]);
  if (issue.code === "invalid_type" && issue.input === undefined) return `${name} is missing.`;
  return `${name} ${issue.message}.`;
};
