import { describe, expect, it } from "vitest";
import { readPolicyFiles } from "../../../src/gate/policy/files.ts";
import { type Problem, problemText } from "../../../src/gate/policy/problems.ts";
import { folderOf, vocabulary } from "./support.ts";

const read = (files: Record<string, string>) => {
  const folder = folderOf(files);
  const problems: Problem[] = [];
  const found = readPolicyFiles(folder, vocabulary.entityTypes, problems);
  return { ...found, problems: problems.map((p) => problemText(p).replaceAll(`${folder}/`, "")) };
};

describe("the files of a policy folder", () => {
  it("reads what people write", () => {
    const { groups, owners, people, channels, problems } = read({
      "groups.yml": "leads: { people: [Boris@Example.com], slack: S0LEADS }\n",
      "owners.yml": "GitLabGroup/payments: leads\nCrm: [leads, admins]\n",
      "people.yml": '- { slack: U01, email: anna@example.com, gitlab: anna, hubspot_owner: "12" }\n',
      "channels.yml":
        '"#incidents": { mode: read-only, agent: operations, incident: true, data: internal }\nC0PAY: {}\n',
    });
    expect(problems).toEqual([]);
    expect(Object.fromEntries(groups)).toEqual({
      leads: { people: ["boris@example.com"], slack: "S0LEADS" },
    });
    expect(Object.fromEntries(owners)).toEqual({
      "GitLabGroup/payments": ["leads"],
      Crm: ["leads", "admins"],
    });
    expect(people).toEqual([
      { slack: "U01", email: "anna@example.com", gitlab: "anna", hubspot_owner: "12" },
    ]);
    expect(Object.fromEntries(channels)).toEqual({
      "#incidents": { mode: "read-only", agent: "operations", incident: true, data: "internal" },
      C0PAY: { mode: "on" },
    });
  });

  it("takes absent and empty files for empty ones", () => {
    const { groups, groupNames, owners, people, channels, problems } = read({ "groups.yml": "# none yet\n" });
    expect([groups.size, owners.size, people.length, channels.size, problems.length]).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(groupNames).toEqual(["employees", "admins", "auditors"]);
  });

  it.each([
    ["groups.yml", "leads:\n  people: [boris]\n", "groups.yml:2: leads.people.0: expected an e-mail address"],
    [
      "groups.yml",
      "leads:\n  pepole: [a@example.com]\n",
      "groups.yml:2: leads: unknown key 'pepole'. Did you mean 'people'?",
    ],
    ["groups.yml", "leads: {}\n", "groups.yml:1: leads: names nobody."],
    [
      "groups.yml",
      "\nleads: { slack: leads }\n",
      "groups.yml:2: leads.slack: expected a Slack user group id such as S0123ABCD",
    ],
    [
      "groups.yml",
      "a: { slack: S1 }\nemployees: { slack: S1 }\n",
      "groups.yml:2: 'employees' is kept by Steward itself",
    ],
    ["groups.yml", "requester: { slack: S1 }\n", "groups.yml:1: 'requester' has a meaning of its own"],
    [
      "groups.yml",
      "Leads: { slack: S1 }\n",
      "groups.yml:1: Leads: expected a group name of lower-case words",
    ],
    [
      "groups.yml",
      "a: { slack: S1 }\na: { slack: S2 }\n",
      "groups.yml:2: is not valid YAML: Map keys must be unique",
    ],
    ["groups.yml", "- leads\n", "groups.yml:1: expected record, found"],
    ["owners.yml", "Crm: [admins, admins]\n", "owners.yml:1: 'Crm' names 'admins' twice."],
    [
      "owners.yml",
      "Crm: adimns\n",
      "owners.yml:1: 'Crm' is owned by an unknown group 'adimns'. Did you mean 'admins'?",
    ],
    [
      "owners.yml",
      "GitlabGroup/payments: admins\n",
      "owners.yml:1: 'GitlabGroup/payments' begins with no known kind",
    ],
    [
      "owners.yml",
      "Crm: { group: admins }\n",
      "owners.yml:1: Crm: expected a group's name, or a list of them",
    ],
    ["people.yml", "- { slack: anna }\n", "people.yml:1: 0.slack: expected a Slack user id"],
    ["people.yml", "- { gitlab: anna }\n", "people.yml:1: 0: names nobody."],
    ["people.yml", "- { slack: U1 }\n- { slack: U1 }\n", "people.yml:2: slack 'U1' stands twice"],
    [
      "people.yml",
      "- { slack: U1, hubspot_owner: 12 }\n",
      "people.yml:1: 0.hubspot_owner: expected string, found 12.",
    ],
    [
      "people.yml",
      "- { slack: U1, gitlb: anna }\n",
      "people.yml:1: 0: unknown key 'gitlb'. Did you mean 'gitlab'?",
    ],
    [
      "channels.yml",
      '"#a":\n  mode: readonly\n',
      `channels.yml:2: #a.mode: "readonly" is not one of on, read-only, off. Did you mean 'read-only'?`,
    ],
    ["channels.yml", "general: {}\n", "channels.yml:1: general: expected a channel's #name or its id"],
    [
      "channels.yml",
      "C1: { mode: on, agnt: x }\n",
      "channels.yml:1: C1: unknown key 'agnt'. Did you mean 'agent'?",
    ],
    ["channels.yml", "C1: {mode\n", "channels.yml:"],
  ])("refuses %s: %j", (file, text, expected) => {
    const { problems } = read({ [file]: text });
    expect(problems.join("\n")).toContain(expected);
  });
});
