import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import { maskSecrets } from "../../src/http/mask.ts";
import type { ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { nearestWords } from "../nearest.ts";
import { count, line, plain, sized, table } from "../text.ts";
import { pageRows } from "./call.ts";
import { changeWords, hunkBlock, hunksOf, sizeOf } from "./diff-lines.ts";
import { mergeRequestTarget } from "./entities.ts";
import { mergeRequestArgs, mergeRequestInput, mergeRequestMeant } from "./merge-request-place.ts";
import type { Diff } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

/** Files in a list, by how much is wanted. */
const filesShown = { short: 30, full: 100 } as const;

const input = z.strictObject({
  ...mergeRequestInput,
  file: words("One of its files, for its changed lines; left out: the list of files", 500).optional(),
  detail: detail("up to 100 files, or a long file's change"),
});

const args = z.object({
  ...mergeRequestArgs,
  author: z.string(),
  web_url: z.string(),
  file: z.string().optional(),
  detail: z.enum(["short", "full"]),
});
type Args = z.infer<typeof args>;

/** What a merge request changes, in two steps: its files first, then one file's hunks. */
export function mergeRequestDiff(tooling: GitLabTooling): ReadTool {
  const { api } = tooling;
  return {
    name: "gitlab_merge_request_diff",
    title: "Read the changes of a merge request",
    description:
      'What a merge request changes: first its files with sizes, then with `file` the changed lines of one. For example {"merge_request":"!482"}, then {"merge_request":"!482","file":"src/payout/retry.ts"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { merge_request: "merge_request", project: "project", file: "text" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: {},
    step: ({ merge_request: text, file }) =>
      `Reading the changes of ${plain(said(text) ?? "", 80)}${said(file) === undefined ? "" : ` in ${plain(said(file) ?? "", 80)}`}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, one, args: place } = await mergeRequestMeant(tooling, wish, context);
      return {
        args: {
          ...place,
          author: one.author.username,
          web_url: one.web_url,
          ...(wish.file !== undefined && { file: wish.file }),
          detail: wish.detail ?? "short",
        },
        target: mergeRequestTarget(project, one),
        policyArgs: {},
      };
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const diffs = await api.diffs(wish.project_id, wish.iid, context.signal);
      return {
        text: wish.file === undefined ? files(wish, diffs) : oneFile(wish, fileNamed(wish.file, diffs)),
        sources: [{ label: `changes of ${wish.project}${wish.merge_request}`, url: `${wish.web_url}/diffs` }],
        data: { files: diffs.length },
        ...(wish.file === undefined && {
          choices: diffs.slice(0, filesShown.short).map((diff) => ({
            value: diff.new_path,
            label: line(diff.new_path, 75),
          })),
        }),
        // A branch holds what anybody pushed to it, whoever opened the merge request.
        untrusted: [`changes of ${wish.project}${wish.merge_request}, opened by ${wish.author}`],
      } satisfies ToolOutput;
    },
  };
}

function files(wish: Args, diffs: readonly Diff[]): string {
  const shown = diffs.slice(0, filesShown[wish.detail]);
  const sizes = diffs.map(sizeOf);
  const sum = (pick: "added" | "removed") => sizes.reduce((all, one) => all + one[pick], 0);
  const rows = shown.map((diff) => {
    const { added, removed } = sizeOf(diff);
    const unseen = diff.too_large || diff.collapsed || !diff.diff;
    return [
      `${plain(diff.new_path, 200)}${changeWords(diff)}`,
      unseen ? "too large to show" : `+${added} −${removed}`,
    ];
  });
  const total = diffs.length >= pageRows ? `${pageRows} files or more` : count(diffs.length, "file");
  return sized(
    [
      `**${plain(wish.project)}${wish.merge_request} changes ${total}**, +${sum("added")} −${sum("removed")} lines.`,
      ...(rows.length === 0 ? [] : [table(["File", "Lines"], rows)]),
      ...(shown.length < diffs.length ? [`${shown.length} of ${diffs.length} files shown.`] : []),
      ...(rows.length === 0 ? [] : ["Name one of them (`file`) to see its changed lines."]),
    ].join("\n\n"),
    wish.detail,
    "Name a file.",
  );
}

/** By its whole path, or by its end where that is clear. Throws with the nearest. */
function fileNamed(text: string, diffs: readonly Diff[]): Diff {
  const wanted = text.trim().replace(/^\/+/, "");
  const exact = diffs.find((diff) => diff.new_path === wanted || diff.old_path === wanted);
  if (exact !== undefined) return exact;
  const ending = diffs.filter((diff) => diff.new_path.endsWith(`/${wanted}`));
  const [only, ...more] = ending;
  if (only !== undefined && more.length === 0) return only;
  const names = diffs.map((diff) => diff.new_path);
  throw new TerminalError(
    "gitlab_no_file",
    `That merge request changes no ${only === undefined ? "" : "single "}file '${line(wanted, 120)}'.${nearestWords(wanted, names)} It changes: ${(only ===
    undefined
      ? names
      : ending.map((diff) => diff.new_path)
    )
      .slice(0, 8)
      .map((name) => line(name, 120))
      .join(", ")}.`,
  );
}

function oneFile(wish: Args, diff: Diff): string {
  const { added, removed } = sizeOf(diff);
  const hunks = hunksOf(diff);
  const head = `**${plain(diff.new_path, 200)}**${changeWords(diff)} in ${plain(wish.project)}${wish.merge_request}: +${added} −${removed} lines, ${count(hunks.length, "hunk")}.`;
  if (hunks.length === 0)
    return `${head}\n\nGitLab does not give its lines: it is too large, binary, or was only renamed. Look at it there.`;
  return sized(
    [head, ...hunks.map((hunk) => maskSecrets(hunkBlock(hunk)))].join("\n\n"),
    wish.detail,
    "Ask for detail full, or look at it in GitLab.",
  );
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show the diff of {merge_request}",
  "what files does {merge_request} change?",
  "changed files in {merge_request}",
  "show me the code changes of {merge_request}",
  "which lines does {merge_request} touch",
  "diff of {merge_request} in {project}",
  "how big is the change in {merge_request}",
  "list the files of {merge_request}",
  "what code changed in {merge_request}?",
  "show the patch of {merge_request}",
  "look at the changes {merge_request} makes to the code",
  "what does {merge_request} change in the tests",
];
