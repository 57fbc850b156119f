import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ResolvedWrite, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import { approvalWords } from "./approvals.ts";
import { mergeRequestLabel, mergeRequestTarget } from "./entities.ts";
import { findMerge, followMerge } from "./merge-after.ts";
import { sendMerge } from "./merge-send.ts";
import type { FullMergeRequest, Project } from "./shapes.ts";
import { lifeWords, mergeStatusWords, pipelineWordsOf } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  merge_request: words("Number such as !482, payments/ledger-api!482, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
  when_green: z
    .boolean()
    .describe("true: set auto-merge, so that it merges when its pipeline passes. Left out: merge now")
    .optional(),
});

/** Canonical arguments of a merge: what the approval is about, head commit included. */
const mergeArgs = z.object({
  project: z.string(),
  project_id: z.int(),
  merge_request: z.string(),
  iid: z.int(),
  sha: z.string().min(8),
  target_branch: z.string(),
  when_green: z.boolean(),
});
export type MergeArgs = z.infer<typeof mergeArgs>;

/** Merges a merge request at exactly the head that was approved, now or when its pipeline is green. */
export function mergeRequestMerge(tooling: GitLabTooling): WriteTool {
  const { api } = tooling;
  return {
    name: "gitlab_merge_request_merge",
    title: "Merge a merge request",
    description:
      "Merges a merge request at its present head commit, now or when its pipeline passes (when_green). " +
      'For example {"merge_request":"payments/ledger-api!482","when_green":true}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { merge_request: "merge_request", project: "project", when_green: "flag:when_green" },
    examples,
    targetTypes: ["MergeRequest"],
    asPerson: true,
    policyArgs: { target_branch: "String", when_green: "Boolean", pipeline: "String" },
    risks: [2],
    lagMs: 3000,
    step: ({ merge_request: text }) => `Preparing the merge of ${plain(said(text) ?? "", 80)}`,
    resolve: (given, context) => resolve(tooling, given, context),
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(mergeArgs, given);
      return versionOf(await api.mergeRequest(projectId, iid, context.signal));
    },
    run: (given, context) => sendMerge(api, canonical(mergeArgs, given), context),
    find: (given, context) => findMerge(api, canonical(mergeArgs, given), context),
    follow: (given, _, context) => followMerge(api, canonical(mergeArgs, given), context),
  };
}

/** Changes with a new commit, another target branch, and when it is merged or closed. */
const versionOf = (one: FullMergeRequest): string => `${one.state}:${one.target_branch}:${one.sha ?? ""}`;

async function resolve(
  { api, access, locate }: GitLabTooling,
  given: Record<string, unknown>,
  context: CallContext,
): Promise<ResolvedWrite> {
  const { project, mergeRequest: one } = await locate.mergeRequest(
    said(given["merge_request"]) ?? "",
    said(given["project"]),
    context,
  );
  await access.require(project, roles.developer, "Having a merge request merged", context);
  const sha = mergeable(one, context);
  const whenGreen = given["when_green"] === true;
  const approvals = await approvalWords(api, project.id, one.iid, context);
  return {
    args: {
      project: project.path_with_namespace,
      project_id: project.id,
      merge_request: `!${one.iid}`,
      iid: one.iid,
      sha,
      target_branch: one.target_branch,
      when_green: whenGreen,
    },
    target: mergeRequestTarget(project, one),
    policyArgs: {
      target_branch: one.target_branch,
      when_green: whenGreen,
      pipeline: one.head_pipeline?.status ?? "none",
    },
    risk: 2,
    version: versionOf(one),
    preview: preview(project, one, whenGreen, approvals, context),
  };
}

/** The head commit. Throws where GitLab would surely refuse, so that nobody is asked in vain. */
function mergeable(one: FullMergeRequest, context: CallContext): string {
  const name = one.references.full;
  if (one.state !== "opened") {
    throw new TerminalError(
      "not_mergeable",
      `${name} ${line(lifeWords(one, context.now()))}; there is nothing to merge.`,
    );
  }
  if (one.draft) {
    throw new TerminalError(
      "not_mergeable",
      `${name} is a draft. Its author marks it ready in GitLab; then ask again.`,
    );
  }
  if (one.has_conflicts === true || one.detailed_merge_status === "conflict") {
    throw new TerminalError(
      "not_mergeable",
      `${name} has conflicts with ${line(one.target_branch)}. They are resolved on its branch; then ask again.`,
    );
  }
  if (!one.sha)
    throw new TerminalError("not_mergeable", `${name} has no commits, so there is nothing to merge.`);
  return one.sha;
}

function preview(
  project: Project,
  one: FullMergeRequest,
  whenGreen: boolean,
  approvals: string | undefined,
  context: CallContext,
): ResolvedWrite["preview"] {
  const status = mergeStatusWords(one);
  return {
    sentence: `Merge ${mergeRequestLabel(project, one)}${whenGreen ? " when its pipeline is green" : ""}`,
    fields: [
      { label: "Into", value: line(one.target_branch, 100) },
      { label: "Head", value: one.sha?.slice(0, 8) ?? "" },
      { label: "Pipeline", value: pipelineWordsOf(one.head_pipeline, context.now()) },
      { label: "Author", value: line(one.author.name, 80) },
      ...(approvals === undefined ? [] : [{ label: "Approvals in GitLab", value: approvals }]),
      ...(status === "can be merged" ? [] : [{ label: "GitLab says", value: `it ${status}` }]),
    ],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "merge {merge_request} in {project}",
  "merge {merge_request} when green",
  "please merge {merge_request}",
  "merge {project} {merge_request} as soon as the pipeline succeeds",
  "can you merge {merge_request} now?",
  "set {merge_request} to merge automatically when the pipeline passes",
  "{merge_request} is approved, merge it",
  "turn on auto-merge for {merge_request}",
  "get {merge_request} into main",
  "go merge {merge_request}",
  "ship {merge_request} when the checks are green",
  "{merge_request} is good to go, merge it please",
  "land {merge_request} in {project}",
  "accept {merge_request} and merge it",
  "merge {merge_request} after CI is green",
  "merge {merge_request} once the pipeline is green",
  "merge it when green: {merge_request}",
  "please merge {merge_request} in {project} when the pipeline has passed",
  "{merge_request} is ready, merge it",
  "merge {merge_request} now",
  "{merge_request} can be merged, go ahead",
  "automerge {merge_request}",
  "let's merge {merge_request}",
  "{merge_request} is fine, ship it",
  "merge {merge_request} into main when all tests pass",
];
