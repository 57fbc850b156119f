import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { count, fenced, link, plain, sized, visible } from "../text.ts";
import { ago } from "../times.ts";
import { codePlace, filesOf, refOf } from "./code-place.ts";
import type { Comparison } from "./shapes-code.ts";
import type { GitLabTooling } from "./tooling.ts";

const shownMax = { short: { commits: 15, files: 25 }, full: { commits: 50, files: 60 } } as const;
/** Characters of one file's changes, in full detail. */
const diffCharsMax = 3000;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  from: words("Branch, tag or commit to begin at, such as v2.13.0"),
  to: words("Branch, tag or commit to end at; left out: the default branch").optional(),
  detail: detail("the changed lines as well"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  from: z.string(),
  to: z.string(),
  detail: z.enum(["short", "full"]),
});
type Args = z.infer<typeof args>;

/** "What is on main that 2.13 lacks?": commits and files between two states of a project. */
export function branchCompare(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_branch_compare",
    title: "Compare two states of the code",
    description:
      'Commits and files between two branches, tags or commits. For example {"project":"payments/ledger-api","from":"v2.13.0","to":"main"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", from: "text", to: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ from }) => `Reading what came after ${plain(said(from) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await codePlace(tooling, { project: wish.project, ref: wish.to }, context);
      const { project, ref, target } = place;
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id },
          ...{ from: refOf(wish.from), to: ref, detail: wish.detail ?? "short" },
        },
        target,
        policyArgs: {},
      };
    },
    run: (given, context) => compare(tooling, canonical(args, given), context),
  };
}

async function compare({ api }: GitLabTooling, wish: Args, context: CallContext): Promise<ToolOutput> {
  const found = await api.compare(wish.project_id, wish.from, wish.to, context);
  const url = `${api.host}/${wish.project}/-/compare/${encodeURIComponent(wish.from)}...${encodeURIComponent(wish.to)}`;
  const name = link(`${plain(wish.from)} to ${plain(wish.to)}`, url);
  const text = [
    `**${name} in ${plain(wish.project)}**: ${count(found.commits.length, "commit")}, ${count(found.diffs.length, "file")} changed.`,
    ...(found.commits.length > 0 ? [commits(found, wish, context)] : []),
    ...(found.diffs.length > 0 ? [files(found, wish)] : []),
    ...(found.compare_timeout === true ? ["GitLab gave up on the comparison: files may be missing."] : []),
    ...(wish.detail === "full" ? lines(found) : []),
  ].join("\n\n");
  return {
    text: sized(text, wish.detail, "Open the comparison in GitLab for the rest."),
    sources: [{ label: `${wish.from} to ${wish.to}`, url }],
    data: { commits: found.commits.length, files: found.diffs.length },
    untrusted:
      found.commits.length + found.diffs.length === 0 ? [] : [filesOf(wish.project, "commits and files")],
  };
}

/** Newest first. */
function commits(found: Comparison, wish: Args, context: CallContext): string {
  const max = shownMax[wish.detail].commits;
  const rows = found.commits
    .toReversed()
    .slice(0, max)
    .map((one) => {
      const at = one.created_at ?? one.authored_date;
      const when = at ? `, ${ago(at, context.now())}` : "";
      return `- ${one.id.slice(0, 8)} ${plain(one.title ?? one.message ?? "", 100)} (${plain(one.author_name ?? "unknown", 40)}${when})`;
    });
  const more = found.commits.length > max ? [`- and ${found.commits.length - max} older ones`] : [];
  return [...rows, ...more].join("\n");
}

function files(found: Comparison, wish: Args): string {
  const max = shownMax[wish.detail].files;
  const rows = found.diffs.slice(0, max).map((one) => {
    const what = one.new_file ? " (new)" : one.deleted_file ? " (deleted)" : "";
    return `- ${plain(one.new_path)}${what}`;
  });
  const more = found.diffs.length > max ? [`- and ${found.diffs.length - max} more`] : [];
  return ["Files:", "", ...rows, ...more].join("\n");
}

const lines = (found: Comparison): string[] =>
  found.diffs
    .filter(({ diff }) => diff !== "")
    .map(
      ({ new_path: path, diff }) =>
        `${plain(path)}:\n\n${fenced(visible(diff).slice(0, diffCharsMax), "diff")}`,
    );

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "compare two branches of {project}",
  "what changed in {project} since the last tag?",
  "what is on main that the release lacks in {project}",
  "difference between two tags of {project}",
  "which commits came since the release in {project}?",
  "diff between branches in {project}",
  "what is new on main in {project}",
  "commits between two versions of {project}",
  "compare the release with main in {project}",
  "what was added to {project} since the last version",
  "show what changed between tags in {project}",
  "compare versions of {project}",
];
