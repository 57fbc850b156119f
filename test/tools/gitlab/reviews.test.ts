import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TerminalError, UnknownOutcomeError } from "../../../src/core/errors.ts";
import { tokensAbout } from "../../../tools/text.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

type Input = Record<string, string | boolean>;
const prepare = (name: string, input: Input, who = "anna") =>
  bench.write(name).resolve(input, bench.context(who));
const sent = (method: string, path: RegExp) => bench.gitlab.journal.list({ method, path });
const head = "9f31c2ab74d05e6b8a1f3c9d2e7b4f6a8c0d1e35";

describe("the changes of a merge request", () => {
  it("are its files first", async () => {
    const { text, choices, untrusted } = await bench.ask("gitlab_merge_request_diff", {
      merge_request: "!482",
    });
    expect(text).toContain("**payments/ledger-api!482 changes 3 files**, +10 −2 lines.");
    expect(text).toContain("| src/payout/retry.ts | +4 −2 |");
    expect(text).toContain("| src/payout/key.ts (new) | +3 −0 |");
    expect(choices?.map(({ value }) => value)).toContain("src/payout/key.ts");
    expect(untrusted).toEqual(["changes of payments/ledger-api!482, opened by anna"]);
  });

  it("are then one file's hunks, as text that nothing in it can leave", async () => {
    const ask = (file: string) =>
      bench.ask("gitlab_merge_request_diff", { merge_request: "!482", file }, "boris");
    const { text, untrusted } = await ask("retry.ts");
    expect(text).toContain("**src/payout/retry.ts** in payments/ledger-api!482: +4 −2 lines, 2 hunks.");
    expect(text).toContain(
      "```diff\n@@ -71,4 +73,4 @@ function delay(attempt: number) {\n-  return attempt * 1000;",
    );
    expect(untrusted).toEqual(["changes of payments/ledger-api!482, opened by anna"]);
    await expect(ask("src/payout/retri.ts")).rejects.toThrow(
      /changes no file 'src\/payout\/retri\.ts'\. Nearest: src\/payout\/retry\.ts/,
    );
  });

  it("cost at most 4,000 tokens, and 12,000 in full", async () => {
    const big = Array.from({ length: 100 }, (_, n) => ({
      new_path: `src/some/folder/file-${n}.ts`,
      old_path: `src/some/folder/file-${n}.ts`,
      new_file: false,
      deleted_file: false,
      diff: `@@ -1,2 +1,900 @@\n${Array.from({ length: 900 }, (__, at) => `+const value${at} = compute(${at}, "text");`).join("\n")}\n`,
    }));
    bench.gitlab.faults.add({
      kind: "fail",
      status: 200,
      times: "all",
      method: "GET",
      path: /\/diffs$/,
      body: big,
    });
    const size = async (input: Input) =>
      tokensAbout((await bench.ask("gitlab_merge_request_diff", { merge_request: "!482", ...input })).text);
    const file = "src/some/folder/file-3.ts";
    expect(await size({})).toBeLessThanOrEqual(4000);
    expect(await size({ detail: "full" })).toBeLessThanOrEqual(12_000);
    expect(await size({ file })).toBeLessThanOrEqual(4000);
    expect(await size({ file, detail: "full" })).toBeLessThanOrEqual(12_000);
  });
});

describe("discussions", () => {
  it("give threads with their state, as text of others", async () => {
    const { text, data, untrusted, choices } = await bench.ask("gitlab_discussion_read", {
      merge_request: "!482",
    });
    expect(text).toContain("**Discussions of payments/ledger-api!482**: 2 threads, 0 open.");
    expect(text).toMatch(/Thread [0-9a-f]{8}, resolved\n\nBoris Novak, 20 h ago:\n\n> Does the key survive/);
    expect(data).toEqual({ threads: 2, open: 0 });
    expect(untrusted).toEqual(["comments on payments/ledger-api!482 by boris"]);
    expect(choices).toHaveLength(2);
    const open = await bench.ask("gitlab_discussion_read", { merge_request: "!482", open: true });
    expect(open.choices).toEqual([]);
  });
});

describe("commenting", () => {
  const name = "gitlab_merge_request_comment";

  it("writes once what was shown, commands nothing, names the person, and is found by its action", async () => {
    const prepared = await prepare(name, { merge_request: "!482", text: "Safe now.\n/merge\n\u2028/close" });
    expect(prepared).toMatchObject({ risk: 1, version: "opened" });
    expect(prepared.preview.fields).toEqual([{ label: "Comment", value: "Safe now.\n\\/merge\n\n\\/close" }]);
    expect(await bench.write(name).find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    await bench.write(name).run(prepared.args, bench.context());
    expect(sent("POST", /\/notes$/).map(({ body }) => body)).toEqual([
      {
        body: "Safe now.\n\\/merge\n\n\\/close\n\nBy Steward for Anna Petrosyan (anna), action act-1.",
      },
    ]);
    expect(bench.gitlab.state().merge_requests.find(({ iid }) => iid === 482)?.state).toBe("opened");
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await bench.write(name).find(prepared.args, bench.context("anna", { callId: "act-2" }))).toEqual({
      kind: "not_done",
    });
  });

  it("takes nobody else's words for its own", async () => {
    const prepared = await prepare(name, { merge_request: "!482", text: "Hello" });
    bench.gitlab.others.comment("payments/ledger-api", 482, "boris", "By Steward for Anna, action act-1.");
    expect(await bench.write(name).find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
  });

  it("answers in a thread, shown with what it answers", async () => {
    const { choices } = await bench.ask("gitlab_discussion_read", { merge_request: "!482" });
    const thread = choices?.[0]?.value ?? "";
    const prepared = await prepare(name, { merge_request: "!482", text: "It does.", thread });
    expect(prepared.preview.fields[0]).toEqual({
      label: "In answer to",
      value: "Boris Novak: Does the key survive a restart of the worker?",
    });
    await bench.write(name).run(prepared.args, bench.context());
    expect(sent("POST", /\/discussions\/[0-9a-f]{40}\/notes$/)).toHaveLength(1);
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    await expect(prepare(name, { merge_request: "!482", text: "x", thread: "zzzz" })).rejects.toBeInstanceOf(
      TerminalError,
    );
  });
});

describe("opening a merge request", () => {
  const name = "gitlab_merge_request_create";
  const wish = {
    project: "ledger-api",
    branch: "retry-keys",
    title: "/close Keep the key",
    description: "For payouts.\n/merge",
    reviewers: "boris, me",
    labels: "backend",
  };
  const withBranch = () => {
    const commit = {
      id: head,
      short_id: head.slice(0, 8),
      title: "Keep the key",
      message: "Keep the key",
      created_at: "2026-11-20T10:00:00Z",
      author_name: "Anna",
    };
    bench.gitlab.faults.add({
      kind: "fail",
      status: 200,
      times: "all",
      method: "GET",
      path: /\/branches\/retry-keys$/,
      body: { name: "retry-keys", web_url: null, commit },
    });
  };

  it("shows it, opens one, and finds it by its action", async () => {
    withBranch();
    const prepared = await prepare(name, wish);
    expect(prepared).toMatchObject({
      risk: 1,
      version: `head:${head}`,
      policyArgs: { target_branch: "main", draft: false },
    });
    expect(prepared.preview.fields.map(({ label }) => label)).toEqual([
      "From",
      "Into",
      "Title",
      "Description",
      "Reviewers",
      "Labels",
    ]);
    bench.gitlab.faults.add({ kind: "drop", effect: "before", method: "POST", path: /\/merge_requests$/ });
    await expect(bench.write(name).run(prepared.args, bench.context())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    expect(sent("POST", /\/merge_requests$/).map(({ body }) => body)).toEqual([
      {
        source_branch: "retry-keys",
        target_branch: "main",
        title: String.raw`\/close Keep the key`,
        description: "For payouts.\n\\/merge\n\nOpened by Steward for Anna Petrosyan (anna), action act-1.",
        labels: ["backend"],
        reviewer_ids: [12, 11],
        remove_source_branch: true,
      },
    ]);
    const found = await bench.write(name).find(prepared.args, bench.context());
    if (found.kind !== "done") throw new Error("not found");
    expect(await bench.write(name).undo?.(prepared.args, found.output, bench.context())).toEqual({
      tool: "gitlab_merge_request_close",
      args: {
        project: "payments/ledger-api",
        merge_request: `!${String(found.output.data?.["iid"] as number)}`,
      },
    });
    expect(await bench.write(name).version(prepared.args, bench.context())).toMatch(/^open:!/);
    await expect(prepare(name, wish)).rejects.toThrow(/retry-keys has an open merge request already/);
  });

  it.each([
    [{ branch: "nowhere" }, /has no branch 'nowhere'. Push it first/],
    [{ branch: "main" }, /cannot be merged into itself/],
    [{ branch: "idempotent-retries" }, /has an open merge request already: payments\/ledger-api!482/],
  ])("refuses %j before anybody is asked", async (input, why) => {
    await expect(prepare(name, { ...wish, ...input })).rejects.toThrow(why);
  });
});

describe("approving a merge request", () => {
  const name = "gitlab_merge_request_approve";

  it("is bound to the head, done once, and can be taken back", async () => {
    const prepared = await prepare(name, { merge_request: "!482" }, "boris");
    expect(prepared).toMatchObject({
      risk: 2,
      args: { sha: head, withdraw: false },
      version: `opened:main:${head}`,
    });
    expect(prepared.preview.fields.at(-1)).toEqual({ label: "Given by", value: "Steward (steward)" });
    const context = () => bench.context("boris");
    expect(await bench.write(name).find(prepared.args, context())).toEqual({ kind: "not_done" });
    const output = await bench.write(name).run(prepared.args, context());
    expect(sent("POST", /\/approve$/).map(({ body }) => body)).toEqual([{ sha: head }]);
    expect(await bench.write(name).find(prepared.args, context())).toMatchObject({ kind: "done" });
    await expect(prepare(name, { merge_request: "!482" }, "boris")).rejects.toThrow(
      "approved by that account already",
    );
    const back = await bench.write(name).undo?.(prepared.args, output, context());
    expect(back).toEqual({
      tool: name,
      args: { project: "payments/ledger-api", merge_request: "!482", withdraw: true },
    });
    await bench.ask(name, { merge_request: "!482", withdraw: true }, "boris");
    expect(await bench.write(name).find(prepared.args, context())).toEqual({ kind: "not_done" });
  });

  it("approves nothing at another head", async () => {
    const prepared = await prepare(name, { merge_request: "!482" }, "boris");
    bench.gitlab.others.push("payments/ledger-api", 482, "mei");
    expect(await bench.write(name).version(prepared.args, bench.context("boris"))).not.toBe(prepared.version);
    await expect(bench.write(name).run(prepared.args, bench.context("boris"))).rejects.toThrow(
      /has a new head commit since this was shown, so nothing was approved/,
    );
  });

  it.each([
    ["!482", /is your own, and nobody approves their own/],
    ["!480", /was merged by Boris Novak .*nothing to approve/],
  ])("refuses %s before anybody is asked", async (text, why) => {
    await expect(prepare(name, { merge_request: text })).rejects.toThrow(why);
  });
});

describe("rebasing", () => {
  const name = "gitlab_merge_request_rebase";
  const wish = { merge_request: "payments/payout-worker!211" };

  it("shows how far it is behind, asks once, and is followed to its new head", async () => {
    const prepared = await prepare(name, wish);
    expect(prepared.preview.fields).toContainEqual({ label: "Behind", before: "7 commits", value: "none" });
    const tool = bench.write(name);
    expect(await tool.find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool.run(prepared.args, bench.context());
    await expect
      .poll(() => tool.follow?.(prepared.args, output, bench.context()))
      .toMatchObject({ ended: true, ok: true });
    expect(sent("PUT", /\/rebase$/)).toHaveLength(1);
    expect(await tool.find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool.version(prepared.args, bench.context())).not.toBe(prepared.version);
    await expect(prepare(name, wish)).rejects.toThrow("is on top of main already");
  });

  it("does not take somebody's push for its own", async () => {
    const prepared = await prepare(name, wish);
    bench.gitlab.others.push("payments/payout-worker", 211, "boris");
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "unknown" });
  });
});

describe("closing and opening again", () => {
  const name = "gitlab_merge_request_close";

  it("shows before and after, and declares the way back", async () => {
    const prepared = await prepare(name, { merge_request: "!455" });
    expect(prepared.preview).toMatchObject({
      sentence: 'Close payments/ledger-api !455 "Try a second connection pool for reports"',
      fields: [
        { label: "State", before: "open", value: "closed, not merged" },
        { label: "Author", value: "Tomas Lindqvist" },
        { label: "Open for", value: "45 days" },
      ],
    });
    const tool = bench.write(name);
    const output = await tool.run(prepared.args, bench.context());
    expect(await tool.find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    const back = await tool.undo?.(prepared.args, output, bench.context());
    expect(back).toMatchObject({ tool: name, args: { merge_request: "!455", reopen: true } });
    await bench.ask(name, { merge_request: "!455", project: "payments/ledger-api", reopen: true });
    expect(bench.gitlab.state().merge_requests.find(({ iid }) => iid === 455)?.state).toBe("opened");
    await expect(prepare(name, { merge_request: "!480" })).rejects.toThrow("there is nothing to close");
  });
});
