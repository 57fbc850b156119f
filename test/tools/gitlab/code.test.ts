import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const project = "payments/ledger-api";

describe("reading code", () => {
  it("searches, with the lines and where they stand", async () => {
    const { text, sources, untrusted } = await bench.ask("gitlab_code_search", {
      project,
      search: "retryPayout",
    });
    expect(text).toContain("**1 place with “retryPayout” in payments/ledger-api at main.**");
    expect(sources).toEqual([
      {
        label: "src/payouts/retry.ts",
        url: `${bench.gitlab.url}/payments/ledger-api/-/blob/main/src/payouts/retry.ts#L3`,
      },
    ]);
    expect(untrusted).toEqual(["files of payments/ledger-api"]);
    expect((await bench.ask("gitlab_code_search", { project, search: "nowhere at all" })).untrusted).toEqual(
      [],
    );
  });

  it("reads a file with its line numbers, a part of it, and a folder", async () => {
    const whole = await bench.ask("gitlab_file_read", { project, path: "/src/payouts/retry.ts" });
    expect(whole.text).toContain("   4  export async function retryPayout");
    expect(whole.untrusted).toEqual(["src/payouts/retry.ts of payments/ledger-api"]);
    const part = await bench.ask("gitlab_file_read", { project, path: "docs/payouts.md", lines: "3-4" });
    expect(part.text).toContain("lines 3 to 4 of 9");
    const folder = await bench.ask("gitlab_file_read", { project, path: "/" });
    expect(folder.text).toContain("- docs/\n- src/\n- .gitlab-ci.yml\n- CODEOWNERS\n- README.md");
  });

  it.each([
    [{ path: "src/payouts/retrie.ts" }, /Nearest: src\/payouts\/retry\.ts/],
    [{ path: "../other/secrets" }, /is no path of a file/],
    [{ path: "a/.git/config" }, /is no path of a file/],
    [{ path: "README.md", ref: "-rf" }, /is no branch, tag or commit/],
    [{ path: "README.md", lines: "900-910" }, /is past its end/],
    [{ path: "README.md", lines: "some" }, /expected such as 40-80/],
  ])("refuses %j in words", async (input, words) => {
    await expect(bench.ask("gitlab_file_read", { project, ...input })).rejects.toThrow(words);
  });

  it("says that a file is no text", async () => {
    bench.gitlab.others.write(project, "logo.png", "\u0089PNG\u0000\u0000");
    expect((await bench.ask("gitlab_file_read", { project, path: "logo.png" })).text).toContain("is no text");
  });

  it("says who wrote which lines", async () => {
    const { text } = await bench.ask("gitlab_file_blame", { project, path: "src/payouts/retry.ts" });
    expect(text).toMatch(/Anna Petrosyan \| 40 days \| \w{8} Look for the order first \| const order/);
    expect(text).toMatch(/\| Anna Petrosyan \| 100 days \| \w{8} Retry payouts \|/);
  });

  it("compares two states", async () => {
    bench.gitlab.others.write(project, "docs/new.md", "# New\n", "Write it down");
    const wish = { project, from: "idempotent-retries", detail: "full" };
    const { text, data } = await bench.ask("gitlab_branch_compare", wish);
    expect(data).toEqual({ commits: 1, files: 1 });
    expect(text).toMatch(/- \w{8} Write it down \(Boris Novak/);
    expect(text).toContain("- docs/new.md (new)");
    expect(text).toContain("+# New");
  });

  it("says who owns a file, and that nobody does", async () => {
    const { text, data } = await bench.ask("gitlab_owner_find", { project, path: "src/payouts/retry.ts" });
    expect(data).toEqual({ owners: ["@payments-leads", "@anna"] });
    expect(text).toMatch(/- Ledger: `@anna`, \[line 6\]\(<.*CODEOWNERS#L6>\): \/src\/payouts\//);
    const none = await bench.ask("gitlab_owner_find", { project: "payout-worker", path: "README.md" });
    expect(none.text).toContain("has no CODEOWNERS file");
  });

  it("shows no code to guests, and says what is missing", async () => {
    const guest = bench.context("anna", { elsewhere: { gitlab: "rbright" } });
    await expect(
      bench.read("gitlab_file_read").resolve({ project, path: "README.md" }, guest),
    ).rejects.toThrow(
      "Reading code in payments/ledger-api needs the role Reporter or higher; yours is Guest.",
    );
  });
});

describe("gitlab_file_change", () => {
  const tool = () => bench.write("gitlab_file_change");
  const prepare = (input: JsonObject) =>
    tool().resolve({ project, title: "Name the new address", ...input }, bench.context());
  const wish = { path: "README.md", find: "docs/payouts.md", replace: "docs/runbooks/payouts.md" };
  const commits = () => bench.gitlab.journal.list({ method: "POST", path: /\/repository\/commits$/ });
  const opened = () => bench.gitlab.journal.list({ method: "POST", path: /\/merge_requests$/ });

  it("shows the lines before and after, and sends nothing yet", async () => {
    const { preview, risk, policyArgs } = await prepare(wish);
    expect(preview.sentence).toBe("Change README.md of payments/ledger-api in a new merge request");
    expect(preview.fields).toEqual([
      { label: "Title", value: "Name the new address" },
      { label: "Into", value: "main" },
      {
        label: "README.md, from line 3",
        before: "Double-entry ledger and its HTTP API.\n\nSee docs/payouts.md for stuck payouts.\n",
        value: "Double-entry ledger and its HTTP API.\n\nSee docs/runbooks/payouts.md for stuck payouts.\n",
      },
    ]);
    expect({ risk, policyArgs }).toEqual({
      risk: 1,
      policyArgs: { target_branch: "main", files: 1, decides_what_runs: false },
    });
    expect(commits()).toEqual([]);
  });

  it("commits to a branch named by the action and opens a merge request, once", async () => {
    const { args } = await prepare(wish);
    expect(await tool().find(args, bench.context())).toEqual({ kind: "not_done" });
    const { text, data } = await tool().run(args, bench.context());
    expect(text).toMatch(/ledger-api!483\].*was opened: README\.md, into main\. Nothing is merged\./);
    expect(data?.["branch"]).toBe("steward/act-1");
    expect(commits()[0]?.body).toMatchObject({
      branch: "steward/act-1",
      start_sha: args["start"],
      actions: [{ action: "update", file_path: "README.md", last_commit_id: expect.any(String) as string }],
    });
    expect(await tool().find(args, bench.context())).toMatchObject({ kind: "done", output: { data } });
    await expect(tool().run(args, bench.context())).rejects.toThrow(/branch.*already exists/i);
    expect(opened()).toHaveLength(1);
    expect(
      bench.gitlab.state().merge_requests.filter(({ title }) => title === "Name the new address"),
    ).toHaveLength(1);
  });

  it("is unknown where the reply was lost, and Check finds the branch", async () => {
    const { args } = await prepare(wish);
    bench.gitlab.faults.add({
      kind: "drop",
      effect: "before",
      method: "POST",
      path: /\/repository\/commits$/,
    });
    await expect(tool().run(args, bench.context())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(await tool().find(args, bench.context())).toMatchObject({
      kind: "done",
      output: { text: expect.stringContaining("there is no merge request") as string },
    });
  });

  it("says that the commit stands where the merge request is refused", async () => {
    const { args } = await prepare(wish);
    bench.gitlab.faults.add({ kind: "fail", status: 403, method: "POST", path: /\/merge_requests$/ });
    const { text } = await tool().run(args, bench.context());
    expect(text).toContain("is committed to the branch steward/act-1, but there is no merge request");
    expect(text).toContain("merge_requests/new?merge_request%5Bsource_branch%5D=steward%2Fact-1");
  });

  it("has another version when somebody changed the same file, and is bound to what was shown", async () => {
    const { args, version } = await prepare(wish);
    bench.gitlab.others.write(project, "docs/other.md", "x\n");
    expect(await tool().version(args, bench.context())).toBe(version);
    bench.gitlab.others.write(project, "README.md", "# Other\n");
    expect(await tool().version(args, bench.context())).not.toBe(version);
    await tool().run(args, bench.context());
    expect(commits()[0]?.body).toMatchObject({ start_sha: args["start"] });
  });

  it("lets others decide what decides what runs", async () => {
    const { risk, preview } = await prepare({ more_files: "=== .gitlab-ci.yml\nstages: [deploy]\n" });
    expect(risk).toBe(2);
    expect(preview.fields).toContainEqual({
      label: "Mind",
      value: "It changes what pipelines run or who approves.",
    });
  });

  it.each([
    [{}, /Say what the file is to hold/],
    [{ path: "README.md", content: "a", find: "b" }, /Say what the file is to hold/],
    [{ path: "README.md", find: "not there" }, /does not stand in README\.md/],
    [{ path: "README.md", find: "e", replace: "x" }, /stands \d+ times in README\.md/],
    [{ path: "new.md", find: "a", replace: "b" }, /There is no new\.md yet/],
    [{ path: "src/bank.ts", find: "const", replace: "const" }, /hold exactly that already/],
    [{ more_files: "no header" }, /each begun by a line/],
    [{ more_files: "=== a\nx\n=== a\ny\n" }, /named twice/],
    [{ more_files: Array.from({ length: 6 }, (_, n) => `=== f${n}\nx\n`).join("") }, /6 files are too many/],
    [{ path: "../x", content: "a" }, /is no path of a file/],
    [
      { path: "a.md", content: "x".repeat(15_000), more_files: `=== b\n${"x".repeat(9000)}` },
      /too many for one change/,
    ],
  ])("refuses %j in words", async (input, words) => {
    await expect(prepare(input)).rejects.toThrow(words);
  });
});

describe("kb_search", () => {
  const ask = (input: JsonObject, who?: string) => bench.ask("kb_search", input, who);

  it("finds pages and Markdown files by the words that tell, best first, with where they stand", async () => {
    const { text, sources, untrusted } = await ask({ question: "What do we do with a stuck payout?" });
    expect(sources[0]).toEqual({
      label: "payments/ledger-api: docs/payouts.md",
      url: `${bench.gitlab.url}/payments/ledger-api/-/blob/main/docs/payouts.md#L1`,
    });
    expect(text).toContain("> # When a payout is stuck");
    expect(untrusted).toEqual(["pages of payments/ledger-api, payments/payout-worker"]);
  });

  it("finds a wiki page", async () => {
    const { sources } = await ask({ question: "deploy freeze in December", project });
    expect(sources[0]).toEqual({
      label: "payments/ledger-api: wiki/freeze",
      url: `${bench.gitlab.url}/payments/ledger-api/-/wikis/freeze`,
    });
  });

  it("quotes nothing of projects that the person is no member of", async () => {
    expect((await ask({ question: "prepaid cards stuck" })).text).not.toContain("fraud-rules");
    expect((await ask({ question: "prepaid cards", project: "fraud-rules" }, "boris")).text).toContain(
      "is held",
    );
    await expect(ask({ question: "prepaid cards", project: "payments/fraud-rules" })).rejects.toThrow(
      "among those you are a member of",
    );
  });

  it("says that nothing is written down, and what could not be searched", async () => {
    expect((await ask({ question: "zeppelins" })).text).toContain(
      "**Nothing is written down about “zeppelins”**",
    );
    bench.gitlab.faults.add({
      kind: "fail",
      status: 403,
      method: "GET",
      path: /projects\/101\/search/,
      times: "all",
    });
    const { text } = await ask({ question: "freeze", project });
    expect(text).toContain("Not everything could be searched in payments/ledger-api.");
  });

  it("asks for a word that tells something", async () => {
    await expect(ask({ question: "what is it about?" })).rejects.toThrow("holds no word to look for");
  });
});
