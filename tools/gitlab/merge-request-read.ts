import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { count, link, plain, quoted } from "../text.ts";
import { ago, moment } from "../times.ts";
import { approvalWords } from "./approvals.ts";
import { mergeRequestTarget } from "./entities.ts";
import type { Diff, FullMergeRequest } from "./shapes.ts";
import { lifeWords, mergeStatusWords, pipelineWordsOf } from "./states.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";

/** Characters of the description; files listed in full detail. */
const descriptionCharsMax = { short: 700, full: 6000 } as const;
const filesShown = 20;

const input = z.strictObject({
  merge_request: words("Number such as !482, payments/ledger-api!482, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
  detail: z.enum(["short", "full"]).describe("full: whole description and changed files").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  merge_request: z.string(),
  iid: z.int(),
  detail: z.enum(["short", "full"]),
});

/** An overview of one merge request: state, people, pipeline, approvals, and what stands between it and a merge. */
export function mergeRequestRead(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_merge_request_read",
    title: "Read a merge request",
    description:
      "Overview of one merge request: state, author, reviewers, approvals, pipeline, whether it can be merged, description. " +
      'For example {"merge_request":"!482"} or {"merge_request":"payments/ledger-api!482","detail":"full"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: {},
    step: ({ merge_request: text }) => `Reading merge request ${plain(said(text) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, mergeRequest } = await tooling.locate.mergeRequest(
        wish.merge_request,
        wish.project,
        context,
      );
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          merge_request: `!${mergeRequest.iid}`,
          iid: mergeRequest.iid,
          detail: wish.detail ?? "short",
        },
        target: mergeRequestTarget(project, mergeRequest),
        policyArgs: {},
      };
    },
    run: (given, context) => read(tooling, canonical(args, given), context),
  };
}

async function read(
  { api }: GitLabTooling,
  wish: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const { project_id: projectId, iid, detail } = wish;
  const [one, approvals, diffs] = await Promise.all([
    api.mergeRequest(projectId, iid, context.signal),
    approvalWords(api, projectId, iid, context),
    detail === "full" ? api.diffs(projectId, iid, context.signal) : Promise.resolve([]),
  ]);
  const own = isOwn(one.author, context);
  const full = one.references.full;
  return {
    text: [
      `**${link(plain(full), one.web_url)} “${plain(one.title, 200)}”** ${plain(lifeWords(one, context.now()))}.`,
      facts(one, approvals, context)
        .map(([label, value]) => `- ${label}: ${value}`)
        .join("\n"),
      ...description(one, own, detail),
      ...(diffs.length > 0 ? [files(diffs)] : []),
    ].join("\n\n"),
    sources: [{ label: full, url: one.web_url }],
    data: { state: one.state, sha: one.sha ?? null, pipeline: one.head_pipeline?.id ?? null },
    untrusted: own
      ? []
      : [`${one.description ? "title and description" : "title"} of ${full} by ${one.author.username}`],
  };
}

function facts(
  one: FullMergeRequest,
  approvals: string | undefined,
  context: CallContext,
): [label: string, value: string][] {
  const reviewers = (one.reviewers ?? []).map((user) => plain(user.name, 60));
  const pipeline = one.head_pipeline;
  const waiting = one.merge_when_pipeline_succeeds ? "; auto-merge is set" : "";
  return [
    [
      "Author",
      `${plain(one.author.name, 60)}, opened ${ago(one.created_at, context.now())} (${moment(one.created_at)})`,
    ],
    [
      "Branches",
      `${plain(one.source_branch)} into ${plain(one.target_branch)}, head ${one.sha?.slice(0, 8) ?? "none"}`,
    ],
    [
      "Pipeline",
      pipeline
        ? `${link(String(pipeline.id), pipeline.web_url)} ${pipelineWordsOf(pipeline, context.now())}`
        : "none",
    ],
    ["Reviewers", reviewers.length > 0 ? reviewers.join(", ") : "none"],
    ...(approvals === undefined ? [] : [["Approvals", plain(approvals)] satisfies [string, string]]),
    ...(one.state === "opened"
      ? [["Merge", `${mergeStatusWords(one)}${waiting}`] satisfies [string, string]]
      : []),
    [
      "Changes",
      [
        ...(one.changes_count ? [`${plain(one.changes_count)} files`] : []),
        count(one.user_notes_count ?? 0, "comment"),
      ].join(", "),
    ],
    ...(one.labels?.length ? [["Labels", plain(one.labels.join(", "))] satisfies [string, string]] : []),
  ];
}

function description(one: FullMergeRequest, own: boolean, detail: "short" | "full"): string[] {
  if (!one.description) return [];
  const whose = own ? "Description" : `Description, in the words of ${plain(one.author.name, 60)}`;
  return [`${whose}:\n\n${quoted(one.description, descriptionCharsMax[detail])}`];
}

function files(diffs: readonly Diff[]): string {
  const rows = diffs.slice(0, filesShown).map((diff) => {
    const what = diff.new_file ? " (new)" : diff.deleted_file ? " (deleted)" : "";
    return `- ${plain(diff.new_path)}${what}`;
  });
  const more = diffs.length > filesShown ? [`- and ${diffs.length - filesShown} or more`] : [];
  return ["Files:", "", ...rows, ...more].join("\n");
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show {merge_request} in {project}",
  "what is the status of {merge_request}?",
  "give me an overview of {merge_request} in {project}",
  "who has to approve {merge_request}?",
  "has {merge_request} been approved",
  "is {merge_request} ready to be merged?",
  "tell me what {merge_request} is about",
  "summary of {merge_request}",
  "details of {project} {merge_request}",
  "does {merge_request} have conflicts",
  "what is {merge_request} waiting for",
  "who opened {merge_request} and who reviews",
  "look at {merge_request} for me",
  "how far is {merge_request} in {project}",
  "describe the changes in {merge_request}",
  "why can {merge_request} not be merged",
  "was {merge_request} already merged?",
  "overview of {merge_request}",
  "{merge_request} status",
  "how is {merge_request} doing",
  "show me {merge_request}",
  "who is the reviewer of {merge_request}?",
  "is {merge_request} still open",
  "what is in {merge_request}",
  "can {merge_request} be merged?",
  "info on {merge_request} in {project}",
  "who wrote {merge_request}",
];
