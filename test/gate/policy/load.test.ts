import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPolicies, readPolicies } from "../../../src/gate/policy/load.ts";
import { problemText } from "../../../src/gate/policy/problems.ts";
import { cedarSchema } from "../../../src/gate/policy/schema.ts";
import { folderOf, vocabulary } from "./support.ts";

const permit = "permit (principal, action, resource);\n";

/** The problems of a folder with these files, without the folder's own path. */
const problemsOf = (files: Record<string, string>): string[] => {
  const folder = folderOf(files);
  return readPolicies(folder, vocabulary).problems.map((p) => problemText(p).replaceAll(folder, "."));
};

describe("rule 8: what the start refuses", () => {
  it.each([
    [
      "an unknown action",
      'permit (principal, action == Action::"gitlab_merge_request_marge", resource);',
      /unknown Action::"gitlab_merge_request_marge"\. Did you mean 'gitlab_merge_request_merge'/,
    ],
    [
      "an unknown group",
      'permit (principal in Group::"employes", action, resource);',
      /unknown Group::"employes"\. Did you mean 'employees'/,
    ],
    [
      "an unknown group inside a condition",
      'permit (principal, action, resource) when { principal in Group::"amins" };',
      /Did you mean 'admins'/,
    ],
    [
      "an unknown type",
      "permit (principal is Persn, action, resource);",
      /unrecognized entity type Persn|unrecognized entity type `Persn`/,
    ],
    [
      "another tool's argument",
      'permit (principal, action == Action::"crm_deal_read", resource) when { context.args.amount == decimal("1.0") };',
      /args\.amount/,
    ],
    [
      "an argument without has",
      'permit (principal, action == Action::"crm_deal_update", resource) when { context.args.seats > 1 };',
      /unable to guarantee safety/,
    ],
    [
      "a rule that can never apply (a warning of the validator)",
      'permit (principal, action == Action::"crm_deal_update", resource in GitLabGroup::"payments");',
      /impossible|applicable action/,
    ],
    [
      "a misspelt kind",
      'permit (principal, action, resource) when { context.kind == "automaton" };',
      /unknown context\.kind "automaton"\. Did you mean 'automation'/,
    ],
    [
      "a misspelt mode",
      'permit (principal, action, resource) when { ["readonly"].contains(context.mode) };',
      /Did you mean 'read-only'/,
    ],
    [
      "a misspelt annotation",
      '@aks("admins") forbid (principal, action, resource);',
      /unknown annotation @aks\. Did you mean 'ask'/,
    ],
    [
      "an annotation that is not built yet",
      '@ask("admins") @stepup forbid (principal, action, resource);',
      /unknown annotation @stepup/,
    ],
    [
      "@id, which Cedar ignores",
      '@id("a") permit (principal, action, resource);',
      /A rule is named by a `\/\/ rule/,
    ],
    ["@ask on a permit", '@ask("admins") permit (principal, action, resource);', /@ask stands on a permit/],
    [
      "an @ask of nobody known",
      '@ask("admns") forbid (principal, action, resource);',
      /Did you mean 'admins'/,
    ],
    [
      "@count of 0",
      '@ask("admins") @count("0") forbid (principal, action, resource);',
      /@count is '0'; expected a whole number from 1 to 9/,
    ],
    ["@count of 10", '@ask("admins") @count("10") forbid (principal, action, resource);', /@count is '10'/],
    [
      "@count of two requesters",
      '@ask("requester") @count("2") forbid (principal, action, resource);',
      /it is one person/,
    ],
    [
      "@count without @ask",
      '@count("2") forbid (principal, action, resource);',
      /@count says nothing without @ask/,
    ],
    [
      "@expires in words",
      '@ask("admins") @expires("soon") forbid (principal, action, resource);',
      /@expires is 'soon'; expected seconds/,
    ],
    [
      "@expires beyond a week",
      '@ask("admins") @expires("8d") forbid (principal, action, resource);',
      /at most 7d/,
    ],
    [
      "@reason with a text",
      '@ask("admins") @reason("why") forbid (principal, action, resource);',
      /@reason is 'why'/,
    ],
    ["an empty @because", '@because("") forbid (principal, action, resource);', /@because needs a sentence/],
    [
      "a repeated annotation",
      '@because("a") @because("b") forbid (principal, action, resource);',
      /duplicate annotation/,
    ],
    ["a template", "permit (principal == ?principal, action, resource);", /template/],
    ["a syntax error", "permit (principal, action = x, resource);", /\.\/a\.cedar:1: rule a: /],
    ["a missing semicolon", "permit (principal, action, resource)", /unexpected end of input \(expected ;/],
  ])("%s", (_, text, expected) => {
    const problems = problemsOf({ "a.cedar": text });
    expect(problems.join("\n")).toMatch(expected);
    expect(problems).toHaveLength(1);
  });

  it.each([
    ["no folder", {}, /holds no \.cedar file\. Without policies nothing may run/],
    ["an empty file", { "a.cedar": "// nothing yet\n", "b.cedar": permit }, /a\.cedar: holds no policy/],
    [
      "two rules, one without a name",
      { "a.cedar": `// rule one\n${permit}${permit}` },
      /a\.cedar:3: a policy without a name/,
    ],
    [
      "a name that is taken",
      { "a.cedar": permit, "b.cedar": `// rule a\n${permit}` },
      /b\.cedar:2: rule name 'a' is taken by \.\/a\.cedar:1/,
    ],
    [
      "a name in the wrong form",
      { "a.cedar": `// rule Merge Rule\n${permit}` },
      /a\.cedar:1: rule name 'Merge Rule' is not valid/,
    ],
    [
      "a name without its policy",
      { "a.cedar": `// rule one\n// rule two\n${permit}` },
      /a\.cedar:1: rule 'one' has no policy below it/,
    ],
    [
      "a file that would be passed over",
      { "a.cedar": permit, "payments.ceder": permit },
      /payments\.ceder: is not read/,
    ],
    ["a folder that would be passed over", { "a.cedar": permit, "more/": "" }, /more: is not read/],
    ["groups.yaml", { "a.cedar": permit, "groups.yaml": "" }, /Did you mean 'groups\.yml'/],
    ["a folder named like a rule", { "a.cedar": permit, "b.cedar/": "" }, /b\.cedar: cannot be read/],
  ])("%s", (_, files, expected) => {
    const problems = problemsOf(files as Record<string, string>);
    expect(problems.join("\n")).toMatch(expected);
    expect(problems).toHaveLength(1);
  });

  it("refuses a folder that is not there", () => {
    expect(() => loadPolicies(join(folderOf({}), "none"), vocabulary)).toThrow(
      /cannot be read.*nothing may run/,
    );
  });

  it("says all of it at once, each with its line", () => {
    const problems = problemsOf({
      "a.cedar": `// rule one\n\n@aks("x")\nforbid (principal, action, resource);\n\n// rule two\npermit (principal in\n  Group::"nobody", action, resource);\n`,
      "b.cedar": "permit (",
      "groups.yml": "leads: { people: [a@example.com], slak: S0LEADS }\n",
      "owners.yml": "Crm: leeds\nGitLabGrup/payments: admins\n",
      "people.yml": "- { slack: anna }\n",
      "channels.yml": '"#general":\n  mode: readonly\n',
    });
    expect(problems.map((text) => /^\.\/(\S+?): /.exec(text)?.[1])).toEqual([
      "groups.yml:1",
      "owners.yml:1",
      "owners.yml:2",
      "people.yml:1",
      "channels.yml:2",
      "a.cedar:3",
      "a.cedar:8",
      "b.cedar:1",
    ]);
  });

  it("throws for the start with one line a problem", () => {
    const folder = folderOf({
      "a.cedar": "permit (",
      "b.cedar": '@aks("x") forbid (principal, action, resource);',
    });
    expect(() => loadPolicies(folder, vocabulary)).toThrow(
      /2 problems.*\n {2}.*a\.cedar:1: .*\n {2}.*b\.cedar:1: /,
    );
  });
});

describe("what the start reads", () => {
  it("cuts rules outside strings and comments, and names them by the line above or by the file", () => {
    const folder = folderOf({
      "only.cedar": `// About ; this\n@because("a; b // c")\nforbid (principal, action, resource) when { context.frozen }; // end;\n`,
      "two.cedar": `// policies/two.cedar: rule first\n${permit}// rule second\n${permit}`,
    });
    const { rules } = loadPolicies(folder, vocabulary);
    expect([...rules].map(([name, { line, because }]) => [name, line, because])).toEqual([
      ["only", 2, "a; b // c"],
      ["first", 2, undefined],
      ["second", 4, undefined],
    ]);
  });

  it("keeps eleven rules of one file apart", () => {
    const names = Array.from({ length: 12 }, (_, i) => `r${i}`);
    const folder = folderOf({ "a.cedar": names.map((n) => `// rule ${n}\n${permit}`).join("") });
    expect([...loadPolicies(folder, vocabulary).rules.keys()]).toEqual(names);
  });

  it("ignores what Kubernetes puts beside mounted files", () => {
    expect(problemsOf({ "a.cedar": permit, "..data/": "" })).toEqual([]);
  });

  it("gives the digest another value when anything that decides changes, and only then", () => {
    const digest = (files: Record<string, string>) => loadPolicies(folderOf(files), vocabulary).digest;
    const base = { "a.cedar": permit, "groups.yml": "leads: { people: [a@example.com] }" };
    expect(digest(base)).toBe(digest({ ...base, "people.yml": "- { slack: U1, gitlab: x }" }));
    expect(digest(base)).not.toBe(digest({ ...base, "a.cedar": "permit (principal,action, resource);" }));
    expect(digest(base)).not.toBe(digest({ ...base, "groups.yml": "leads: { people: [b@example.com] }" }));
    expect(digest(base)).not.toBe(digest({ ...base, "owners.yml": "Crm: leads" }));
    expect(digest(base)).not.toBe(
      digest({ ...base, "channels.yml": "C1: { mode: off }".replace("off", '"off"') }),
    );
  });
});

describe("the schema", () => {
  it("puts every tool below its effect and its toolkit", () => {
    const actions = cedarSchema(vocabulary)[""]?.actions ?? {};
    expect(actions["crm_deal_update"]?.memberOf).toEqual([{ id: "write" }, { id: "crm" }]);
    expect(Object.keys(actions)).toEqual(
      expect.arrayContaining(["read", "write", "egress", "gitlab", "approve"]),
    );
  });

  it("refuses tools that contradict each other", () => {
    const [tool] = vocabulary.tools;
    if (tool === undefined) throw new Error("the vocabulary is empty");
    const wrong = { ...tool, name: "approve", targetTypes: ["Nothing"] };
    expect(() => cedarSchema({ ...vocabulary, tools: [tool, tool] })).toThrow(/listed twice/);
    expect(() => cedarSchema({ ...vocabulary, tools: [wrong] })).toThrow(
      /'Nothing' of approve.*'approve' is also/,
    );
    expect(() => cedarSchema({ tools: [], entityTypes: { Group: [], Deal: ["Crm"] } })).toThrow(
      /Steward's own.*'Crm'/,
    );
  });
});
