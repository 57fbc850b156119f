import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ReadTool } from "../../src/core/tool.ts";
import { canonicalJson, taggedDigest } from "../../src/gate/canonical.ts";
import { definitionHash } from "../../src/gate/definition.ts";
import { actionDigest, type Bound, callDigest } from "../../src/gate/digest.ts";
import { changesBetween } from "../../src/gate/changes.ts";

const bound: Bound = {
  ...{ tool: "t", definition: "d", args: { b: 1, a: [2, "x"] }, target: { type: "Item", id: "1" } },
  ...{ targetVersion: "v1", credential: "service:x", policyDigest: "p", nonce: "n" },
  expiresAt: new Date(1_000),
  principal: {
    ...{
      kind: "person",
      workspace: "T1",
      user: "U1",
      name: "Anna",
      email: "Anna@example.com",
      timezone: "UTC",
    },
    ...{ guest: false, external: false, bot: false, active: true },
  },
};

describe("digests", () => {
  it("are made of RFC 8785 text", () => {
    // The examples of RFC 8785, sections 3.2.2 and 3.2.3.
    expect(
      canonicalJson({
        numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 1e-27],
        literals: [null, true],
      }),
    ).toBe('{"literals":[null,true],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}');
    const keys = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
    expect(() => canonicalJson("\ud800")).toThrow();
    expect(taggedDigest("a", 1)).not.toBe(taggedDigest("b", 1));
  });

  it("do not depend on the order of keys, and do on everything that an approval is about", () => {
    const digest = actionDigest(bound);
    expect(actionDigest({ ...bound, args: { a: [2, "x"], b: 1 } })).toBe(digest);
    const others: Partial<Bound>[] = [
      { tool: "u" },
      { definition: "e" },
      { args: { a: [2, "y"], b: 1 } },
      { target: { type: "Item", id: "2" } },
      { targetVersion: "v2" },
      { credential: "person:x" },
      { policyDigest: "q" },
      { nonce: "m" },
      { expiresAt: new Date(2_000) },
      { principal: { ...bound.principal, email: "boris@example.com" } },
      { principal: { ...bound.principal, workspace: "T2" } },
    ];
    for (const other of others) expect(actionDigest({ ...bound, ...other })).not.toBe(digest);
    expect(callDigest({ ...bound })).toBe(
      callDigest({ ...bound, ...{ nonce: "m", expiresAt: new Date(2_000) } }),
    );
    expect(callDigest(bound)).not.toBe(callDigest({ ...bound, targetVersion: "v2" }));
  });

  it("name what a model and a person were told of a tool", () => {
    const tool = { name: "t", description: "d", input: z.object({ a: z.string() }) } as unknown as ReadTool;
    const hash = definitionHash(tool);
    expect(definitionHash({ ...tool })).toBe(hash);
    expect(definitionHash({ ...tool, description: "e" })).not.toBe(hash);
    expect(definitionHash({ ...tool, input: z.object({ a: z.number() }) })).not.toBe(hash);
  });

  it("changes between two previews are told field by field", () => {
    const before = {
      sentence: "Merge",
      fields: [
        { label: "Head", value: "9f31" },
        { label: "Into", value: "main" },
      ],
    };
    const after = {
      sentence: "Merge",
      fields: [
        { label: "Head", value: "77aa" },
        { label: "Into", value: "main" },
        { label: "Label", value: "x" },
      ],
    };
    expect(changesBetween(before, after)).toBe("Head: 9f31 → 77aa; Label: (none) → x");
  });

  it("changes under a request that changes things itself are told by what stands there now", () => {
    const amount = { label: "Amount", before: "40,000", value: "48,000" };
    const stage = { label: "Stage", before: "Proposal", value: "Negotiation" };
    const before = { sentence: "Change", fields: [stage, amount] };
    const after = { sentence: "Change", fields: [{ ...amount, before: "45,000" }] };
    expect(changesBetween(before, after)).toBe("Amount: 40,000 → 45,000; Stage: nothing to change any more");
    expect(changesBetween(before, before)).toBe("");
  });
});
