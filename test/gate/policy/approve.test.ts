import { describe, expect, it } from "vitest";
import type { Ask } from "../../../src/core/action.ts";
import { merge, person, policyOf } from "./support.ts";

const approving = `// rule may-approve
permit (principal in Group::"employees", action == Action::"approve", resource);
// rule not-your-own
forbid (principal, action == Action::"approve", resource)
when { context.risk >= 2 && context has requester && context.requester == principal };
`;
const groups = "payments-leads: { people: [boris@example.com, anna@example.com, hugo@example.com] }";
const ask = (group: string): Ask => ({ policy: "asked", group, count: 1, because: "", reason: false });
const leads = ask("payments-leads");
const requester = ask("requester");

describe("rule 5: whose vote counts", () => {
  const policy = () => policyOf({ "a.cedar": approving, "groups.yml": groups });

  it("counts a member of the asked group, and nobody else", async () => {
    expect(await policy().mayApprove(person("boris"), leads, merge({ risk: 2 }))).toBe(true);
    expect(await policy().mayApprove(person("carla"), leads, merge({ risk: 2 }))).toBe(false);
    expect(await policy().mayApprove(person("boris"), ask("no-such-group"), merge({ risk: 2 }))).toBe(false);
  });

  it("does not count one's own R2, from whatever account", async () => {
    expect(await policy().mayApprove(person("anna"), leads, merge({ risk: 2 }))).toBe(false);
    const other = person("anna", { user: "W0OTHER", workspace: "T9", email: "ANNA@example.com" });
    expect(await policy().mayApprove(other, leads, merge({ risk: 2 }))).toBe(false);
    expect(await policy().mayApprove(person("anna"), leads, merge({ risk: 1 }))).toBe(true);
  });

  it("lets the requester alone answer for the requester", async () => {
    expect(await policy().mayApprove(person("anna"), requester, merge())).toBe(true);
    expect(await policy().mayApprove(person("boris"), requester, merge())).toBe(false);
    expect(await policy().mayApprove(person("anna"), requester, merge({ risk: 2 }))).toBe(false);
    const posing = person("anna", { external: true, user: "U0POSING", workspace: "T9" });
    expect(await policy().mayApprove(posing, requester, merge())).toBe(false);
  });

  it.each([
    ["guests", { guest: true }],
    ["people of other organisations", { external: true }],
    ["bots", { bot: true }],
    ["the deactivated", { active: false }],
    ["automations", { kind: "automation" as const }],
  ])("does not count %s", async (_, change) => {
    expect(await policy().mayApprove(person("hugo"), leads, merge())).toBe(true);
    expect(await policy().mayApprove(person("hugo", change), leads, merge())).toBe(false);
  });

  it("does not count the deactivated even where everybody may approve", async () => {
    const open = policyOf({ "a.cedar": "permit (principal, action, resource);" });
    expect(await open.mayApprove(person("anna"), requester, merge())).toBe(true);
    expect(await open.mayApprove(person("anna", { active: false }), requester, merge())).toBe(false);
  });

  it("counts nobody where no rule permits approving", async () => {
    const without = policyOf({
      "a.cedar": 'permit (principal, action in Action::"write", resource);',
      "groups.yml": groups,
    });
    expect(await without.mayApprove(person("boris"), leads, merge())).toBe(false);
  });

  it("lets rules weigh tool, ask and risk", async () => {
    const narrow = `// rule no-merges
forbid (principal, action == Action::"approve", resource)
when { context.tool == "gitlab_merge_request_merge" && context.ask == "payments-leads" && context.risk > 2 };`;
    const policy = policyOf({ "a.cedar": approving + narrow, "groups.yml": groups });
    expect(await policy.mayApprove(person("boris"), leads, merge({ risk: 3 }))).toBe(false);
    expect(await policy.mayApprove(person("boris"), leads, merge({ risk: 2 }))).toBe(true);
  });

  it("is not stopped by the questions themselves", async () => {
    const asking = '// rule asked\n@ask("requester") forbid (principal, action, resource);';
    const policy = policyOf({ "a.cedar": approving + asking, "groups.yml": groups });
    expect(await policy.mayApprove(person("boris"), leads, merge())).toBe(true);
  });

  it("does not count when a rule errors or the directory fails", async () => {
    const broken = `// rule broken
forbid (principal, action == Action::"approve", resource) when { context.risk * 9223372036854775807 > 1 };`;
    const erring = policyOf({ "a.cedar": approving + broken, "groups.yml": groups });
    expect(await erring.mayApprove(person("boris"), leads, merge({ risk: 2 }))).toBe(false);
    const failing = { names: [], people: async () => [], isMember: () => Promise.reject(new Error("down")) };
    const deaf = policyOf({ "a.cedar": approving, "groups.yml": groups }, { groups: failing });
    expect(await deaf.mayApprove(person("boris"), leads, merge())).toBe(false);
  });

  it("does not count on a target whose ancestors are missing", async () => {
    const request = merge();
    const target = { ...request.target, ancestors: [] };
    expect(await policy().mayApprove(person("boris"), leads, { ...request, target })).toBe(false);
  });
});
