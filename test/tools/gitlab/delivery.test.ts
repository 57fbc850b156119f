import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const posts = (path: RegExp) => bench.gitlab.journal.list({ method: "POST", path });
const prepare = (name: string, input: Record<string, string>) =>
  bench.write(name).resolve(input, bench.context());

describe("what is deployed where", () => {
  it("gives each environment with its version, production first", async () => {
    const { text, data, choices } = await bench.ask("gitlab_environment_find", { project: "ledger-api" });
    expect(data).toEqual({
      environments: [
        { name: "production", version: "2.14.0" },
        { name: "staging", version: "2.14.1" },
      ],
    });
    expect(text).toMatch(
      /\| \[production\]\(.*\) \| 2\.14\.0 \| [0-9a-f]{8} \| 9 days ago by Boris Novak \|/,
    );
    expect(choices?.map(({ value }) => value)).toEqual(["production", "staging"]);
  });

  it("gives the history of one, and what waits there", async () => {
    const { text } = await bench.ask("gitlab_environment_find", {
      project: "card-auth",
      environment: "prod",
    });
    expect(text).toContain("waits for 1 approval(s)");
    const none = await bench.ask("gitlab_environment_find", { project: "payout-worker" });
    expect(none.text).toContain("has no environments");
  });
});

describe("approving a deployment in GitLab", () => {
  const name = "gitlab_deployment_approve";
  const tool = () => bench.write(name);

  it("shows what waits as R3, decides once, names the person, and is found", async () => {
    const prepared = await prepare(name, { project: "card-auth", comment: "Checked with Elif" });
    expect(prepared).toMatchObject({
      risk: 3,
      policyArgs: { environment: "production", production: true, decision: "approved" },
      preview: { sentence: "Approve the deployment of payments/card-auth 5.2.0 to production" },
    });
    expect(prepared.preview.fields).toContainEqual({ label: "Approvals still needed", value: "1" });
    expect(await tool().find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    await tool().run(prepared.args, bench.context());
    expect(posts(/\/approval$/)[0]?.body).toEqual({
      status: "approved",
      comment: "Checked with Elif (for Anna Petrosyan (anna), action act-1)",
    });
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool().version(prepared.args, bench.context())).not.toBe(prepared.version);
    await expect(prepare(name, { project: "card-auth" })).rejects.toThrow(
      "No deployment of payments/card-auth waits for approval.",
    );
    const deploy = { project: "card-auth", version: "5.2.0", environment: "production" };
    expect(await prepare("gitlab_environment_deploy", deploy)).toMatchObject({ args: { how: "start" } });
  });

  it("names those that wait where another was meant", async () => {
    await expect(prepare(name, { project: "card-auth", deployment: "1" })).rejects.toThrow(
      /Deployment 1 of payments\/card-auth does not wait for approval\. Waiting: \d+ \(5\.2\.0 to production\)/,
    );
  });
});

describe("schedules", () => {
  it("lists them with their times, and whose they are", async () => {
    const { text, untrusted } = await bench.ask("gitlab_schedule_find", { project: "ledger-api" });
    expect(text).toMatch(
      /\| Nightly reconciliation \(301\) \| main \| 0 2 \\\* .* \(Europe\/Berlin\) \|.*\| Boris Novak \|/,
    );
    expect(untrusted).toEqual(["descriptions of pipeline schedules of payments/ledger-api"]);
  });

  it("runs one now, follows its pipeline and can be found", async () => {
    const name = "gitlab_schedule_run";
    const prepared = await prepare(name, { project: "ledger-api", schedule: "nightly" });
    expect(prepared).toMatchObject({ risk: 2, args: { schedule_id: 301, after: 0 } });
    expect(await bench.write(name).find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await bench.write(name).run(prepared.args, bench.context());
    expect(posts(/pipeline_schedules\/301\/play$/)).toHaveLength(1);
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await bench.write(name).version(prepared.args, bench.context())).not.toBe(prepared.version);
    expect(await bench.write(name).follow?.(prepared.args, output, bench.context())).toMatchObject({
      ended: false,
    });
  });

  it("makes one, once by its name", async () => {
    const name = "gitlab_schedule_create";
    const wish = {
      project: "ledger-api",
      description: "/close weekly tests",
      cron: "0 9 * * 1",
      ref: "main",
    };
    const prepared = await prepare(name, wish);
    expect(prepared.preview.fields).toEqual([
      { label: "When", value: "0 9 * * 1 (Europe/Berlin)" },
      { label: "On", value: "main" },
    ]);
    expect(await bench.write(name).find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    await bench.write(name).run(prepared.args, bench.context());
    expect(posts(/pipeline_schedules$/)[0]?.body).toEqual({
      description: String.raw`\/close weekly tests`,
      ref: "main",
      cron: "0 9 * * 1",
      cron_timezone: "Europe/Berlin",
      active: true,
    });
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await bench.write(name).version(prepared.args, bench.context())).not.toBe(prepared.version);
    await expect(prepare(name, wish)).rejects.toThrow(/has a schedule .* already/);
  });

  it.each([
    [{ cron: "every night" }, /'every night' is no cron time. Expected five fields/],
    [{ timezone: "Berlin" }, /'Berlin' is no time zone/],
    [{ ref: "nowhere" }, /has no tag, branch or commit 'nowhere'/],
  ])("refuses %j with what is expected", async (input, why) => {
    const wish = { project: "ledger-api", description: "Weekly", cron: "0 9 * * 1", ...input };
    await expect(prepare("gitlab_schedule_create", wish)).rejects.toThrow(why);
  });

  it("names the schedules there are", async () => {
    await expect(
      prepare("gitlab_schedule_run", { project: "ledger-api", schedule: "monthly" }),
    ).rejects.toThrow(/has no schedule 'monthly'.*It has: Nightly reconciliation \(301\)/);
  });
});

describe("releases and tags", () => {
  it("lists them, and shows the notes of one as text of others", async () => {
    const { text, data } = await bench.ask("gitlab_release_find", { project: "ledger-api" });
    expect(data).toEqual({ tags: ["2.14.1", "2.14.0", "2.13.0"] });
    expect(text).toMatch(/\| \[2\.14\.1\].*\| no release \|/);
    const one = await bench.ask("gitlab_release_find", { project: "ledger-api", version: "v2.14.0" });
    expect(one.text).toContain("> Balances by currency; idle connections are closed.");
    expect(one.untrusted).toEqual(["notes of release 2.14.0 by boris"]);
  });

  it("releases a tag once, with notes that command nothing", async () => {
    const name = "gitlab_release_create";
    const wish = { project: "ledger-api", version: "2.14.1", notes: "Retries keep their key.\n/close" };
    const prepared = await prepare(name, wish);
    expect(prepared).toMatchObject({ risk: 2, policyArgs: { version: "2.14.1", new_tag: false } });
    expect(await bench.write(name).find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    await bench.write(name).run(prepared.args, bench.context());
    expect(posts(/releases$/)[0]?.body).toEqual({
      tag_name: "2.14.1",
      name: "2.14.1",
      description:
        "Retries keep their key.\n\\/close\n\nReleased by Steward for Anna Petrosyan (anna), action act-1.",
    });
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await bench.write(name).find(prepared.args, bench.context("anna", { callId: "act-2" }))).toEqual({
      kind: "not_done",
    });
    expect(await bench.write(name).version(prepared.args, bench.context())).toContain(":released");
    await expect(prepare(name, wish)).rejects.toThrow("has a release 2.14.1 already");
  });

  it("makes a new tag for a release at exactly the commit that was shown", async () => {
    const name = "gitlab_release_create";
    const prepared = await prepare(name, { project: "ledger-api", version: "2.15.0", ref: "main" });
    await bench.write(name).run(prepared.args, bench.context());
    expect(posts(/releases$/)[0]?.body).toMatchObject({
      tag_name: "2.15.0",
      ref: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    await expect(prepare(name, { project: "ledger-api", version: "9.0.0" })).rejects.toThrow(
      /has no tag 9\.0\.0/,
    );
  });

  it("tags a commit once, and finds its tag by the message", async () => {
    const name = "gitlab_tag_create";
    const prepared = await prepare(name, { project: "ledger-api", tag: "2.15.0" });
    expect(prepared.preview.sentence).toMatch(/^Tag payments\/ledger-api [0-9a-f]{8} as 2\.15\.0$/);
    bench.gitlab.faults.add({ kind: "drop", effect: "before", method: "POST", path: /\/tags$/ });
    await expect(bench.write(name).run(prepared.args, bench.context())).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    );
    expect(await bench.write(name).find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await bench.write(name).find(prepared.args, bench.context("anna", { callId: "act-2" }))).toEqual({
      kind: "not_done",
    });
    await expect(prepare(name, { project: "ledger-api", tag: "2.15.0" })).rejects.toThrow(
      /has a tag 2\.15\.0 already/,
    );
    await expect(prepare(name, { project: "ledger-api", tag: "a..b" })).rejects.toThrow(
      /is no name for a tag/,
    );
  });
});
