import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Principal } from "../../../src/core/principal.ts";
import type { Target } from "../../../src/core/tool.ts";
import type { Groups, Policy, PolicyRequest } from "../../../src/gate/policy-port.ts";
import { createGroups } from "../../../src/gate/policy/groups.ts";
import { createPolicy, type PolicyParts } from "../../../src/gate/policy/index.ts";
import { loadPolicies } from "../../../src/gate/policy/load.ts";
import type { Vocabulary } from "../../../src/gate/policy/schema.ts";

/** Tools and things as Steward's own, small enough to read beside a rule. */
export const vocabulary: Vocabulary = {
  entityTypes: {
    GitLabInstance: [],
    GitLabGroup: ["GitLabInstance", "GitLabGroup"],
    Project: ["GitLabGroup", "GitLabInstance"],
    MergeRequest: ["Project"],
    Pipeline: ["Project"],
    Job: ["Pipeline"],
    Crm: [],
    Deal: ["Crm"],
    Contact: ["Crm"],
    Company: ["Crm"],
    Ticket: ["Crm"],
    SlackWorkspace: [],
    Api: [],
  },
  tools: [
    {
      name: "gitlab_merge_request_find",
      effect: "read",
      system: "gitlab",
      targetTypes: ["GitLabGroup", "Project", "GitLabInstance"],
      policyArgs: {},
    },
    {
      name: "gitlab_merge_request_read",
      effect: "read",
      system: "gitlab",
      targetTypes: ["MergeRequest"],
      policyArgs: {},
    },
    {
      name: "gitlab_job_retry",
      effect: "write",
      system: "gitlab",
      targetTypes: ["Job"],
      policyArgs: {},
    },
    {
      name: "gitlab_merge_request_merge",
      effect: "write",
      system: "gitlab",
      targetTypes: ["MergeRequest"],
      policyArgs: { when_green: "Boolean" },
    },
    { name: "crm_deal_read", effect: "read", system: "crm", targetTypes: ["Deal"], policyArgs: {} },
    {
      name: "crm_deal_update",
      effect: "write",
      system: "crm",
      targetTypes: ["Deal"],
      policyArgs: { amount: "Decimal", stage: "String", seats: "Long" },
    },
  ],
};

/** A policy folder with these files, removed after the test. */
export const folderOf = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), "steward-policies-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith("/")) mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), text);
  }
  return folder;
};

export const person = (name: string, more: Partial<Principal> = {}): Principal => ({
  kind: "person",
  workspace: "T0",
  user: `U0${name.toUpperCase()}`,
  name,
  email: `${name}@example.com`,
  timezone: "UTC",
  guest: false,
  external: false,
  bot: false,
  active: true,
  ...more,
});

const project = { type: "Project", id: "payments/ledger-api" };
const group = { type: "GitLabGroup", id: "payments" };
const instance = { type: "GitLabInstance", id: "gitlab" };

export const mergeRequest: Target = {
  type: "MergeRequest",
  id: "payments/ledger-api!482",
  label: "payments/ledger-api !482",
  parents: [project],
  ancestors: [
    { ...project, parents: [group] },
    { ...group, parents: [instance] },
    { ...instance, parents: [] },
  ],
};

export const deal: Target = {
  type: "Deal",
  id: "5001",
  label: "Globex",
  parents: [{ type: "Crm", id: "hubspot" }],
  ancestors: [{ type: "Crm", id: "hubspot", parents: [] }],
};

const context = { risk: 1, untrusted: false, kind: "chat", frozen: false, granted: false, args: {} } as const;

export const merge = (more: Partial<PolicyRequest["context"]> = {}): PolicyRequest => ({
  principal: person("anna"),
  tool: { name: "gitlab_merge_request_merge", effect: "write", system: "gitlab" },
  target: mergeRequest,
  context: { ...context, ...more },
});

export const update = (more: Partial<PolicyRequest["context"]> = {}): PolicyRequest => ({
  principal: person("dan"),
  tool: { name: "crm_deal_update", effect: "write", system: "crm" },
  target: deal,
  context: { ...context, ...more },
});

const world = (groups: Groups, more: Partial<PolicyParts>): PolicyParts => ({
  groups,
  channels: async () => ({ mode: "on" }),
  ...more,
});

/** A judge over these files; Slack user groups are empty unless `more` says otherwise. */
export const policyOf = (files: Record<string, string>, more: Partial<PolicyParts> = {}): Policy => {
  const loaded = loadPolicies(folderOf(files), vocabulary);
  const groups = createGroups(loaded.files.groups, {
    usergroup: async () => [],
    person: async () => undefined,
    personByEmail: async () => undefined,
  });
  return createPolicy(loaded, vocabulary, world(groups, more));
};
