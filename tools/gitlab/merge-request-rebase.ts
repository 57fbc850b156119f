import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, Progress, WriteTool } from "../../src/core/tool.ts";
import { canonical, said } from "../input.ts";
import { count, line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { mergeRequestLabel, mergeRequestTarget } from "./entities.ts";
import {
  mergeRequestArgs,
  mergeRequestInput,
  mergeRequestMeant,
  mergeRequestOutput,
} from "./merge-request-place.ts";
import type { FullMergeRequest } from "./shapes.ts";
import { lifeWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject(mergeRequestInput);

const args = z.object({
  ...mergeRequestArgs,
  sha: z.string().min(8),
  full: z.string(),
  web_url: z.string(),
});
type Args = z.infer<typeof args>;

/** Puts a merge request's commits on top of its target branch; GitLab accepts it at once and does it later. */
export function mergeRequestRebase(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_merge_request_rebase",
    title: "Rebase a merge request",
    description:
      'Rebases the branch of a merge request onto its target branch; its head commit changes. For example {"merge_request":"payments/payout-worker!211"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: { target_branch: "String" },
    risks: [2],
    lagMs: 5000,
    step: ({ merge_request: text }) => `Preparing the rebase of ${plain(said(text) ?? "", 80)}`,
    resolve: async (given, context) => {
      const {
        project,
        one,
        args: place,
      } = await mergeRequestMeant(tooling, canonical(input, given), context);
      await access.require(project, roles.developer, "Having a merge request rebased", context);
      const now = await api.mergeRequestWithRebase(project.id, one.iid, context.signal);
      const sha = rebasable(now, context);
      const behind = now.diverged_commits_count;
      return {
        args: { ...place, sha, full: one.references.full, web_url: one.web_url },
        target: mergeRequestTarget(project, one),
        policyArgs: { target_branch: one.target_branch },
        risk: 2,
        version: versionOf(now),
        preview: {
          sentence: `Rebase ${mergeRequestLabel(project, one)}`,
          fields: [
            {
              label: "Branch",
              value: `${line(one.source_branch, 100)} onto ${line(one.target_branch, 100)}`,
            },
            { label: "Head", before: sha.slice(0, 8), value: "a new commit; approvals may be reset" },
            ...(behind === null || behind === undefined
              ? []
              : [{ label: "Behind", before: count(behind, "commit"), value: "none" }]),
            { label: "Author", value: line(one.author.name, 80) },
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
      await api.rebase(wish.project_id, wish.iid, context.signal);
      return outputOf(wish, "is being rebased");
    },
    find: (given, context) => findRebase(api, canonical(args, given), context),
    follow: (given, _, context) => followRebase(api, canonical(args, given), context),
  };
}

const versionOf = (one: FullMergeRequest): string => `${one.state}:${one.target_branch}:${one.sha ?? ""}`;

/** The head commit. Throws where there is nothing to rebase. */
function rebasable(one: FullMergeRequest, context: CallContext): string {
  const name = one.references.full;
  const refused = (why: string) => new TerminalError("not_rebasable", `${name} ${why}`);
  if (one.state !== "opened")
    throw refused(`${line(lifeWords(one, context.now()))}; there is nothing to rebase.`);
  if (one.rebase_in_progress === true) throw refused("is being rebased already.");
  if (one.diverged_commits_count === 0) throw refused(`is on top of ${line(one.target_branch)} already.`);
  if (one.has_conflicts === true)
    throw refused(
      `has conflicts with ${line(one.target_branch)}. They are resolved on its branch; then ask again.`,
    );
  if (!one.sha) throw refused("has no commits.");
  return one.sha;
}

const outputOf = (wish: Args, said: string) =>
  mergeRequestOutput({ references: { full: wish.full }, web_url: wish.web_url }, said, {
    iid: wish.iid,
    from: wish.sha,
  });

/** Under way: done. Otherwise its place on the target branch tells; a head that moved otherwise proves nothing. */
async function findRebase(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const now = await api.mergeRequestWithRebase(wish.project_id, wish.iid, context.signal);
  if (now.rebase_in_progress === true) return { kind: "done", output: outputOf(wish, "is being rebased") };
  if (now.sha === wish.sha) return { kind: "not_done" };
  if (now.diverged_commits_count === 0)
    return { kind: "done", output: outputOf(wish, "is on top of its target branch") };
  return {
    kind: "unknown",
    why: `${wish.full} has another head than before and is not on top of its target branch: it was rebased and moved on, or somebody pushed.`,
  };
}

async function followRebase(api: GitLabApi, wish: Args, context: CallContext): Promise<Progress> {
  const now = await api.mergeRequestWithRebase(wish.project_id, wish.iid, context.signal);
  if (now.rebase_in_progress === true)
    return { text: `${wish.merge_request} is being rebased`, ended: false };
  if (now.merge_error)
    return {
      text: `The rebase of ${wish.merge_request} failed: ${line(now.merge_error, 200)}`,
      ended: true,
      ok: false,
    };
  if (now.sha !== wish.sha)
    return {
      text: `${wish.merge_request} was rebased, its head is ${now.sha?.slice(0, 8) ?? ""}`,
      ended: true,
      ok: true,
    };
  return { text: `${wish.merge_request} waits for its rebase`, ended: false };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "rebase {merge_request}",
  "rebase {merge_request} onto main",
  "rebase {merge_request} in {project}",
  "bring {merge_request} up to date with main",
  "please rebase {merge_request}",
  "{merge_request} needs a rebase, do it",
  "put {merge_request} on top of main",
  "{merge_request} is behind main, rebase it",
  "update the branch of {merge_request} by a rebase",
  "can you rebase {merge_request}?",
  "do a rebase of {merge_request}",
  "rebase the branch of {merge_request} in {project}",
];
