import { describe, expect, it } from "vitest";
import { deal, merge, mergeRequest, person, policyOf, update } from "./support.ts";

const groups = `
payments-leads: { people: [boris@example.com] }
security: { people: [elif@example.com] }
`;
const permit = `// rule permitted
permit (principal in Group::"employees", action, resource);
`;
const asksLeads = `// rule leads-asked
@ask("payments-leads") @count("2") @because("Leads decide.") @reason @expires("30m")
forbid (principal, action == Action::"gitlab_merge_request_merge", resource in GitLabGroup::"payments");
`;

describe("rule 1: full, then hard, then ask", () => {
  it("allows what all rules together allow, and names the permit", async () => {
    expect(await policyOf({ "a.cedar": permit }).decide(merge())).toEqual({
      kind: "allow",
      policies: ["permitted"],
    });
  });

  it("asks by the determining @ask rules alone", async () => {
    const other = `// rule elsewhere
@ask("security") forbid (principal, action == Action::"crm_deal_update", resource);`;
    const policy = policyOf({ "a.cedar": permit + asksLeads + other, "groups.yml": groups });
    expect(await policy.decide(merge())).toEqual({
      kind: "ask",
      asks: [
        {
          policy: "leads-asked",
          group: "payments-leads",
          count: 2,
          because: "Leads decide.",
          reason: true,
          expiresSeconds: 1800,
        },
      ],
    });
  });

  it("never asks where nothing permits", async () => {
    const decision = await policyOf({ "a.cedar": asksLeads, "groups.yml": groups }).decide(merge());
    expect(decision).toMatchObject({ kind: "deny", policies: [] });
    expect(decision).toHaveProperty(
      "reason",
      expect.stringContaining("No rule lets anna use gitlab_merge_request_merge"),
    );
  });

  it("lets a plain forbid win over a question, and says why", async () => {
    const plain = `// rule never
@because("Merges are closed.")
forbid (principal, action in Action::"gitlab", resource);`;
    const policy = policyOf({ "a.cedar": permit + asksLeads + plain, "groups.yml": groups });
    expect(await policy.decide(merge())).toEqual({
      kind: "deny",
      policies: ["never"],
      reason: "Merges are closed.",
    });
  });
});

describe("rule 2: what cannot be evaluated denies", () => {
  const overflow = `// rule overflowing
forbid (principal, action == Action::"crm_deal_update", resource)
when { context.args has seats && context.args.seats * 9223372036854775807 > 5 };`;

  it("denies when a forbid errors, which Cedar alone would allow", async () => {
    const decision = await policyOf({ "a.cedar": permit, "b.cedar": overflow }).decide(
      update({ args: { seats: 2 } }),
    );
    expect(decision).toMatchObject({ kind: "deny", policies: ["overflowing"] });
    expect(decision).toHaveProperty("reason", expect.stringMatching(/'overflowing' \(.*b\.cedar:2\)/));
  });

  it("denies when a rule errors beside a question", async () => {
    const asks = `// rule asked
@ask("requester") forbid (principal, action == Action::"crm_deal_update", resource);`;
    const policy = policyOf({ "a.cedar": permit + asks, "b.cedar": overflow });
    expect(await policy.decide(update({ args: { seats: 2 } }))).toMatchObject({
      kind: "deny",
      policies: ["overflowing"],
    });
    expect(await policy.decide(update({ args: {} }))).toMatchObject({ kind: "ask" });
  });

  it.each([
    ["a lone surrogate", { stage: "\ud800" }],
    ["a float for a whole number", { seats: 1.5 }],
    ["a number too large to be exact", { seats: 2 ** 60 }],
    ["a decimal of five digits", { amount: 0.00001 }],
    ["a number beyond decimals", { amount: 1e30 }],
    ["an argument no tool declared", { discount: 5 }],
    ["a text where a number is declared", { seats: "five" }],
    ["an entity in an argument", { stage: { __entity: { type: "Group", id: "security" } } }],
    ["nothing in an argument", { stage: null }],
  ])("denies %s, and goes on working", async (_, args) => {
    const policy = policyOf({ "a.cedar": permit });
    const decision = await policy.decide(update({ args: args as Record<string, string> }));
    expect(decision).toMatchObject({ kind: "deny", policies: [] });
    expect(decision).toHaveProperty("reason", expect.stringContaining("Policy could not be evaluated"));
    expect(await policy.decide(update())).toMatchObject({ kind: "allow" });
  });

  it("says which argument it is, and what it may be", async () => {
    const decision = await policyOf({ "a.cedar": permit }).decide(update({ args: { amount: 1.23456 } }));
    expect(decision).toHaveProperty(
      "reason",
      expect.stringContaining("argument 'amount' is 1.23456, not a decimal of at most 4 digits"),
    );
  });

  it("denies a tool or a target that the schema does not know", async () => {
    const policy = policyOf({ "a.cedar": permit });
    const tool = { name: "gitlab_project_delete", effect: "write", system: "gitlab" } as const;
    expect(await policy.decide({ ...merge(), tool })).toMatchObject({ kind: "deny" });
    expect(await policy.decide({ ...merge(), target: deal })).toMatchObject({ kind: "deny" });
    expect(await policy.decide({ ...merge(), target: { ...deal, type: "Payout" } })).toMatchObject({
      kind: "deny",
    });
  });

  it("denies when the directory cannot say who belongs to a group that a rule names", async () => {
    const files = {
      "a.cedar":
        permit +
        `// rule leads-never
forbid (principal in Group::"security", action, resource);`,
      "groups.yml": groups,
    };
    const failing = {
      names: [],
      people: async () => [],
      isMember: async () => Promise.reject(new Error("Slack is down")),
    };
    const decision = await policyOf(files, { groups: failing }).decide(merge());
    expect(decision).toHaveProperty("reason", expect.stringContaining("Slack is down"));
    expect(decision).toHaveProperty("kind", "deny");
  });

  it("denies when the channel's mode cannot be read", async () => {
    const channels = async () => Promise.reject(new Error("Slack is down"));
    expect(
      await policyOf({ "a.cedar": permit }, { channels }).decide(merge({ channel: "C1" })),
    ).toMatchObject({
      kind: "deny",
    });
  });

  it("denies the deactivated, whatever the rules say", async () => {
    const policy = policyOf({ "a.cedar": "permit (principal, action, resource);" });
    expect(await policy.decide(merge())).toMatchObject({ kind: "allow" });
    expect(await policy.decide({ ...merge(), principal: person("anna", { active: false }) })).toMatchObject({
      kind: "deny",
    });
  });
});

describe("rule 3: every ancestor, or nothing", () => {
  const closed = `// rule closed
forbid (principal, action, resource in GitLabGroup::"payments");`;

  it("sees a group through the project", async () => {
    expect(await policyOf({ "a.cedar": permit + closed }).decide(merge())).toMatchObject({
      kind: "deny",
      policies: ["closed"],
    });
  });

  it.each([
    [
      "a parent that was not resolved",
      { ancestors: mergeRequest.ancestors.filter(({ type }) => type !== "GitLabGroup") },
    ],
    [
      "a chain that ends too early",
      { ancestors: mergeRequest.ancestors.slice(0, 1).map((a) => ({ ...a, parents: [] })) },
    ],
    ["a target without its parents", { parents: [], ancestors: [] }],
  ])("denies %s, where Cedar's forbid would not fire", async (_, change) => {
    const decision = await policyOf({ "a.cedar": permit }).decide({
      ...merge(),
      target: { ...mergeRequest, ...change },
    });
    expect(decision).toMatchObject({ kind: "deny", policies: [] });
    expect(decision).toHaveProperty("reason", expect.stringMatching(/was not resolved|came without/));
  });

  it("knows the principal's groups", async () => {
    const files = {
      "a.cedar":
        permit +
        `// rule leads-never
forbid (principal in Group::"payments-leads", action, resource);`,
      "groups.yml": groups,
    };
    const policy = policyOf(files);
    expect(await policy.decide({ ...merge(), principal: person("boris") })).toMatchObject({
      policies: ["leads-never"],
    });
    expect(await policy.decide(merge())).toMatchObject({ kind: "allow" });
  });
});

describe("rule 4: whom a rule asks", () => {
  const ask = (group: string, count: number) => `// rule owned
@ask("${group}") @count("${count}") forbid (principal, action == Action::"gitlab_merge_request_merge", resource);`;
  const asked = async (count: number, owners: string) => {
    const policy = policyOf({
      "a.cedar": permit + ask("owners", count),
      "groups.yml": groups,
      "owners.yml": owners,
    });
    const decision = await policy.decide(merge());
    return decision.kind === "ask" ? decision.asks.map(({ group, count }) => `${count} ${group}`) : decision;
  };

  it("resolves owners to the nearest entry above the target", async () => {
    const owners = "GitLabInstance: security\nGitLabGroup/payments: payments-leads\nGitLabGroup: security";
    expect(await asked(1, owners)).toEqual(["1 payments-leads"]);
    expect(await asked(1, "GitLabInstance: security\nGitLabGroup/other: payments-leads")).toEqual([
      "1 security",
    ]);
    expect(await asked(1, "MergeRequest: security\nGitLabGroup/payments: payments-leads")).toEqual([
      "1 security",
    ]);
  });

  it("asks two votes of two groups where there are two, and one of the first", async () => {
    const two = "GitLabGroup/payments: [payments-leads, security]";
    expect(await asked(2, two)).toEqual(["1 payments-leads", "1 security"]);
    const policy = policyOf({
      "a.cedar": permit + ask("owners", 2),
      "groups.yml": groups,
      "owners.yml": two,
    });
    const decision = await policy.decide(merge());
    expect(decision.kind === "ask" && decision.asks.map((one) => one.policy)).toEqual([
      "owned:payments-leads",
      "owned:security",
    ]);
    expect(await asked(3, two)).toEqual(["2 payments-leads", "1 security"]);
    expect(await asked(1, two)).toEqual(["1 payments-leads"]);
    expect(await asked(2, "GitLabGroup/payments: security")).toEqual(["2 security"]);
  });

  it("denies what nobody owns, naming the file and the target", async () => {
    const decision = await asked(1, "Crm: security");
    expect(decision).toMatchObject({ kind: "deny", policies: ["owned"] });
    expect(decision).toHaveProperty(
      "reason",
      expect.stringMatching(/owners\.yml names none for MergeRequest\/payments\/ledger-api!482/),
    );
  });

  it("keeps several asks apart, in the order of the files", async () => {
    const second = `// rule second
@ask("security") forbid (principal, action == Action::"gitlab_merge_request_merge", resource);`;
    const policy = policyOf({
      "b.cedar": permit + second,
      "a.cedar": ask("requester", 1),
      "groups.yml": groups,
    });
    const decision = await policy.decide(merge());
    expect(decision.kind === "ask" && decision.asks.map(({ policy, group }) => [policy, group])).toEqual([
      ["owned", "requester"],
      ["second", "security"],
    ]);
  });
});

describe("rule 7: the context", () => {
  const when = (condition: string) =>
    policyOf({
      "a.cedar":
        permit +
        `// rule conditional
forbid (principal, action == Action::"crm_deal_update", resource) when { ${condition} };`,
    });
  const denied = async (condition: string, more: Parameters<typeof update>[0]) =>
    (await when(condition).decide(update(more))).kind === "deny";

  it.each([
    ["context.risk >= 2", { risk: 2 }, { risk: 1 }],
    ["context.untrusted", { untrusted: true }, { untrusted: false }],
    ['context.kind == "automation"', { kind: "automation" }, { kind: "chat" }],
    ["context.frozen", { frozen: true }, { frozen: false }],
    ["context.granted", { granted: true }, { granted: false }],
    ['context has channel && context.channel == "C1"', { channel: "C1" }, {}],
    [
      'context.args has amount && context.args.amount.greaterThanOrEqual(decimal("100000.0"))',
      { args: { amount: 100_000 } },
      { args: { amount: 99_999.99 } },
    ],
    ['context.args has stage && context.args.stage == "won"', { args: { stage: "won" } }, { args: {} }],
    ["context.args has seats && context.args.seats > 5", { args: { seats: 6 } }, { args: { seats: 5 } }],
  ] as const)("tells %s", async (condition, yes, no) => {
    expect(await denied(condition, yes)).toBe(true);
    expect(await denied(condition, no)).toBe(false);
  });

  it("knows a channel's mode", async () => {
    const files = {
      "a.cedar":
        permit +
        `// rule off
forbid (principal, action, resource) when { context.mode == "off" };`,
    };
    const policy = policyOf(files, {
      channels: async (_, channel) => ({ mode: channel === "C1" ? "off" : "on" }),
    });
    expect(await policy.decide(merge({ channel: "C1" }))).toMatchObject({ policies: ["off"] });
    expect(await policy.decide(merge({ channel: "C2" }))).toMatchObject({ kind: "allow" });
  });

  it("names a person by the address their own workspace vouches for", async () => {
    const files = { "a.cedar": 'permit (principal == Person::"anna@example.com", action, resource);' };
    const policy = policyOf(files);
    expect(await policy.decide(merge())).toMatchObject({ kind: "allow" });
    const shouting = person("anna", { email: "Anna@Example.com" });
    expect(await policy.decide({ ...merge(), principal: shouting })).toMatchObject({ kind: "allow" });
    const stranger = person("anna", { external: true });
    expect(await policy.decide({ ...merge(), principal: stranger })).toMatchObject({ kind: "deny" });
  });

  it("judges an automation as an automation", async () => {
    const files = {
      "a.cedar": 'permit (principal == Automation::"stale", action in Action::"read", resource);',
    };
    const principal = person("stale", { kind: "automation", user: "stale" });
    const tool = { name: "gitlab_merge_request_read", effect: "read", system: "gitlab" } as const;
    const policy = policyOf(files);
    expect(await policy.decide({ ...merge({ risk: 0 }), tool, principal })).toMatchObject({ kind: "allow" });
    expect(await policy.decide({ ...merge(), principal })).toMatchObject({ kind: "deny" });
  });
});
