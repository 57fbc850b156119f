import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const posts = (path: RegExp) => bench.gitlab.journal.list({ method: "POST", path });

describe("reading pipelines", () => {
  it("gives one with its jobs, tests and manual steps", async () => {
    const { text, data } = await bench.ask("gitlab_pipeline_read", { pipeline: "8788" });
    expect(text).toMatch(
      /Pipeline \[8788\].* passed 1 day ago\*\*: 2\.14\.1 at [0-9a-f]{8}, started by Boris Novak/,
    );
    expect(text).toContain("Waiting for a hand: deploy-production (job 98704).");
    expect(text).toContain("Tests: 1,264 tests, 0 failed.");
    expect(data).toMatchObject({ manual: [{ id: 98_704, name: "deploy-production" }] });
  });

  it("lists the newest of a project, and of a tag", async () => {
    const { text, choices } = await bench.ask("gitlab_pipeline_read", { project: "ledger-api" });
    expect(text).toContain("Newest pipelines of payments/ledger-api");
    expect(choices?.[0]).toEqual({ value: "8812", label: "8812 idempotent-retries failed" });
    expect(
      (await bench.ask("gitlab_pipeline_read", { project: "ledger-api", ref: "2.14.0" })).choices,
    ).toEqual([{ value: "8741", label: "8741 2.14.0 passed" }]);
    expect((await bench.ask("gitlab_pipeline_read", { project: "ledger-api", ref: "none" })).text).toContain(
      "No pipelines",
    );
  });

  it("says whether a failed job was flaky elsewhere", async () => {
    const { text } = await bench.ask("gitlab_pipeline_explain", { pipeline: "8812" });
    expect(text).toMatch(
      /- integration-tests on other branches lately: 1 of \d+ runs failed; for 1 commit it failed and then passed unchanged, so it looks flaky\./,
    );
  });
});

describe("retrying a pipeline", () => {
  const tool = () => bench.write("gitlab_pipeline_retry");

  it("names the jobs, runs them once, follows and can be found", async () => {
    const prepared = await tool().resolve({ merge_request: "!482" }, bench.context());
    expect(prepared).toMatchObject({
      risk: 1,
      version: "again:99120",
      policyArgs: { ref: "idempotent-retries", production: false },
      preview: { sentence: "Retry pipeline 8812 of payments/ledger-api" },
    });
    expect(prepared.preview.fields.at(-1)).toEqual({ label: "Runs again", value: "integration-tests" });
    expect(await tool().find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool().run(prepared.args, bench.context());
    expect(output.text).toContain("runs 1 job again");
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool().version(prepared.args, bench.context())).toBe("again:none");
    expect(await tool().follow?.(prepared.args, output, bench.context())).toMatchObject({ ended: false });
    bench.gitlab.others.finishPipeline(8812, "success");
    expect(await tool().follow?.(prepared.args, output, bench.context())).toEqual({
      text: "Pipeline 8812 passed",
      ended: true,
      ok: true,
    });
    expect(await tool().undo?.(prepared.args, output, bench.context())).toMatchObject({
      tool: "gitlab_pipeline_cancel",
    });
  });

  it("is a deployment to production where such a job is among them", async () => {
    await bench.ask("gitlab_environment_deploy", {
      project: "ledger-api",
      version: "2.14.1",
      environment: "production",
    });
    bench.gitlab.others.finishJob(98_704, "failed");
    expect(await tool().resolve({ pipeline: "8788" }, bench.context())).toMatchObject({
      risk: 3,
      policyArgs: { production: true },
    });
    expect(await bench.write("gitlab_job_retry").resolve({ job: "98704" }, bench.context())).toMatchObject({
      risk: 3,
      policyArgs: { production: true, environment: "production" },
    });
  });

  it("refuses where nothing failed", async () => {
    await expect(tool().resolve({ pipeline: "8807" }, bench.context())).rejects.toThrow(
      "Pipeline 8807 (passed) has no failed or cancelled job",
    );
  });
});

describe("cancelling a pipeline", () => {
  const tool = () => bench.write("gitlab_pipeline_cancel");

  it("shows what stops, ends it once, and is found by the state that was asked for", async () => {
    const prepared = await tool().resolve({ pipeline: "8811" }, bench.context());
    expect(prepared).toMatchObject({ risk: 2, version: "open:8811" });
    expect(prepared.preview.fields).toContainEqual({
      label: "Stops",
      value: "image (not started), integration-tests (running)",
    });
    expect(await tool().find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool().run(prepared.args, bench.context());
    expect(output.text).toContain("was cancelled");
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool().version(prepared.args, bench.context())).toBe("ended:canceled");
    await expect(tool().resolve({ pipeline: "8811" }, bench.context())).rejects.toThrow("nothing to cancel");
  });
});

describe("running a pipeline", () => {
  const tool = () => bench.write("gitlab_pipeline_run");
  const prepare = (input = {}) =>
    tool().resolve({ project: "ledger-api", ref: "main", ...input }, bench.context());

  it("sends variables and inputs by exactly their names, with a mark to find it by", async () => {
    const wish = {
      variables: 'REGION=eu, NOTE="a, b"',
      inputs: 'deployEnv=test, retries=3, fast=true, build="7"',
    };
    const prepared = await prepare(wish);
    expect(prepared).toMatchObject({
      risk: 2,
      policyArgs: { ref: "main", variables: "REGION,NOTE", production: false },
    });
    const output = await tool().run(prepared.args, bench.context());
    expect(posts(/\/pipeline$/).map(({ body }) => body)).toEqual([
      {
        ref: "main",
        variables: [
          { key: "REGION", value: "eu", variable_type: "env_var" },
          { key: "NOTE", value: "a, b", variable_type: "env_var" },
          { key: "STEWARD_ACTION", value: "act-1", variable_type: "env_var" },
        ],
        inputs: { deployEnv: "test", retries: 3, fast: true, build: "7" },
      },
    ]);
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool().find(prepared.args, bench.context("anna", { callId: "act-2" }))).toEqual({
      kind: "not_done",
    });
    expect(await tool().follow?.(prepared.args, output, bench.context())).toMatchObject({ ended: false });
    expect(await tool().undo?.(prepared.args, output, bench.context())).toMatchObject({
      tool: "gitlab_pipeline_cancel",
      args: { pipeline: expect.stringMatching(/^\d+$/) as string },
    });
  });

  it("is told apart without a mark as long as it is the only one", async () => {
    const prepared = await prepare();
    bench.gitlab.faults.add({ kind: "drop", effect: "before", method: "POST", path: /\/pipeline$/ });
    await expect(tool().run(prepared.args, bench.context())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    await tool().run((await prepare()).args, bench.context());
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "unknown" });
  });

  it("is R3 where it may reach production", async () => {
    expect(await prepare({ variables: "TARGET=production" })).toMatchObject({ risk: 3 });
    expect(await prepare({ inputs: "environment=prod-eu" })).toMatchObject({ risk: 3 });
    const released = await prepare({ ref: "2.14.0" });
    expect(released).toMatchObject({ risk: 3, policyArgs: { production: true } });
    expect(released.preview.fields.at(-1)).toEqual({
      label: "May reach production",
      value: "its last pipeline there (8741) ran deploy-production",
    });
    expect(await prepare({ ref: "2.14.1" })).toMatchObject({ risk: 2 });
  });

  it.each([
    [{ ref: "nowhere" }, /has no tag, branch or commit 'nowhere'/],
    [{ variables: "REGION" }, /The variables are not clear: 'REGION' is none. Expected pairs such as/],
    [{ variables: "A=1, A=2" }, /A is given twice/],
    [{ variables: "STEWARD_ACTION=x" }, /Steward's own mark/],
  ])("refuses %j with what is expected", async (input, why) => {
    await expect(prepare(input)).rejects.toThrow(why);
  });
});

describe("starting a manual job", () => {
  const tool = () => bench.write("gitlab_job_play");

  it("is R3 where it deploys to production, and says so", async () => {
    const prepared = await tool().resolve({ job: "98704", variables: "DRY_RUN=true" }, bench.context());
    expect(prepared).toMatchObject({ risk: 3, policyArgs: { environment: "production", production: true } });
    expect(prepared.target.parents).toContainEqual({
      type: "Environment",
      id: "payments/ledger-api/-/environments/production",
    });
    expect(prepared.preview.fields).toContainEqual({ label: "Deploys to", value: "production (production)" });
    expect(await tool().find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const output = await tool().run(prepared.args, bench.context());
    expect(posts(/\/play$/)[0]?.body).toEqual({
      job_variables_attributes: [{ key: "DRY_RUN", value: "true" }],
    });
    expect(await tool().find(prepared.args, bench.context())).toMatchObject({ kind: "done" });
    expect(await tool().version(prepared.args, bench.context())).not.toBe(prepared.version);
    bench.gitlab.others.finishJob(98_704, "success");
    expect(await tool().follow?.(prepared.args, output, bench.context())).toMatchObject({
      ended: true,
      ok: true,
    });
  });

  it("refuses a job that waits for nobody", async () => {
    await expect(tool().resolve({ job: "99120" }, bench.context())).rejects.toThrow(
      "is failed, so there is nothing to start by hand",
    );
  });
});
