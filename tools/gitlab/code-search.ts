import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { count, fenced, link, plain, sized, visible } from "../text.ts";
import { codePlace, fileUrl, filesOf } from "./code-place.ts";
import type { Blob } from "./shapes-code.ts";
import type { GitLabTooling } from "./tooling.ts";

/** Files shown. */
const shownMax = { short: 8, full: 30 } as const;
const excerptCharsMax = { short: 500, full: 1500 } as const;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  search: words("What to look for, as it stands in the code", 200),
  ref: words("Branch, tag or commit; left out: the default branch").optional(),
  detail: detail("more files and longer excerpts"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  search: z.string(),
  ref: z.string(),
  detail: z.enum(["short", "full"]),
});

/** "Where is retryPayout used?": files of a project that hold some words, with the lines. */
export function codeSearch(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_code_search",
    title: "Search the code",
    description:
      'Files of one project that hold some words, with the lines around them. For example {"project":"payments/ledger-api","search":"retryPayout"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", search: "text", ref: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ search }) => `Looking for “${plain(said(search) ?? "", 80)}” in the code`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, ref, target } = await codePlace(tooling, wish, context);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id, ref },
          ...{ search: wish.search, detail: wish.detail ?? "short" },
        },
        target,
        policyArgs: {},
      };
    },
    run: (given, context) => search(tooling, canonical(args, given), context),
  };
}

async function search(
  { api }: GitLabTooling,
  wish: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const max = shownMax[wish.detail];
  const query = { text: wish.search, ref: wish.ref, max: max + 1 };
  const found = await api.search("blobs", wish.project_id, query, context);
  const shown = found.slice(0, max);
  const urlOf = (blob: Blob) =>
    `${fileUrl(wish.project, api.host, wish.ref, blob.path)}#L${blob.startline ?? 1}`;
  const name = `“${plain(wish.search, 80)}” in ${plain(wish.project)} at ${plain(wish.ref, 60)}`;
  const text = [
    found.length === 0
      ? `**Nothing holds ${name}.** The words are looked for as they stand, together; try one of them.`
      : `**${count(shown.length, "place")} with ${name}.**`,
    ...shown.map((blob) => {
      const excerpt = visible(blob.data).trimEnd().slice(0, excerptCharsMax[wish.detail]);
      return `${link(`${plain(blob.path)}, from line ${blob.startline ?? 1}`, urlOf(blob))}\n\n${fenced(excerpt)}`;
    }),
    ...(found.length > max ? ["There are more. Narrow it: more words, or `path:src/` among them."] : []),
  ].join("\n\n");
  return {
    text: sized(text, wish.detail, "Narrow it with more words."),
    sources: shown.slice(0, 5).map((blob) => ({ label: blob.path, url: urlOf(blob) })),
    data: { found: shown.length },
    untrusted: shown.length === 0 ? [] : [filesOf(wish.project, "files")],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "search the code of {project}",
  "where is this function used in {project}?",
  "find this in the code of {project}",
  "search {project} for a word",
  "grep {project}",
  "which files in {project} mention this",
  "look for this in the source of {project}",
  "code search in {project}",
  "where in {project} is it defined?",
  "find usages in {project}",
  "search the repository {project}",
  "which file of {project} holds this constant",
];
