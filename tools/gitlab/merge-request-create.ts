import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, ResolvedWrite, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import { mergeRequestOutput } from "./merge-request-place.ts";
import { findPerson } from "./people.ts";
import { inertLine, inertText } from "./quick-actions.ts";
import type { FullMergeRequest, MergeRequest, Project } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";
import { unlessMissing } from "./words.ts";

const titleCharsMax = 200;
const descriptionCharsMax = 20_000;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  branch: words("Branch with the changes"),
  title: words("Title: one line that says what changes", titleCharsMax),
  description: words("Description, in Markdown", descriptionCharsMax).optional(),
  target: words("Branch to merge into. Left out: the default branch").optional(),
  reviewers: words("Reviewers: GitLab user names or names, separated by commas; me").optional(),
  labels: words("Labels, separated by commas").optional(),
  draft: z.boolean().describe("true: as a draft").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  branch: z.string(),
  sha: z.string(),
  target: z.string(),
  title: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  reviewers: z.array(z.object({ id: z.int(), username: z.string() })),
});
type Args = z.infer<typeof args>;

/** Opens a merge request for a branch that is there; a branch with one already is refused, naming it. */
export function mergeRequestCreate(tooling: GitLabTooling): WriteTool {
  const { api } = tooling;
  return {
    name: "gitlab_merge_request_create",
    title: "Open a merge request",
    description:
      'Opens a merge request for a branch. For example {"project":"ledger-api","branch":"retry-keys","title":"Keep the key of a retried payout","reviewers":"boris"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: {
      project: "project",
      branch: "text",
      title: "text",
      description: "text",
      target: "text",
      reviewers: "text",
      labels: "text",
    },
    examples,
    targetTypes: ["Project"],
    policyArgs: { target_branch: "String", draft: "Boolean" },
    risks: [1],
    lagMs: 2000,
    step: ({ title }) => `Preparing the merge request “${plain(said(title) ?? "", 80)}”`,
    resolve: (given, context) => resolve(tooling, canonical(input, given), context),
    version: async (given, context) => {
      const wish = canonical(args, given);
      const open = await openOf(api, wish.project_id, wish.branch, context);
      if (open !== undefined) return `open:!${open.iid}`;
      const branch = await unlessMissing(api.branch(wish.project_id, wish.branch, context));
      return `head:${branch?.commit.id ?? "gone"}`;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const trail = `Opened by Steward ${onBehalf(context)}.`;
      const order = {
        source: wish.branch,
        target: wish.target,
        title: wish.title,
        description: `${wish.description === "" ? "" : `${wish.description}\n\n`}${trail}`,
        labels: wish.labels,
        reviewerIds: wish.reviewers.map(({ id }) => id),
      };
      return outputOf(wish, await api.createMergeRequest(wish.project_id, order, context.signal));
    },
    find: (given, context) => findCreated(api, canonical(args, given), context),
    undo: (given, { data }) => {
      const iid = data?.["iid"];
      const { project } = canonical(args, given);
      const closing = typeof iid === "number" ? { project, merge_request: `!${iid}` } : undefined;
      return Promise.resolve(closing && { tool: "gitlab_merge_request_close", args: closing });
    },
  };
}

async function resolve(
  { api, access, locate }: GitLabTooling,
  wish: z.infer<typeof input>,
  context: CallContext,
): Promise<ResolvedWrite> {
  const project = await locate.project(wish.project, context);
  await access.require(project, roles.developer, "Having a merge request opened", context);
  const target = wish.target ?? project.default_branch ?? "main";
  const { branch } = wish;
  const [source, into, open, reviewers] = await Promise.all([
    unlessMissing(api.branch(project.id, branch, context)),
    unlessMissing(api.branch(project.id, target, context)),
    openOf(api, project.id, branch, context),
    Promise.all(namesOf(wish.reviewers).map((name) => findPerson(api, access, name, context))),
  ]);
  if (source === undefined) throw noBranch(project, branch);
  if (into === undefined) throw noBranch(project, target);
  if (branch === target)
    throw new TerminalError(
      "bad_argument",
      `${line(branch, 80)} cannot be merged into itself. Name another target.`,
    );
  if (open !== undefined) {
    throw new TerminalError(
      "gitlab_merge_request_exists",
      `${line(branch, 80)} has an open merge request already: ${open.references.full} “${line(open.title, 100)}”.`,
    );
  }
  const title = inertLine(wish.title.replace(/^draft:\s*/i, ""), titleCharsMax);
  const draft = wish.draft === true || /^draft:/i.test(wish.title);
  const resolved: Args = {
    project: project.path_with_namespace,
    project_id: project.id,
    branch,
    sha: source.commit.id,
    target,
    title: draft ? `Draft: ${title}` : title,
    description: inertText(wish.description ?? "").trim(),
    labels: namesOf(wish.labels),
    reviewers: reviewers.map(({ id, username }) => ({ id, username })),
  };
  return {
    args: resolved,
    target: projectTarget(project),
    policyArgs: { target_branch: target, draft },
    risk: 1,
    version: `head:${resolved.sha}`,
    preview: {
      sentence: `Open the merge request "${line(resolved.title, 120)}" in ${resolved.project}`,
      fields: [
        { label: "From", value: `${line(branch, 100)} at ${resolved.sha.slice(0, 8)}` },
        { label: "Into", value: line(target, 100) },
        { label: "Title", value: resolved.title },
        ...(resolved.description === "" ? [] : [{ label: "Description", value: resolved.description }]),
        ...(reviewers.length === 0
          ? []
          : [{ label: "Reviewers", value: reviewers.map(({ name }) => line(name, 60)).join(", ") }]),
        ...(resolved.labels.length === 0 ? [] : [{ label: "Labels", value: resolved.labels.join(", ") }]),
      ],
    },
  };
}

const namesOf = (text: string | undefined): string[] => [
  ...new Set(
    (text ?? "")
      .split(",")
      .map((name) => line(name, 60))
      .filter((name) => name !== ""),
  ),
];

const openOf = async (
  api: GitLabApi,
  projectId: number,
  sourceBranch: string,
  context: CallContext,
): Promise<MergeRequest | undefined> =>
  (await api.mergeRequests({ projectId, state: "opened", sourceBranch }, context.signal)).rows[0];

const noBranch = (project: Project, name: string) =>
  new TerminalError(
    "gitlab_no_branch",
    `${project.path_with_namespace} has no branch '${line(name, 80)}'. Push it first, or name one that is there.`,
  );

const outputOf = (wish: Args, one: MergeRequest | FullMergeRequest) =>
  mergeRequestOutput(one, `“${plain(wish.title, 120)}” was opened into ${plain(wish.target, 80)}`, {
    iid: one.iid,
  });

/** Done where a merge request of that branch by the account that acts names this action. */
async function findCreated(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const query = { projectId: wish.project_id, sourceBranch: wish.branch, newestFirst: true };
  const [{ rows }, me] = await Promise.all([
    api.mergeRequests(query, context.signal),
    api.me(context.signal),
  ]);
  const own = rows.find(
    ({ author, description }) =>
      author.id === me.id && (description ?? "").trimEnd().endsWith(`action ${context.callId}.`),
  );
  return own === undefined ? { kind: "not_done" } : { kind: "done", output: outputOf(wish, own) };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "open a merge request in {project}",
  "create a merge request for the branch retry-keys in {project}",
  "open an MR for my branch in {project}",
  "new merge request for {project}",
  "make a merge request from retry-keys into main in {project}",
  "file a merge request in {project}",
  "create an MR in {project} with {person} as the reviewer",
  "please open a merge request for {project}",
  "put my branch of {project} up for review",
  "open a draft merge request in {project}",
  "raise a merge request in {project}",
  "submit a merge request for the branch fix-typos of {project}",
];
