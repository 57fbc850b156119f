import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { ResolvedWrite, WriteTool } from "../../../src/core/tool.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
let tool: WriteTool;
let prepared: ResolvedWrite;
beforeEach(async () => {
  bench = await openBench();
  tool = bench.write("gitlab_job_retry");
  prepared = await tool.resolve({ job: "99120" }, bench.context());
});
afterEach(() => bench.close());

const retries = () => bench.gitlab.journal.list({ method: "POST", path: /\/retry$/ });
const notes = () => bench.gitlab.journal.list({ method: "POST", path: /\/notes$/ });

describe("gitlab_job_retry", () => {
  it("prepares an R1 with the job's state, in the person's words", () => {
    expect(prepared).toMatchObject({
      risk: 1,
      args: { project: "payments/ledger-api", job: "99120", job_id: 99120, name: "integration-tests" },
      preview: { sentence: "Retry job integration-tests of payments/ledger-api" },
    });
    expect(prepared.preview.fields).toContainEqual({ label: "Job", value: "99120, failed 42 min ago" });
  });

  it("retries once, names the new job, and leaves a note that names the person", async () => {
    const output = await tool.run(prepared.args, bench.context());
    expect(output.text).toMatch(
      /integration-tests of payments\/ledger-api was retried: \[job \d+\].* is waiting for a runner/,
    );
    expect(retries()).toHaveLength(1);
    const [note] = notes();
    expect(note?.path).toContain("/merge_requests/482/notes");
    expect(note?.body).toMatchObject({
      body: expect.stringMatching(
        /^Steward retried job integration-tests \(99120, now \d+\) for Anna Petrosyan \(anna\), action act-1\.$/,
      ) as string,
    });
  });

  it("follows the new job to its end", async () => {
    const output = await tool.run(prepared.args, bench.context());
    const follow = () => tool.follow?.(prepared.args, output, bench.context());
    expect(await follow()).toMatchObject({ ended: false });
    bench.gitlab.others.finishJob(Number(output.data?.["job_id"]), "success");
    expect(await follow()).toMatchObject({
      ended: true,
      ok: true,
      text: expect.stringContaining("passed") as string,
    });
  });

  it("has another version once somebody retried it, and is refused in words", async () => {
    expect(await tool.version(prepared.args, bench.context())).toBe(prepared.version);
    await tool.run(prepared.args, bench.context());
    expect(await tool.version(prepared.args, bench.context())).not.toBe(prepared.version);
    await expect(tool.resolve({ job: "99120" }, bench.context())).rejects.toThrow(
      /was retried already by Steward moments ago: the newest is job \d+/,
    );
  });

  it("refuses jobs that cannot be retried, and people whose role may not", async () => {
    await expect(tool.resolve({ job: "99105" }, bench.context())).resolves.toBeTruthy();
    await expect(tool.resolve({ job: "99108" }, bench.context())).rejects.toThrow(
      "is running; only a job that has run and ended",
    );
    await expect(tool.resolve({ job: "98950" }, bench.context())).rejects.toThrow(
      "needs the role Developer or higher; yours is Reporter. Elif Kaya, Grace Okafor can give it to you.",
    );
  });

  it("finds a retry whose reply was lost, and none where none was made", async () => {
    expect(await tool.find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    bench.gitlab.faults.add({ kind: "drop", effect: "before", method: "POST", path: /\/retry$/ });
    await expect(tool.run(prepared.args, bench.context())).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(retries()).toHaveLength(1);
    expect(await tool.find(prepared.args, bench.context())).toMatchObject({
      kind: "done",
      output: { text: expect.stringContaining("was retried") as string },
    });
  });

  it("does not take another person's retry for its own", async () => {
    await fetch(`${bench.gitlab.url}/api/v4/projects/101/jobs/99120/retry`, {
      method: "POST",
      headers: { "private-token": "glpat-sandbox-mei" },
    });
    expect(await tool.find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
  });

  it("stays a success when the note fails, and says so", async () => {
    bench.gitlab.faults.add({ kind: "fail", status: 403, method: "POST", path: /\/notes$/ });
    const output = await tool.run(prepared.args, bench.context());
    expect(output.text).toContain("was retried");
    expect(output.text).toContain("The note on !482 that names the requester may be missing");
  });
});
