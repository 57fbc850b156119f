import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { nearestWords } from "../nearest.ts";
import { count, fenced, link, plain, sized } from "../text.ts";
import { codePlace, fileUrl, filesOf, pathOf } from "./code-place.ts";
import { linesOf, type Span, spanOf } from "./file-lines.ts";
import type { TreeEntry } from "./shapes-code.ts";
import type { GitLabTooling } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

/** Lines without a span; entries of a folder. */
const linesMax = { short: 150, full: 600 } as const;
const entriesMax = 100;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  path: words("Path of a file, or of a folder to list it; / for the top", 250),
  lines: words("Lines of the file, such as 40-80").optional(),
  ref: words("Branch, tag or commit; left out: the default branch").optional(),
  detail: detail("more lines at once"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  path: z.string(),
  ref: z.string(),
  from: z.int().optional(),
  to: z.int().optional(),
  detail: z.enum(["short", "full"]),
});
type Args = z.infer<typeof args>;

/** A file with its line numbers, or what a folder holds. */
export function fileRead(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_file_read",
    title: "Read a file",
    description:
      'Reads a file of a project with line numbers, or lists a folder. For example {"project":"payments/ledger-api","path":"src/payouts/retry.ts","lines":"40-80"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", path: "text", ref: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ path }) => `Reading ${plain(said(path) ?? "", 100)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, ref, target } = await codePlace(tooling, wish, context);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id, ref },
          ...{ path: pathOf(wish.path), detail: wish.detail ?? "short" },
          ...(wish.lines !== undefined && spanOf(wish.lines)),
        },
        target,
        policyArgs: {},
      };
    },
    run: (given, context) => read(tooling, canonical(args, given), context),
  };
}

async function read(tooling: GitLabTooling, wish: Args, context: CallContext): Promise<ToolOutput> {
  const { api } = tooling;
  const file =
    wish.path === ""
      ? undefined
      : await unlessMissing(api.file(wish.project_id, wish.path, wish.ref, context));
  if (file === undefined) return folder(tooling, wish, context);
  const all = linesOf(file);
  const url = fileUrl(wish.project, api.host, wish.ref, wish.path);
  const name = `${link(plain(wish.path), url)} of ${plain(wish.project)} at ${plain(wish.ref, 60)}`;
  if (all === undefined) {
    const size = `${Math.ceil(file.size / 1024)} KB`;
    return answer(`**${name}** is no text (${size}). Open it in GitLab.`, wish, url, []);
  }
  const span = shownSpan(wish, all.length);
  const rows = all.slice(span.from - 1, span.to);
  const numbered = rows.map((row, index) => `${String(span.from + index).padStart(4)}  ${row}`).join("\n");
  const text = [
    `**${name}**, lines ${span.from} to ${span.to} of ${all.length}.`,
    fenced(numbered),
    ...(span.to < all.length && wish.to === undefined
      ? [`For what follows, ask for lines ${span.to + 1}-${Math.min(all.length, span.to + linesMax.short)}.`]
      : []),
  ].join("\n\n");
  return answer(text, wish, url, [filesOf(wish.project, wish.path)]);
}

/** Throws where the file ends before. */
function shownSpan(wish: Args, all: number): Span {
  const from = wish.from ?? 1;
  if (from > Math.max(all, 1))
    throw new TerminalError(
      "bad_argument",
      `${wish.path} has ${count(all, "line")}; ${from} is past its end.`,
    );
  return { from, to: Math.min(all, wish.to ?? from + linesMax[wish.detail] - 1) };
}

const answer = (text: string, wish: Args, url: string, untrusted: string[]): ToolOutput => ({
  text: sized(text, wish.detail, "Ask for fewer lines, such as 40-80."),
  sources: [{ label: wish.path === "" ? wish.project : wish.path, url }],
  data: {},
  untrusted,
});

async function folder({ api }: GitLabTooling, wish: Args, context: CallContext): Promise<ToolOutput> {
  const entries = await unlessMissing(api.tree(wish.project_id, wish.path, wish.ref, context));
  if (entries === undefined || entries.length === 0) throw await missing(api, wish, context);
  const shown = entries.slice(0, entriesMax);
  const rows = shown.map(({ name, type }) => `- ${plain(name)}${type === "tree" ? "/" : ""}`);
  const where = wish.path === "" ? "The top folder" : plain(`${wish.path}/`);
  const more = entries.length >= entriesMax ? ["There may be more: name a folder inside."] : [];
  const text = [`**${where} of ${plain(wish.project)}** holds:`, rows.join("\n"), ...more].join("\n\n");
  const url = fileUrl(wish.project, api.host, wish.ref, wish.path).replace("/-/blob/", "/-/tree/");
  return answer(text, wish, url, [filesOf(wish.project, "names of files")]);
}

/** What is like the missing name, in the folder where it would be. */
async function missing(api: GitLabTooling["api"], wish: Args, context: CallContext): Promise<TerminalError> {
  const above = wish.path.split("/").slice(0, -1).join("/");
  const near = await unlessMissing<TreeEntry[]>(api.tree(wish.project_id, above, wish.ref, context));
  return new TerminalError(
    "gitlab_not_found",
    `${wish.project} has no '${plain(wish.path, 120)}' at ${wish.ref}.` +
      `${nearestWords(
        wish.path,
        (near ?? []).map(({ path }) => path),
      )} List a folder by its path, or look for the name with gitlab_code_search.`,
  );
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show me a file of {project}",
  "read the file in {project}",
  "open the README of {project}",
  "what does this file in {project} say",
  "print the config file of {project}",
  "list the files of {project}",
  "what is in the src folder of {project}?",
  "cat the file in {project}",
  "show the source of this file in {project}",
  "which files are in {project}",
  "show the CI file of {project}",
  "contents of the file in {project}",
];
