import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const prepare = (name: string, input: JsonObject, who?: string) =>
  bench.write(name).resolve(input, bench.context(who));
const issueNow = () => bench.gitlab.state().issues.find(({ iid }) => iid === 311);

describe("gitlab_issue_find", () => {
  const find = (input: JsonObject, who?: string) => bench.ask("gitlab_issue_find", input, who);

  it("lists by place, people, labels and words, and only what the person may see", async () => {
    expect((await find({ group: "payments" })).data?.["shown"]).toEqual([
      "payments/ledger-api#311",
      "payments/payout-worker#120",
      "payments/ledger-api#305",
      "payments/card-auth#44",
    ]);
    expect((await find({ group: "payments" }, "boris")).text).toContain("fraud-rules#9");
    expect((await find({ assignee: "me", labels: "bug" })).text).toContain(
      "**1 open issue in the projects you are a member of, assigned to you, labelled bug**.",
    );
    expect((await find({ project: "ledger-api", state: "closed" })).data?.["shown"]).toEqual([
      "payments/ledger-api#298",
    ]);
  });

  it("calls titles of others untrusted, and one's own not", async () => {
    expect((await find({ project: "ledger-api" })).untrusted).toEqual(["titles of issues by mei, rbright"]);
    expect((await find({ project: "card-auth" })).untrusted).toEqual([]);
  });
});

describe("gitlab_issue_read", () => {
  it.each([["#311"], ["311"], ["payments/ledger-api#311"]])("understands %s", async (issue) => {
    const { text, untrusted } = await bench.ask("gitlab_issue_read", { issue });
    expect(text).toContain("“The bank sees one order twice”** is open.");
    expect(text).toContain("> Is the key stored before the order is sent?");
    expect(untrusted).toEqual([
      "title and description of payments/ledger-api#311 by mei",
      "comments on payments/ledger-api#311 by mei, boris",
    ]);
  });

  it("understands a pasted link, and says where there is none", async () => {
    const link = `${bench.gitlab.url}/payments/ledger-api/-/issues/311#note_1`;
    expect((await bench.ask("gitlab_issue_read", { issue: link })).data?.["state"]).toBe("opened");
    await expect(bench.ask("gitlab_issue_read", { issue: "ledger-api#9" })).rejects.toThrow(
      "payments/ledger-api has no issue #9.",
    );
  });
});

describe("a confidential issue", () => {
  it("is not there for guests whose it is not, and in no list; internal comments are for nobody", async () => {
    await bench.close();
    bench = await openBench({
      between: (http) => ({
        ...http,
        request: async (request) => {
          const reply = await http.request(request);
          const hide = (one: object) => ({ ...one, confidential: true, internal: true });
          if (!/\/issues(?:\/311(?:\/notes)?)?(?:\?|$)/.test(request.url)) return reply;
          const body = reply.body as object | object[];
          return { ...reply, body: Array.isArray(body) ? body.map(hide) : hide(body) };
        },
      }),
    });
    const guest = bench.context("anna", { elsewhere: { gitlab: "rbright" } });
    const asked = { issue: "payments/ledger-api#311" };
    await expect(bench.read("gitlab_issue_read").resolve(asked, guest)).rejects.toThrow(
      "payments/ledger-api has no issue #311.",
    );
    const { text } = await bench.ask("gitlab_issue_read", asked);
    expect(text).toContain("The bank sees one order twice");
    expect(text).not.toContain("Is the key stored");
    expect((await bench.ask("gitlab_issue_find", { project: "ledger-api" })).data?.["total"]).toBe(0);
  });
});

describe("gitlab_issue_comment", () => {
  it("writes once what the card showed, commands nothing, and is found by its action", async () => {
    const tool = bench.write("gitlab_issue_comment");
    const { args, preview, risk } = await prepare("gitlab_issue_comment", {
      issue: "ledger-api#311",
      text: "Fixed by !482.\n/close",
    });
    expect(risk).toBe(1);
    expect(preview).toEqual({
      sentence: 'Comment on payments/ledger-api #311 "The bank sees one order twice"',
      fields: [{ label: "Comment", value: "Fixed by !482.\n\\/close" }],
    });
    expect(await tool.find(args, bench.context())).toEqual({ kind: "not_done" });
    bench.gitlab.faults.add({ kind: "drop", effect: "before", method: "POST", path: /\/notes$/ });
    await expect(tool.run(args, bench.context())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(await tool.find(args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool.find(args, bench.context("anna", { callId: "act-2" }))).toEqual({ kind: "not_done" });
    expect(issueNow()?.state).toBe("opened");
  });
});

describe("gitlab_issue_edit", () => {
  const wish = { issue: "ledger-api#311", add_labels: "urgent", remove_labels: "bug", assignee: "boris" };

  it("shows before and after of what changes alone, changes it, and knows the way back", async () => {
    const tool = bench.write("gitlab_issue_edit");
    const { args, preview, version } = await prepare("gitlab_issue_edit", { ...wish, title: "Twice" });
    expect(preview.fields).toEqual([
      { label: "Title", before: "The bank sees one order twice", value: "Twice" },
      { label: "Labels", before: "bug, payouts", value: "payouts, urgent" },
      { label: "Who does it", before: "anna", value: "boris" },
    ]);
    expect(await tool.version(args, bench.context())).toBe(version);
    expect(await tool.find(args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool.run(args, bench.context());
    expect(issueNow()).toMatchObject({ title: "Twice", labels: ["payouts", "urgent"] });
    expect(await tool.find(args, bench.context())).toMatchObject({ kind: "done" });
    const back = await tool.undo?.(args, output, bench.context());
    expect(back).toEqual({
      tool: "gitlab_issue_edit",
      args: {
        project: "payments/ledger-api",
        issue: "#311",
        title: "The bank sees one order twice",
        add_labels: "bug",
        remove_labels: "urgent",
        assignee: "anna",
      },
    });
    await bench.ask("gitlab_issue_edit", back?.args ?? {});
    expect(issueNow()?.labels.toSorted()).toEqual(["bug", "payouts"]);
  });

  it("has another version where somebody else changed the same, and cannot tell what became of it", async () => {
    const tool = bench.write("gitlab_issue_edit");
    const { args, version } = await prepare("gitlab_issue_edit", wish);
    bench.gitlab.others.editIssue("payments/ledger-api", 311, "mei", { title: "Another" });
    expect(await tool.version(args, bench.context())).toBe(version);
    bench.gitlab.others.editIssue("payments/ledger-api", 311, "mei", { labels: ["other"] });
    expect(await tool.version(args, bench.context())).not.toBe(version);
    expect(await tool.find(args, bench.context())).toMatchObject({ kind: "unknown" });
  });

  it("refuses what changes nothing, and a day that is none", async () => {
    await expect(prepare("gitlab_issue_edit", { issue: "ledger-api#311", assignee: "me" })).rejects.toThrow(
      "stands like that already",
    );
    await expect(prepare("gitlab_issue_edit", { issue: "ledger-api#311", due: "soon" })).rejects.toThrow(
      "'soon' is no day: expected one such as 2026-12-24, or none.",
    );
  });

  it("names the missing role and who can give it", async () => {
    const guest = bench.context("anna", { elsewhere: { gitlab: "rbright" } });
    await expect(
      bench.write("gitlab_issue_edit").resolve({ issue: "payments/ledger-api#311", title: "x" }, guest),
    ).rejects.toThrow(
      "Changing an issue in payments/ledger-api needs the role Reporter or higher; yours is Guest. Boris Novak can give it to you.",
    );
  });
});

describe("gitlab_issue_close", () => {
  it("closes, opens again, and each is the way back of the other", async () => {
    const tool = bench.write("gitlab_issue_close");
    const { args, preview } = await prepare("gitlab_issue_close", { issue: "ledger-api#311" });
    expect(preview.fields).toEqual([{ label: "State", before: "open", value: "closed" }]);
    const output = await tool.run(args, bench.context());
    expect(issueNow()?.state).toBe("closed");
    await expect(prepare("gitlab_issue_close", { issue: "ledger-api#311" })).rejects.toThrow(
      "is closed, so there is nothing to change",
    );
    const back = await tool.undo?.(args, output, bench.context());
    await bench.ask("gitlab_issue_close", back?.args ?? {});
    expect(issueNow()?.state).toBe("opened");
  });
});

describe("gitlab_issue_move", () => {
  it("is decided by others, and is proven by what the old one became", async () => {
    const tool = bench.write("gitlab_issue_move");
    const { args, risk, policyArgs } = await prepare("gitlab_issue_move", {
      issue: "ledger-api#311",
      to: "payout-worker",
    });
    expect({ risk, policyArgs }).toEqual({ risk: 2, policyArgs: { to: "payments/payout-worker" } });
    expect(await tool.find(args, bench.context())).toEqual({ kind: "not_done" });
    const { text } = await tool.run(args, bench.context());
    expect(text).toMatch(/payout-worker#121\].*was moved here from payments\/ledger-api#311/);
    expect(await tool.find(args, bench.context())).toMatchObject({ kind: "done" });
  });

  it("goes to no project that the person may not see", async () => {
    await expect(
      prepare("gitlab_issue_move", { issue: "ledger-api#311", to: "security/vault" }),
    ).rejects.toThrow("No project or group 'security/vault' among those you are a member of.");
  });
});
