import { detailedMergeStatus } from "./mergeability.ts";
import { fullPath, headSha, type World } from "./world.ts";

/** What the sandbox page's drawer shows of GitLab: newest changes first. */
export function drawerState(world: World) {
  const recent = <T extends { updated_at: string }>(rows: readonly T[]) =>
    rows.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
  return {
    merge_requests: recent(world.mergeRequests)
      .slice(0, 40)
      .map((one) => {
        const head = world.headPipeline(one);
        return {
          project: fullPath(one.project),
          iid: one.iid,
          title: one.title,
          state: one.state,
          author: one.author.username,
          reviewers: one.reviewers.map((user) => user.username),
          sha: headSha(one),
          detailed_merge_status: detailedMergeStatus(one, world),
          auto_merge: one.autoMerge !== null,
          merged_by: one.state === "merged" ? (one.merge_user?.username ?? null) : null,
          merge_commit_sha: one.merge_commit_sha,
          updated_at: one.updated_at,
          pipeline: head ? { id: head.id, status: head.status } : null,
        };
      }),
    pipelines: recent(world.pipelines).map((pipeline) => ({
      project: fullPath(pipeline.project),
      id: pipeline.id,
      ref: pipeline.ref,
      sha: pipeline.sha,
      status: pipeline.status,
      updated_at: pipeline.updated_at,
      jobs: world.jobs
        .filter((job) => job.pipeline === pipeline)
        .map(({ id, name, stage, status, retried, user }) => ({
          id,
          name,
          stage,
          status,
          retried,
          by: user.username,
        })),
    })),
    issues: recent(world.issues)
      .slice(0, 40)
      .map((one) => ({
        project: fullPath(one.project),
        iid: one.iid,
        title: one.title,
        description: one.description,
        state: one.state,
        author: one.author.username,
        labels: one.labels,
        updated_at: one.updated_at,
      })),
    deployments: recent(world.deployments)
      .slice(0, 40)
      .map((one) => ({
        project: fullPath(one.environment.project),
        environment: one.environment.name,
        id: one.id,
        ref: one.job.pipeline.ref,
        status: one.status,
        job: one.job.id,
        by: one.user.username,
        updated_at: one.updated_at,
      })),
    notes: world.notes.slice(-40).map((note) => ({
      project: fullPath(note.mergeRequest.project),
      iid: note.mergeRequest.iid,
      author: note.author.username,
      system: note.system,
      body: note.body,
      created_at: note.created_at,
    })),
  };
}

export type GitLabState = ReturnType<typeof drawerState>;
