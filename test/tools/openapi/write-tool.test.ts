import { describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { parseArgs } from "../../../src/gate/parse.ts";
import { apiFolder, context, file, get, openApi, retry, type Seen, toolsOf, writeOf } from "./support.ts";

/** A payout that a test can change, and an API that knows it. */
async function opened(
  operation: object,
  { sent }: { sent?: (seen: Seen) => { status?: number; body?: unknown } } = {},
) {
  const payout: Record<string, unknown> = {
    id: "P1",
    amount: 1500,
    currency: "EUR",
    status: "stuck",
    priority: 1,
  };
  let version = 1;
  const attempts: string[] = [];
  const api = await openApi((seen) => {
    if (seen.path.endsWith("/attempts")) {
      return { body: { total: attempts.filter((key) => key === seen.query["key"]?.[0]).length } };
    }
    if (seen.method === "GET") return { headers: { etag: `"v${version}"` }, body: payout };
    return sent?.(seen) ?? { status: 202, body: { id: "P1", status: "processing", secret: "x" } };
  });
  const folder = await apiFolder(file([get, operation]));
  const tool = writeOf(toolsOf(folder, api.url), "payments_payout_retry");
  const resolve = (given: JsonObject) => tool.resolve(parseArgs(tool, given), context());
  const change = (what: Record<string, unknown>) => {
    Object.assign(payout, what);
    version += 1;
  };
  const writes = () => api.seen.filter(({ method }) => method !== "GET");
  return { ...api, tool, resolve, change, writes, attempts };
}

describe("a listed write, proposed", () => {
  it("takes amount and risk from what is read live, never from a model", async () => {
    const { tool, resolve, change } = await opened(retry);
    expect(() => parseArgs(tool, { payout: "P1", amount: 5 })).toThrow('"amount" is not an argument');
    const large = await resolve({ payout: "P1" });
    expect(large.risk).toBe(3);
    expect(large.preview.sentence).toBe("Retry payout P1 of 1500 EUR");
    expect(large.policyArgs).toEqual({ amount: 1500, currency: "EUR" });
    expect(large.target).toMatchObject({
      type: "Payout",
      id: "P1",
      parents: [{ type: "Api", id: "payments" }],
    });
    change({ amount: 1000 });
    expect((await resolve({ payout: "P1" })).risk).toBe(2);
    change({ amount: null });
    expect((await resolve({ payout: "P1" })).risk).toBe(3);
    expect(tool.risks).toEqual([2, 3]);
  });

  it("shows everything that is sent, pinned values too, and what was read", async () => {
    const { resolve } = await opened(retry);
    const { preview } = await resolve({ payout: "P1" });
    expect(preview.fields).toEqual([
      { label: "Payout", value: "P1" },
      { label: "Source", value: "steward" },
      { label: "Amount", value: "1500" },
      { label: "Currency", value: "EUR" },
      { label: "Status", value: "stuck" },
    ]);
  });

  it("shows before → after where an argument has a value now, and is another version when that changes", async () => {
    const patch = {
      ...{
        ...retry,
        op: "PATCH /payouts/{id}",
        risk: "R1",
        policy: {},
        summary: "Set the priority of {payout}",
        find: undefined,
      },
      args: { rename: { id: "payout" }, only: ["id", "priority"] },
      read: { op: "GET /payouts/{id}", before: { priority: "priority" } },
    };
    const { tool, resolve, change } = await opened(patch);
    const first = await resolve({ payout: "P1", priority: "5" });
    expect(first.preview.fields).toContainEqual({ label: "Priority", value: "5", before: "1" });
    expect(() => parseArgs(tool, { payout: "P1", priority: 0 })).toThrow("priority: Too small");
    expect(await tool.version(first.args, context())).toBe(first.version);
    change({ priority: 3 });
    expect(await tool.version(first.args, context())).not.toBe(first.version);
  });

  it("is about nothing where its target has no value", async () => {
    const { resolve } = await opened({
      ...retry,
      target: "Merchant/{merchant}",
      read: { ...retry.read, fields: { ...retry.read.fields, merchant: "merchant" } },
    });
    await expect(resolve({ payout: "P1" })).rejects.toThrow(
      "It cannot be told what this is about: 'merchant' has no value",
    );
  });
});

describe("a listed write, sent", () => {
  it("goes once, with what was shown, the pinned value and the action's own key", async () => {
    const { tool, resolve, writes } = await opened({
      ...retry,
      idempotency_header: "Idempotency-Key",
      project: "{payout: id, status: status}",
    });
    const { args } = await resolve({ payout: "P1" });
    const output = await tool.run(args, context());
    expect(writes()).toHaveLength(1);
    expect(writes()[0]).toMatchObject({
      method: "POST",
      path: "/payouts/P1/retry",
      body: { source: "steward" },
      headers: { "idempotency-key": context().callId },
    });
    expect(output.text).toContain("Done in Payments: Retry payout P1 of 1500 EUR.");
    expect(output.data).toEqual({ reply: { payout: "P1", status: "processing" } });
    expect(output.text).not.toContain("secret");
  });

  it("sends nothing where the target changed since it was shown", async () => {
    const { tool, resolve, change, writes } = await opened(retry);
    const { args } = await resolve({ payout: "P1" });
    change({ amount: 9000 });
    await expect(tool.run(args, context())).rejects.toThrow(
      "It was changed in Payments in the meantime, so nothing was sent",
    );
    expect(writes()).toEqual([]);
  });

  it("hands on the version as a precondition where the file says so", async () => {
    const { tool, resolve, writes } = await opened(
      { ...retry, read: { ...retry.read, if_match: true } },
      { sent: () => ({ status: 412, body: { message: "moved" } }) },
    );
    const { args, version } = await resolve({ payout: "P1" });
    expect(version).toBe('"v1"');
    await expect(tool.run(args, context())).rejects.toThrow(
      "it was changed in Payments since it was looked at",
    );
    expect(writes()[0]?.headers["if-match"]).toBe('"v1"');
    expect(writes()).toHaveLength(1);
  });

  it("is unknown, and not repeated, where the system breaks after it was sent", async () => {
    const { tool, resolve, writes } = await opened(retry, { sent: () => ({ status: 502, body: {} }) });
    const { args } = await resolve({ payout: "P1" });
    await expect(tool.run(args, context())).rejects.toThrow(UnknownOutcomeError);
    expect(writes()).toHaveLength(1);
  });

  it("is done whatever its reply looks like", async () => {
    const { tool, resolve } = await opened(
      { ...retry, project: "{payout: id}" },
      { sent: () => ({ status: 202, body: [] }) },
    );
    const { args } = await resolve({ payout: "P1" });
    expect((await tool.run(args, context())).text).toContain("Done in Payments");
  });
});

describe("whether a write happened", () => {
  it("is told by the target where that changed or stayed, and by nobody in between", async () => {
    const { tool, resolve, change } = await opened(retry);
    const { args } = await resolve({ payout: "P1" });
    expect(await tool.find(args, context())).toEqual({ kind: "not_done" });
    change({ status: "processing" });
    expect(await tool.find(args, context())).toMatchObject({ kind: "done" });
    change({ status: "stuck", amount: 1 });
    expect(await tool.find(args, context())).toMatchObject({ kind: "unknown" });
  });

  it("is told by the action's own id, whatever else changed", async () => {
    const byKey = {
      ...retry,
      find: { op: "GET /payouts/{id}/attempts", args: { key: "{call}" }, when: "total > `0`" },
    };
    const { tool, resolve, change, attempts } = await opened(byKey);
    const { args } = await resolve({ payout: "P1" });
    change({ status: "paid" });
    expect(await tool.find(args, context())).toEqual({ kind: "not_done" });
    attempts.push(context().callId);
    expect(await tool.find(args, context())).toMatchObject({ kind: "done" });
  });

  it("is unknown where the file names no way", async () => {
    const { tool, resolve } = await opened({ ...retry, find: undefined });
    const { args } = await resolve({ payout: "P1" });
    expect(await tool.find(args, context())).toEqual({
      kind: "unknown",
      why: "Payments offers no way to look it up; payments-leads can tell.",
    });
  });
});

describe("what comes after a write", () => {
  it("is followed to its end", async () => {
    const follow = {
      op: "GET /payouts/{id}",
      fields: { status: "status" },
      text: "payout {payout} is {status}",
      done: "status == 'paid'",
      failed: "status == 'returned'",
    };
    const { tool, resolve, change } = await opened({ ...retry, follow });
    const { args } = await resolve({ payout: "P1" });
    const output = { text: "", sources: [], untrusted: [] };
    expect(await tool.follow?.(args, output, context())).toEqual({
      text: "payout P1 is stuck",
      ended: false,
    });
    change({ status: "paid" });
    expect(await tool.follow?.(args, output, context())).toEqual({
      text: "payout P1 is paid",
      ended: true,
      ok: true,
    });
    change({ status: "returned" });
    expect(await tool.follow?.(args, output, context())).toMatchObject({ ended: true, ok: false });
  });

  it("is taken back by the call that its file declares, with values of before, in their types", async () => {
    const patch = {
      ...{ ...retry, op: "PATCH /payouts/{id}", risk: "R1", policy: {}, summary: "x", find: undefined },
      args: { rename: { id: "payout" }, only: ["id", "priority"] },
      read: { op: "GET /payouts/{id}", before: { priority: "priority" } },
      undo: { tool: "payments_payout_retry", args: { payout: "{payout}", priority: "{before.priority}" } },
    };
    const { tool, resolve, change } = await opened(patch);
    const { args } = await resolve({ payout: "P1", priority: 5 });
    const output = await tool.run(args, context());
    expect(await tool.undo?.(args, output, context())).toEqual({
      tool: "payments_payout_retry",
      args: { payout: "P1", priority: 1 },
    });
    change({ priority: null });
    const again = await resolve({ payout: "P1", priority: 5 });
    expect(await tool.undo?.(again.args, output, context())).toBeUndefined();
  });
});
