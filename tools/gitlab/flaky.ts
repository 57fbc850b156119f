import type { CallContext } from "../../src/core/tool.ts";
import { count, plain } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import { pageRows } from "./call.ts";
import type { Job, Pipeline } from "./shapes.ts";

/** Jobs whose history is told. */
const jobsTold = 3;

/**
 * How failed jobs fared lately on other branches, in words: a job that failed and then passed for the same commit is
 * called flaky. What cannot be read is left out; it explains nothing by itself.
 */
export async function flakyHistory(
  api: GitLabApi,
  projectId: number,
  pipeline: Pipeline,
  failed: readonly Job[],
  context: CallContext,
): Promise<string[]> {
  if (failed.length === 0) return [];
  try {
    const recent = await api.endedJobs(projectId, context.signal);
    const elsewhere = recent.filter((job) => job.pipeline.ref !== pipeline.ref);
    return failed
      .slice(0, jobsTold)
      .flatMap((job) =>
        told(
          job,
          elsewhere.filter(({ name }) => name === job.name),
        ),
      )
      .concat(
        recent.length < pageRows ? [] : [`Only the newest ${pageRows} jobs of the project were looked at.`],
      );
  } catch (error) {
    if (context.signal.aborted) throw error;
    return [];
  }
}

function told({ name }: Job, runs: readonly Job[]): string[] {
  if (runs.length === 0) return [];
  const bad = runs.filter(({ status }) => status === "failed");
  const commits = Map.groupBy(runs, (job) => job.pipeline.sha ?? `pipeline ${job.pipeline.id}`);
  const both = [...commits.values()].filter(
    (same) =>
      same.some(({ status }) => status === "failed") && same.some(({ status }) => status === "success"),
  ).length;
  const what = `${plain(name, 60)} on other branches lately: ${bad.length} of ${count(runs.length, "run")} failed`;
  return [
    both > 0
      ? `${what}; for ${count(both, "commit")} it failed and then passed unchanged, so it looks flaky.`
      : `${what}; none failed and then passed for the same commit, so it does not look flaky.`,
  ];
}
