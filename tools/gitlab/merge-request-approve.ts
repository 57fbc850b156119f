import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { approvalWords } from "./approvals.ts";
import { mergeRequestLabel, mergeRequestTarget } from "./entities.ts";
import {
  mergeRequestArgs,
  mergeRequestInput,
  mergeRequestMeant,
  mergeRequestOutput,
} from "./merge-request-place.ts";
import type { Approvals, FullMergeRequest } from "./shapes.ts";
import { lifeWords, pipelineWordsOf } from "./states.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";
import { GitLabRefusedError } from "./words.ts";

const input = z.strictObject({
  ...mergeRequestInput,
  withdraw: z.boolean().describe("true: takes the approval back").optional(),
});

const args = z.object({
  ...mergeRequestArgs,
  sha: z.string().min(8),
  withdraw: z.boolean(),
  full: z.string(),
  web_url: z.string(),
});
type Args = z.infer<typeof args>;

/** Gives (or takes back) GitLab's approval of a merge request, at exactly the head that was shown. */
export function mergeRequestApprove(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_merge_request_approve",
    title: "Approve a merge request",
    description:
      'Approves a merge request at its present head commit, or takes the approval back (withdraw). For example {"merge_request":"!479"}. It does not merge.',
    system: "gitlab",
    effect: "write",
    asPerson: true,
    input,
    slots: { merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: { target_branch: "String", withdraw: "Boolean" },
    risks: [2],
    lagMs: 2000,
    step: ({ merge_request: text }) => `Preparing the approval of ${plain(said(text) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, one, args: place } = await mergeRequestMeant(tooling, wish, context);
      await access.require(project, roles.developer, "Approving a merge request", context);
      const withdraw = wish.withdraw === true;
      const sha = approvable(one, withdraw, context);
      const [approvals, present] = await Promise.all([
        approvalWords(api, project.id, one.iid, context),
        api.approvals(project.id, one.iid, context.signal),
      ]);
      const me = await api.me(context.signal);
      if (has(present, me.id) !== withdraw) throw already(one, withdraw);
      return {
        args: { ...place, sha, withdraw, full: one.references.full, web_url: one.web_url },
        target: mergeRequestTarget(project, one),
        policyArgs: { target_branch: one.target_branch, withdraw },
        risk: 2,
        version: versionOf(one),
        preview: {
          sentence: `${withdraw ? "Take back the approval of" : "Approve"} ${mergeRequestLabel(project, one)}`,
          fields: [
            { label: "Into", value: line(one.target_branch, 100) },
            { label: "Head", value: sha.slice(0, 8) },
            { label: "Pipeline", value: pipelineWordsOf(one.head_pipeline, context.now()) },
            { label: "Author", value: line(one.author.name, 80) },
            { label: "Approvals in GitLab", value: approvals ?? "none" },
            { label: "Given by", value: `${line(me.name, 80)} (${me.username})` },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(args, given);
      return versionOf(await api.mergeRequest(projectId, iid, context.signal));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      try {
        await (wish.withdraw
          ? api.unapprove(wish.project_id, wish.iid, context.signal)
          : api.approve(wish.project_id, wish.iid, wish.sha, context.signal));
      } catch (error) {
        throw refusal(error, wish);
      }
      return outputOf(wish);
    },
    find: (given, context) => findApproval(api, canonical(args, given), context),
    undo: (given) => {
      const { project, merge_request: iid, withdraw } = canonical(args, given);
      const back = { project, merge_request: iid, withdraw: !withdraw };
      return Promise.resolve({ tool: "gitlab_merge_request_approve", args: back });
    },
  };
}

const versionOf = (one: FullMergeRequest): string => `${one.state}:${one.target_branch}:${one.sha ?? ""}`;

const has = ({ approved_by: by }: Approvals, userId: number): boolean =>
  (by ?? []).some(({ user }) => user.id === userId);

/** The head commit. Throws where GitLab would surely refuse, so that nobody is asked in vain. */
function approvable(one: FullMergeRequest, withdraw: boolean, context: CallContext): string {
  const name = one.references.full;
  if (one.state !== "opened") {
    throw new TerminalError(
      "not_approvable",
      `${name} ${line(lifeWords(one, context.now()))}; there is nothing to approve.`,
    );
  }
  if (!withdraw && isOwn(one.author, context)) {
    throw new TerminalError(
      "not_approvable",
      `${name} is your own, and nobody approves their own merge request. Ask a reviewer.`,
    );
  }
  if (!one.sha)
    throw new TerminalError("not_approvable", `${name} has no commits, so there is nothing to approve.`);
  return one.sha;
}

const already = (one: FullMergeRequest, withdraw: boolean) =>
  new TerminalError(
    "not_approvable",
    withdraw
      ? `${one.references.full} has no approval of that account, so there is none to take back.`
      : `${one.references.full} is approved by that account already.`,
  );

function refusal(error: unknown, wish: Args): unknown {
  if (!(error instanceof GitLabRefusedError)) return error;
  if (error.status === 409) {
    return new TerminalError(
      "gitlab_409",
      `${wish.full} has a new head commit since this was shown, so nothing was approved. Ask again for the new head.`,
    );
  }
  if (error.status !== 401) return error;
  return new TerminalError(
    "gitlab_401",
    `GitLab does not let that account approve ${wish.full}: it may be its author, or no eligible approver. A maintainer changes the approval rules; nothing was approved.`,
    { cause: error },
  );
}

const outputOf = (wish: Args) =>
  mergeRequestOutput(
    { references: { full: wish.full }, web_url: wish.web_url },
    wish.withdraw ? "has that approval no longer" : `was approved at head ${wish.sha.slice(0, 8)}`,
    { iid: wish.iid, approved: !wish.withdraw },
  );

/** Done where the account that acts stands, or stands no longer, among the approvals. */
async function findApproval(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [present, me] = await Promise.all([
    api.approvals(wish.project_id, wish.iid, context.signal),
    api.me(context.signal),
  ]);
  return has(present, me.id) === wish.withdraw
    ? { kind: "not_done" }
    : { kind: "done", output: outputOf(wish) };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "approve {merge_request}",
  "approve {merge_request} in {project}",
  "give my approval to {merge_request}",
  "sign off {merge_request}",
  "{merge_request} looks good, approve it",
  "lgtm {merge_request}",
  "please approve {merge_request} for me",
  "withdraw my approval of {merge_request}",
  "take back my approval on {merge_request}",
  "unapprove {merge_request}",
  "mark {merge_request} as approved",
  "I approve {merge_request}",
];
