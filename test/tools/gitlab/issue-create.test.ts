import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { WriteTool } from "../../../src/core/tool.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
let tool: WriteTool;
beforeEach(async () => {
  bench = await openBench();
  tool = bench.write("gitlab_issue_create");
});
afterEach(() => bench.close());

const wish = {
  project: "ledger-api",
  title: "Payout 77120 hangs after a retry",
  description: "It stays in processing.\n/close\n  /assign @anna",
  labels: "bug, payouts, bug",
};
const created = () => bench.gitlab.journal.list({ method: "POST", path: /\/issues$/ });

describe("gitlab_issue_create", () => {
  it("prepares an R1 with everything that will stand in the issue", async () => {
    expect(await tool.resolve(wish, bench.context())).toMatchObject({
      risk: 1,
      version: "similar:none",
      args: { project: "payments/ledger-api", labels: ["bug", "payouts"] },
      preview: {
        sentence: 'Open the issue "Payout 77120 hangs after a retry" in payments/ledger-api',
        fields: [{ label: "Title" }, { label: "Description" }, { label: "Labels", value: "bug, payouts" }],
      },
    });
    expect(created()).toEqual([]);
  });

  it("opens one issue whose text commands nothing, names the person, and is found again", async () => {
    const { args } = await tool.resolve(wish, bench.context());
    expect(await tool.find(args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool.run(args, bench.context());
    expect(output.text).toMatch(
      /payments\/ledger-api#312\]\(<http.*issues\/312>\) “Payout 77120.*” was opened\./,
    );
    expect(created()).toHaveLength(1);
    expect(created()[0]?.body).toMatchObject({
      title: wish.title,
      labels: ["bug", "payouts"],
      description:
        "It stays in processing.\n\\/close\n  \\/assign @anna\n\nOpened by Steward for Anna Petrosyan (anna), action act-1.",
    });
    expect(await tool.find(args, bench.context())).toMatchObject({
      kind: "done",
      output: { data: { iid: 312 } },
    });
    expect(await tool.find(args, bench.context("anna", { callId: "act-2" }))).toEqual({ kind: "not_done" });
  });

  it("names possible duplicates, and has another version when one turns up", async () => {
    const first = await tool.resolve(wish, bench.context());
    await tool.run(first.args, bench.context());
    expect(await tool.version(first.args, bench.context())).toBe("similar:312");
    const again = await tool.resolve({ ...wish, title: "A retry hangs payout 99" }, bench.context());
    expect(again.preview.fields).toContainEqual({
      label: "Possible duplicates",
      value: "#312 Payout 77120 hangs after a retry",
    });
  });

  it("is unknown where the reply was lost, and Check finds it", async () => {
    const { args } = await tool.resolve(wish, bench.context());
    bench.gitlab.faults.add({ kind: "drop", effect: "before", method: "POST", path: /\/issues$/ });
    await expect(tool.run(args, bench.context())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(created()).toHaveLength(1);
    expect(await tool.find(args, bench.context())).toMatchObject({ kind: "done" });
  });

  it("is refused to whom the project is not open", async () => {
    await expect(tool.resolve(wish, bench.context("carla"))).rejects.toThrow(/GitLab account/);
  });
});
