import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { WriteTool } from "../../../src/core/tool.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
let tool: WriteTool;
beforeEach(async () => {
  bench = await openBench();
  tool = bench.write("gitlab_environment_deploy");
});
afterEach(() => bench.close());

const wish = { project: "ledger-api", version: "2.14.1", environment: "production" };
const prepare = (input = {}) => tool.resolve({ ...wish, ...input }, bench.context());
const plays = () => bench.gitlab.journal.list({ method: "POST", path: /\/(?:play|retry)$/ });

describe("deploying a version", () => {
  it("shows what runs there and what will, as R3 on production", async () => {
    const prepared = await prepare();
    expect(prepared).toMatchObject({
      risk: 3,
      args: { version: "2.14.1", before: "2.14.0", job: "deploy-production", job_id: 98_704, how: "start" },
      target: { type: "Environment", id: "payments/ledger-api/-/environments/production" },
      policyArgs: { environment: "production", tier: "production", production: true, version: "2.14.1" },
      preview: { sentence: "Deploy payments/ledger-api 2.14.1 to production" },
    });
    expect(prepared.preview.fields).toEqual([
      { label: "Environment", value: "production (production)" },
      {
        label: "Version",
        before: expect.stringMatching(/^2\.14\.0 \([0-9a-f]{8}\), since 9 days ago$/) as string,
        value: expect.stringMatching(/^2\.14\.1 \(tag at [0-9a-f]{8}\)$/) as string,
      },
      { label: "Pipeline", value: "8788, passed 1 day ago" },
      { label: "Job", value: "deploy-production (98704), waits to be started" },
    ]);
    expect(plays()).toEqual([]);
  });

  it("is R2 elsewhere, and runs a job again that has run", async () => {
    expect(await prepare({ environment: "staging", version: "v2.14.1" })).toMatchObject({
      risk: 2,
      args: { version: "2.14.1", how: "again" },
    });
  });

  it.each([
    [{ version: "9.9.9" }, /has no tag, branch or commit '9.9.9'.*Newest tags: 2.14.1, 2.14.0/],
    [{ environment: "producton" }, /has no environment 'producton'\. Nearest: production/],
    [{ project: "payout-worker" }, /payout-worker has no environments/],
    [{ project: "deploy-tools" }, /needs the role Developer or higher; yours is Reporter/],
    [{ project: "card-auth", version: "5.2.0" }, /waits in GitLab for 1 more approval/],
  ])("refuses %j before anybody is asked", async (input, why) => {
    await expect(prepare(input)).rejects.toThrow(why);
  });

  it("starts the job once, follows it to its end, and can be taken back", async () => {
    const prepared = await prepare();
    expect(await tool.find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool.run(prepared.args, bench.context());
    expect(output.text).toContain("2.14.1 of payments/ledger-api is on its way to production");
    expect(plays().map(({ path }) => path)).toEqual(["/api/v4/projects/101/jobs/98704/play"]);
    const follow = () => tool.follow?.(prepared.args, output, bench.context());
    expect(await follow()).toMatchObject({
      ended: false,
      text: expect.stringContaining("Deploying 2.14.1") as string,
    });
    bench.gitlab.others.finishJob(98_704, "success");
    expect(await follow()).toEqual({
      text: "production runs 2.14.1 now (job 98704 passed)",
      ended: true,
      ok: true,
    });
    expect(await tool.undo?.(prepared.args, output, bench.context())).toEqual({
      tool: "gitlab_environment_rollback",
      args: { project: "payments/ledger-api", environment: "production", version: "2.14.0" },
    });
    expect((await prepare()).preview.fields[1]).toMatchObject({
      before: expect.stringContaining("2.14.1") as string,
      value: expect.stringContaining("once more") as string,
    });
  });

  it("says after a failure what was there before", async () => {
    const prepared = await prepare();
    const output = await tool.run(prepared.args, bench.context());
    bench.gitlab.others.finishJob(98_704, "failed");
    expect(await tool.follow?.(prepared.args, output, bench.context())).toMatchObject({
      ended: true,
      ok: false,
      text: expect.stringContaining("2.14.0 was there before: roll production back to it") as string,
    });
  });

  it("has another version when somebody else started it", async () => {
    const prepared = await prepare();
    expect(await tool.version(prepared.args, bench.context())).toBe(prepared.version);
    await bench.ask("gitlab_environment_deploy", wish);
    expect(await tool.version(prepared.args, bench.context())).not.toBe(prepared.version);
    await expect(tool.run(prepared.args, bench.context())).rejects.toThrow(/Unplayable/);
  });

  it.each([
    ["before", { kind: "done" }],
    ["never", { kind: "not_done" }],
  ] as const)("finds out what became of it where the reply was lost (%s)", async (effect, found) => {
    const prepared = await prepare();
    bench.gitlab.faults.add({ kind: "drop", effect, method: "POST", path: /\/play$/ });
    await expect(tool.run(prepared.args, bench.context())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(plays()).toHaveLength(1);
    expect(await tool.find(prepared.args, bench.context())).toMatchObject(found);
  });
});

describe("rolling back", () => {
  const back = () => bench.write("gitlab_environment_rollback");

  it("runs the job of the version before again, and declares the way forward", async () => {
    const given = await back().resolve({ project: "ledger-api", environment: "production" }, bench.context());
    expect(given).toMatchObject({
      risk: 3,
      args: { version: "2.13.0", before: "2.14.0", job_id: 97_104, how: "again" },
      preview: { sentence: "Roll payments/ledger-api production back to 2.13.0" },
    });
    expect(await back().find(given.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await back().run(given.args, bench.context());
    expect(plays().map(({ path }) => path)).toEqual(["/api/v4/projects/101/jobs/97104/retry"]);
    expect(await back().find(given.args, bench.context())).toMatchObject({ kind: "done" });
    const id = Number(output.data?.["job_id"]);
    bench.gitlab.others.finishJob(id, "success");
    expect(await back().follow?.(given.args, output, bench.context())).toMatchObject({
      ended: true,
      ok: true,
    });
    expect(await back().undo?.(given.args, output, bench.context())).toEqual({
      tool: "gitlab_environment_deploy",
      args: { project: "payments/ledger-api", environment: "production", version: "2.14.0" },
    });
    expect(await bench.write("gitlab_environment_deploy").resolve(wish, bench.context())).toMatchObject({
      args: { before: "2.13.0" },
    });
  });

  it("names what ran there, where the version did not", async () => {
    const input = { project: "ledger-api", environment: "production", version: "2.14.1" };
    await expect(back().resolve(input, bench.context())).rejects.toThrow(
      "'2.14.1' did not run in production before. Earlier there: 2.13.0.",
    );
  });
});
