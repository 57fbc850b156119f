import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TerminalError, UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { ResolvedWrite, WriteTool } from "../../../src/core/tool.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
let tool: WriteTool;
beforeEach(async () => {
  bench = await openBench();
  tool = bench.write("gitlab_merge_request_merge");
});
afterEach(() => bench.close());

const head = "9f31c2ab74d05e6b8a1f3c9d2e7b4f6a8c0d1e35";
const prepare = (input = {}, who = "anna"): Promise<ResolvedWrite> =>
  tool.resolve({ merge_request: "!482", ...input }, bench.context(who));
const run = ({ args }: ResolvedWrite) => tool.run(args, bench.context());
const merges = () => bench.gitlab.journal.list({ method: "PUT", path: /\/merge$/ });
const push = () => bench.gitlab.others.push("payments/ledger-api", 482, "mei");

describe("preparing a merge", () => {
  it("shows what the approver needs, bound to the head", async () => {
    const prepared = await prepare();
    expect(prepared).toMatchObject({
      risk: 2,
      args: { sha: head, when_green: false, target_branch: "main" },
      version: `opened:main:${head}`,
      policyArgs: { target_branch: "main", when_green: false, pipeline: "failed" },
      preview: { sentence: 'Merge payments/ledger-api !482 "Idempotent payout retries"' },
    });
    expect(prepared.preview.fields).toEqual([
      { label: "Into", value: "main" },
      { label: "Head", value: "9f31c2ab" },
      { label: "Pipeline", value: "failed 42 min ago" },
      { label: "Author", value: "Anna Petrosyan" },
      { label: "Approvals in GitLab", value: "none yet" },
    ]);
  });

  it.each([
    ["payments/payout-worker!209", /has conflicts with main/],
    ["payments/ledger-api!471", /is a draft. Its author marks it ready/],
    ["payments/ledger-api!480", /was merged by Boris Novak 2 days ago; there is nothing to merge/],
    ["payments/ledger-api!474", /is closed; there is nothing to merge/],
    ["platform/deploy-tools!57", /needs the role Developer or higher; yours is Reporter/],
    ["security/vault!12", /No project or group/],
  ])("refuses %s before anybody is asked", async (text, why) => {
    await expect(prepare({ merge_request: text })).rejects.toThrow(why);
  });

  it("has another version after a push", async () => {
    const prepared = await prepare();
    const sha = push();
    expect(await tool.version(prepared.args, bench.context())).toBe(`opened:main:${sha}`);
  });
});

describe("merging", () => {
  it("merges once at the approved head; commit and note name the person and the action", async () => {
    const output = await run(await prepare());
    expect(output.text).toMatch(/ledger-api!482\].* was merged into main at head 9f31c2ab, as commit /);
    expect(merges()).toHaveLength(1);
    expect(merges()[0]?.body).toMatchObject({
      sha: head,
      merge_commit_message: expect.stringContaining(
        "See merge request payments/ledger-api!482\n\nRequested-by: Anna Petrosyan via Steward\nSteward-Action: act-1",
      ) as string,
    });
    const [note] = bench.gitlab.journal.list({ method: "POST", path: /\/notes$/ });
    expect(note?.body).toEqual({
      body: "Steward merged this at 9f31c2ab for Anna Petrosyan (anna), action act-1.",
    });
    expect(await tool.follow?.({ ...(await argsOf()) }, output, bench.context())).toMatchObject({
      ended: true,
      ok: true,
    });
  });

  const argsOf = () =>
    Promise.resolve({
      project: "payments/ledger-api",
      project_id: 101,
      merge_request: "!482",
      iid: 482,
      sha: head,
      target_branch: "main",
      when_green: false,
    });

  it("writes no line that GitLab would run, whatever the title says", async () => {
    bench.gitlab.others.edit("payments/ledger-api", 482, "anna", { title: "/close everything" });
    await run(await prepare());
    expect(merges()[0]?.body).toMatchObject({
      merge_commit_message: expect.stringContaining("\n\n\\/close everything\n\n") as string,
    });
  });

  it("merges nothing when the head moved, before or while sending", async () => {
    const prepared = await prepare();
    push();
    await expect(run(prepared)).rejects.toThrow(
      /has a new head commit since it was approved, so nothing was merged/,
    );
    expect(merges()).toHaveLength(0);
  });

  it("leaves the last word to GitLab's own check of the commit", async () => {
    const prepared = await prepare();
    bench.gitlab.faults.add({ kind: "fail", status: 409, method: "PUT", path: /\/merge$/ });
    await expect(run(prepared)).rejects.toThrow(/has a new head commit/);
  });

  it("says what to do when auto-merge has nothing to wait for", async () => {
    const prepared = await prepare({ when_green: true });
    const error = await run(prepared).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TerminalError);
    expect((error as Error).message).toContain(
      "no pipeline is under way that could turn green. Retry its failed job first",
    );
  });

  it("sets auto-merge at that commit, and follows it to the merge", async () => {
    await bench.ask("gitlab_job_retry", { job: "99120" });
    const prepared = await prepare({ when_green: true });
    expect(prepared.preview.sentence).toContain("when its pipeline is green");
    const output = await run(prepared);
    expect(output.text).toContain("Auto-merge is set for");
    const follow = () => tool.follow?.(prepared.args, output, bench.context());
    expect(await follow()).toMatchObject({
      ended: false,
      text: expect.stringContaining("Waiting for a green pipeline") as string,
    });
    bench.gitlab.others.finishPipeline(8812, "success");
    expect(await follow()).toEqual({ text: "!482 is merged into main", ended: true, ok: true });
  });

  it("says that auto-merge is void after a new commit, or called off", async () => {
    await bench.ask("gitlab_job_retry", { job: "99120" });
    const prepared = await prepare({ when_green: true });
    const output = await run(prepared);
    push();
    expect(await tool.follow?.(prepared.args, output, bench.context())).toMatchObject({
      ended: true,
      ok: false,
    });
  });

  it.each([401, 422])("puts GitLab's %i into words, and says that nothing was merged", async (status) => {
    const prepared = await prepare();
    bench.gitlab.faults.add({ kind: "fail", status, method: "PUT", path: /\/merge$/ });
    await expect(run(prepared)).rejects.toThrow(/nothing was merged/i);
  });

  it("sends nothing where GitLab cannot be read right before", async () => {
    const prepared = await prepare();
    bench.gitlab.faults.add({
      kind: "fail",
      status: 503,
      times: "all",
      method: "GET",
      path: /merge_requests\/482$/,
    });
    const error = await run(prepared).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TerminalError);
    expect((error as Error).message).toContain("Nothing was sent");
    expect(merges()).toHaveLength(0);
  });
});

describe("finding out what became of a merge", () => {
  const lost = async (effect: "before" | "never", input = {}) => {
    const prepared = await prepare(input);
    bench.gitlab.faults.add({ kind: "drop", effect, method: "PUT", path: /\/merge$/ });
    await expect(run(prepared)).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(merges()).toHaveLength(1);
    return tool.find(prepared.args, bench.context());
  };

  it("done, where the reply was lost after the effect", async () => {
    expect(await lost("before")).toMatchObject({ kind: "done" });
  });

  it("not done, where the request was lost before it", async () => {
    expect(await lost("never")).toEqual({ kind: "not_done" });
  });

  it("done, where auto-merge was set and the reply was lost", async () => {
    await bench.ask("gitlab_job_retry", { job: "99120" });
    expect(await lost("before", { when_green: true })).toMatchObject({ kind: "done" });
  });

  it("unknown, where GitLab accepted it and answered with something else", async () => {
    const prepared = await prepare();
    bench.gitlab.faults.add({
      kind: "fail",
      status: 200,
      effect: "before",
      method: "PUT",
      path: /\/merge$/,
      body: { ok: true },
    });
    await expect(run(prepared)).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(await tool.find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
  });

  it("not done, where another person merged", async () => {
    const prepared = await prepare();
    bench.gitlab.others.merge("payments/ledger-api", 482, "boris");
    expect(await tool.find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
  });

  it("not done, where the merge commit names another action", async () => {
    const prepared = await prepare();
    await run(prepared);
    bench.gitlab.faults.add({
      kind: "fail",
      status: 200,
      times: "all",
      method: "GET",
      path: /\/repository\/commits\//,
      body: { id: "x", message: "Merge\n\nSteward-Action: act-1" },
    });
    expect(await tool.find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool.find(prepared.args, bench.context("anna", { callId: "act-2" }))).toEqual({
      kind: "not_done",
    });
  });
});
