import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const prepare = (name: string, input: JsonObject, who = "boris") =>
  bench.write(name).resolve(input, bench.context(who));
const project = "payments/ledger-api";

describe("gitlab_member_set", () => {
  const wish = { project, person: "grace", role: "developer", until: "2099-02-18" };

  it("is access: two people decide, and the card shows who, what and until when", async () => {
    expect(await prepare("gitlab_member_set", wish)).toMatchObject({
      risk: 3,
      version: "none:0",
      policyArgs: { person: "grace", role: "Developer", expires: true },
      preview: {
        sentence: "Make Grace Okafor (grace) a member of payments/ledger-api",
        fields: [{ label: "Membership", before: "no member", value: "Developer until 2099-02-18" }],
      },
    });
  });

  it("gives it, is found again, and its way back takes it away", async () => {
    const tool = bench.write("gitlab_member_set");
    const { args } = await prepare("gitlab_member_set", wish);
    const output = await tool.run(args, bench.context("boris"));
    expect(output.text).toContain("grace is now Developer until 2099-02-18 in");
    expect(await tool.find(args, bench.context("boris"))).toMatchObject({ kind: "done" });
    const back = await tool.undo?.(args, output, bench.context("boris"));
    expect(back).toEqual({ tool: "gitlab_member_remove", args: { project, person: "grace" } });
    await bench.ask("gitlab_member_remove", back?.args ?? {}, "boris");
    expect(await tool.find(args, bench.context("boris"))).toEqual({ kind: "not_done" });
  });

  it("extends one, keeping the role", async () => {
    const { args, preview } = await prepare("gitlab_member_set", {
      project,
      person: "mei",
      until: "2099-02-18",
    });
    expect(preview.fields).toEqual([
      { label: "Membership", before: "Developer without an end", value: "Developer until 2099-02-18" },
    ]);
    const tool = bench.write("gitlab_member_set");
    const output = await tool.run(args, bench.context("boris"));
    expect(await tool.undo?.(args, output, bench.context("boris"))).toMatchObject({
      args: { role: "developer", until: "never" },
    });
  });

  it("is refused to whom may not give it, naming the role and the person", async () => {
    await expect(prepare("gitlab_member_set", wish, "anna")).rejects.toThrow(
      "Giving access in payments/ledger-api needs the role Maintainer or higher; yours is Developer. Boris Novak can give it to you.",
    );
  });

  it.each([
    [{ project, person: "grace", until: "never" }, "is no member yet, so a role is needed"],
    [{ project, person: "mei", role: "developer", until: "never" }, "is Developer without an end already"],
    [{ project, person: "boris", role: "developer", until: "never" }, "is Owner through a group already"],
    [{ project, person: "mei", role: "guest", until: "2001-01-01" }, "is not in the future"],
    [{ project, person: "mei", role: "guest", until: "soon" }, "'soon' is no day"],
    [{ project, person: "an", role: "guest", until: "never" }, "fits several people"],
  ])("refuses %j in words", async (input, words) => {
    await expect(prepare("gitlab_member_set", input)).rejects.toThrow(words);
  });
});

it("offers the choices where a name fits several people", async () => {
  await expect(
    prepare("gitlab_member_set", { project, person: "an", role: "guest", until: "never" }),
  ).rejects.toMatchObject({
    ambiguity: {
      argument: "person",
      choices: expect.arrayContaining([{ label: "Anna Petrosyan (anna)", value: "anna" }]) as unknown,
    },
  });
});

describe("gitlab_member_remove", () => {
  it("ends a membership, and its way back gives the same again", async () => {
    const tool = bench.write("gitlab_member_remove");
    const { args, risk } = await prepare("gitlab_member_remove", { project, person: "mei" });
    expect(risk).toBe(3);
    const output = await tool.run(args, bench.context("boris"));
    expect(await tool.find(args, bench.context("boris"))).toMatchObject({ kind: "done" });
    expect(await tool.undo?.(args, output, bench.context("boris"))).toEqual({
      tool: "gitlab_member_set",
      args: { project, person: "mei", role: "developer", until: "never" },
    });
  });

  it("says where a membership comes from that cannot be ended here", async () => {
    await expect(prepare("gitlab_member_remove", { project, person: "boris" })).rejects.toThrow(
      "through its group only. An owner of the group ends that",
    );
    await expect(prepare("gitlab_member_remove", { project, person: "grace" })).rejects.toThrow(
      "is no member of payments/ledger-api, so there is nothing to end",
    );
  });
});

describe("gitlab_todo_find", () => {
  it("shows the review queue and issues; to-dos only to who is connected", async () => {
    const { text } = await bench.ask("gitlab_todo_find", {});
    expect(text).toMatch(/\*\*7 merge requests to review, oldest first\.\*\*/);
    expect(text).toContain("**2 issues assigned to you, newest first.**");
    expect(text).toContain("connect your GitLab account with `/steward connect gitlab`");
    expect(bench.gitlab.journal.list({ path: /\/todos$/ })).toEqual([]);
  });
});
