import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { person, policyOf } from "./support.ts";

const groups = "leads: { people: [boris@example.com] }\n";
const permit = "// rule all\npermit (principal, action, resource);\n";
const merge = { name: "gitlab_merge_request_merge" };
const read = { name: "gitlab_merge_request_read" };
const judge = (rules: string) => policyOf({ "groups.yml": groups, "rules.cedar": permit + rules });

describe("what rules forbid whatever it is about", () => {
  it("is told with its rule and its words", async () => {
    const policy = judge(
      '// rule no-guests\n@because("Guests only watch.")\nforbid (principal is Person, action, resource) when { principal.guest };',
    );
    const denial = { policies: ["no-guests"], reason: "Guests only watch." };
    expect(await policy.forbids(person("hugo", { guest: true }), merge)).toEqual(denial);
    expect(await policy.forbids(person("anna"), merge)).toBeUndefined();
    expect(await policy.forbids(person("hugo", { guest: true }), merge)).toEqual(denial);
  });

  it("knows groups and effects", async () => {
    const policy = judge(
      '// rule leads-write\nforbid (principal, action in Action::"write", resource) unless { principal in Group::"leads" };',
    );
    expect(await policy.forbids(person("anna"), merge)).toMatchObject({ policies: ["leads-write"] });
    expect(await policy.forbids(person("anna"), read)).toBeUndefined();
    expect(await policy.forbids(person("boris"), merge)).toBeUndefined();
  });

  it.each([
    ["the target", 'forbid (principal, action, resource) unless { resource in GitLabGroup::"payments" };'],
    ["the target's kind", "forbid (principal, action, resource is MergeRequest);"],
    ["the place", 'forbid (principal, action, resource) when { context.mode == "off" };'],
    ["the risk", "forbid (principal, action, resource) when { context.risk >= 2 };"],
    [
      "the arguments",
      `forbid (principal, action == Action::"${merge.name}", resource) when { context.args has when_green && context.args.when_green };`,
    ],
    ["an answer", '@ask("leads")\nforbid (principal, action, resource);'],
  ])("is nothing where it depends on %s", async (_, rule) => {
    expect(await judge(`// rule it-depends\n${rule}`).forbids(person("anna"), merge)).toBeUndefined();
  });

  it("keeps guests from every tool by the shipped rules, and employees from none", async () => {
    const folder = join(import.meta.dirname, "../../../policies");
    const names = readdirSync(folder).filter((name) => !name.endsWith(".test.yml"));
    const shipped = policyOf(
      Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")])),
    );
    for (const tool of [merge, read]) {
      expect(await shipped.forbids(person("hugo", { guest: true }), tool)).toMatchObject({
        policies: ["outsiders-denied"],
      });
      expect(await shipped.forbids(person("anna"), tool)).toBeUndefined();
    }
  });
});
