import { z } from "zod";
import type { CallContext, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { count, line, plain, visible } from "../text.ts";
import { roles } from "./access.ts";
import { codePlace } from "./code-place.ts";
import { changesOf, decidesWhatRuns, fieldOf, type Seen } from "./file-changes.ts";
import { findChange, sendChange } from "./file-change-send.ts";
import { inertLine, inertText } from "./quick-actions.ts";
import type { GitLabTooling } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

const titleCharsMax = 200;

/** Text as it is: a file's white space matters, and an empty one is one. */
const exact = (what: string) => z.string().max(20_000).describe(what).optional();

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  title: words("Title of the merge request and of the commit", titleCharsMax),
  path: words("Path of the file to change or to make", 250).optional(),
  content: exact("The file's whole new content"),
  find: exact("Instead of content: text that stands in the file exactly once"),
  replace: exact("What stands there instead; empty takes it away"),
  more_files: exact("Further files, whole: a line `=== path/of/file`, then its content, and so on"),
  description: words("Why, for the merge request", 5000).optional(),
  target_branch: words("Branch to merge into; left out: the default branch").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  target_branch: z.string(),
  /** The commit that the change was made for, and begins at. */
  start: z.string(),
  title: z.string(),
  description: z.string(),
  files: z.array(z.object({ path: z.string(), content: z.string(), last_commit: z.string().optional() })),
});
export type ChangeArgs = z.infer<typeof args>;

/** Changes a few files on a branch of their own and opens a merge request: nothing reaches the target branch. */
export function fileChange(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_file_change",
    title: "Change files in a merge request",
    description:
      "Changes one file, or up to five, on a new branch and opens a merge request. Either the whole content, or find and replace for one place. " +
      'For example {"project":"payments/ledger-api","title":"Fix the link","path":"README.md","find":"old.example","replace":"new.example"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", title: "text", path: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { target_branch: "String", files: "Long", decides_what_runs: "Boolean" },
    risks: [1, 2],
    lagMs: 3000,
    step: ({ path }) => `Preparing a change of ${plain(said(path) ?? "files", 100)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await codePlace(tooling, { project: wish.project, ref: wish.target_branch }, context);
      const { project, target } = place;
      await access.require(project, roles.developer, "Having files changed", context);
      const branch = await api.branch(project.id, place.ref, context);
      const start = branch.commit.id;
      const seen = await changesOf(api, project.id, start, wish, context);
      const title = inertLine(wish.title, titleCharsMax);
      const description = inertText(visible(wish.description ?? "").trim());
      const runs = seen.some(({ path }) => decidesWhatRuns(path));
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id },
          ...{ target_branch: branch.name, start },
          ...{ title, description },
          files: seen.map(({ path, content, last_commit: last }) => ({
            ...{ path, content },
            ...(last !== undefined && { last_commit: last }),
          })),
        },
        target,
        policyArgs: { target_branch: branch.name, files: seen.length, decides_what_runs: runs },
        risk: runs ? 2 : 1,
        version: versionOf(seen),
        preview: {
          sentence: `Change ${seen.length === 1 ? line(seen[0]?.path ?? "", 120) : count(seen.length, "file")} of ${project.path_with_namespace} in a new merge request`,
          fields: [
            { label: "Title", value: title },
            { label: "Into", value: branch.name },
            ...(description === "" ? [] : [{ label: "Description", value: description }]),
            ...(runs ? [{ label: "Mind", value: "It changes what pipelines run or who approves." }] : []),
            ...seen.map(fieldOf),
          ],
        },
      };
    },
    version: (given, context) => versionNow(tooling, canonical(args, given), context),
    run: (given, context) => sendChange(api, canonical(args, given), context),
    find: (given, context) => findChange(api, canonical(args, given), context),
  };
}

/** Another one when somebody changed one of these files in the target branch. */
const versionOf = (files: readonly Pick<Seen, "path" | "last_commit">[]): string =>
  files.map(({ path, last_commit: last }) => `${path}@${last ?? "none"}`).join("\n");

async function versionNow(
  { api }: GitLabTooling,
  { project_id: projectId, target_branch: branch, files }: ChangeArgs,
  context: CallContext,
): Promise<string> {
  const now = await Promise.all(
    files.map(async ({ path }) => {
      const file = await unlessMissing(api.file(projectId, path, branch, context));
      return { path, ...(file && { last_commit: file.last_commit_id }) };
    }),
  );
  return versionOf(now);
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "change a file in {project}",
  "fix the typo in the README of {project}",
  "edit the file in {project} and open a merge request",
  "make a merge request that changes a file in {project}",
  "update the config in {project}",
  "replace this line in {project}",
  "commit this to {project}",
  "open an MR with this change in {project}",
  "add a file to {project}",
  "correct the docs in {project}",
  "put this into a file of {project}",
  "propose a change to {project}",
];
