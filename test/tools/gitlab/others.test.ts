import { afterEach, beforeEach, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { type Bench, openBench } from "../support.ts";

/** What somebody else did is not what Steward was asked to do: a search after an unknown outcome tells them apart. */

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const boris = async (path: string, body: JsonObject = {}): Promise<void> => {
  const { status } = await fetch(`${bench.gitlab.url}/api/v4/projects/101/${path}`, {
    method: "POST",
    headers: { "private-token": "glpat-sandbox-boris", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(status).toBeLessThan(300);
};

const deploy = { project: "ledger-api", version: "2.14.1", environment: "production" };
const sha = "0123456789abcdef0123456789abcdef01234567";

it.each([
  ["gitlab_environment_deploy", deploy, "jobs/98704/play", {}],
  [
    "gitlab_environment_rollback",
    { project: "ledger-api", environment: "production" },
    "jobs/97104/retry",
    {},
  ],
  ["gitlab_job_play", { job: "98704" }, "jobs/98704/play", {}],
  ["gitlab_job_retry", { job: "99120" }, "jobs/99120/retry", {}],
  ["gitlab_pipeline_retry", { pipeline: "8812" }, "pipelines/8812/retry", {}],
  ["gitlab_pipeline_run", { project: "ledger-api" }, "pipeline", { ref: "main" }],
  [
    "gitlab_pipeline_run",
    { project: "ledger-api", variables: "A=1" },
    "pipeline",
    { ref: "main", variables: [{ key: "A", value: "1" }] },
  ],
  [
    "gitlab_tag_create",
    { project: "ledger-api", tag: "3.0.0" },
    "repository/tags",
    { tag_name: "3.0.0", ref: sha },
  ],
  ["gitlab_release_create", { project: "ledger-api", version: "2.14.1" }, "releases", { tag_name: "2.14.1" }],
  [
    "gitlab_schedule_create",
    { project: "ledger-api", description: "Weekly", cron: "0 9 * * 1" },
    "pipeline_schedules",
    { description: "Weekly", cron: "0 9 * * 1", ref: "main" },
  ],
  [
    "gitlab_merge_request_approve",
    { merge_request: "payments/ledger-api!479" },
    "merge_requests/479/approve",
    {},
  ],
] satisfies [string, JsonObject, string, JsonObject][])(
  "%s %j: not done, where Boris did it himself; and what was approved is void",
  async (name, input, path, body) => {
    const tool = bench.write(name);
    const prepared = await tool.resolve(input, bench.context());
    await boris(path, body);
    expect(await tool.find(prepared.args, bench.context())).toEqual({ kind: "not_done" });
    const moved = (await tool.version(prepared.args, bench.context())) !== prepared.version;
    // A second pipeline or a second approval beside somebody else's is still what was asked for.
    expect(moved).toBe(!["gitlab_pipeline_run", "gitlab_merge_request_approve"].includes(name));
  },
);

it("gitlab_schedule_run: unknown, where it ran meanwhile as its owner, by itself or by hand", async () => {
  const tool = bench.write("gitlab_schedule_run");
  const prepared = await tool.resolve({ project: "ledger-api", schedule: "nightly" }, bench.context());
  await boris("pipeline_schedules/301/play");
  expect(await tool.find(prepared.args, bench.context())).toMatchObject({ kind: "unknown" });
});
