import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { link, plain, sized, table } from "../text.ts";
import { age } from "../times.ts";
import { codePlace, fileUrl, filesOf, pathOf } from "./code-place.ts";
import { spanOf } from "./file-lines.ts";
import type { Blame } from "./shapes-code.ts";
import type { GitLabTooling } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

/** Lines looked at where none are named, and at most. */
const linesMax = 200;
const runsShown = 40;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  path: words("Path of the file", 250),
  lines: words("Lines, such as 40-80; left out: the first 200").optional(),
  ref: words("Branch, tag or commit; left out: the default branch").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  path: z.string(),
  ref: z.string(),
  from: z.int(),
  to: z.int(),
});

/** Who wrote which lines of a file, when, and with which commit. */
export function fileBlame(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_file_blame",
    title: "See who wrote lines of a file",
    description:
      'Who wrote which lines of a file, when, and with which commit. For example {"project":"payments/ledger-api","path":"src/payouts/retry.ts","lines":"1-40"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", path: "text", ref: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ path }) => `Looking for who wrote ${plain(said(path) ?? "", 100)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, ref, target } = await codePlace(tooling, wish, context);
      const { from, to } = wish.lines === undefined ? { from: 1, to: linesMax } : spanOf(wish.lines);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id, ref, path: pathOf(wish.path) },
          ...{ from, to: Math.min(to, from + linesMax - 1) },
        },
        target,
        policyArgs: {},
      };
    },
    run: (given, context) => blame(tooling, canonical(args, given), context),
  };
}

async function blame(
  { api }: GitLabTooling,
  wish: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const range = { start: wish.from, end: wish.to };
  const runs = await unlessMissing(api.blame(wish.project_id, wish.path, wish.ref, range, context));
  if (runs === undefined || runs.length === 0) {
    throw new TerminalError(
      "gitlab_not_found",
      `${wish.project} has no '${plain(wish.path, 120)}' at ${wish.ref}, or it ends before line ${wish.from}. List its folder with gitlab_file_read.`,
    );
  }
  const shown = runs.slice(0, runsShown);
  const url = fileUrl(wish.project, api.host, wish.ref, wish.path);
  const last = wish.from + runs.reduce((sum, { lines }) => sum + lines.length, 0) - 1;
  const text = [
    `**Lines ${wish.from} to ${last} of ${link(plain(wish.path), url)}** in ${plain(wish.project)}: ${authors(runs)}.`,
    table(["Lines", "Who", "When", "Commit", "First line"], rows(shown, wish.from, context)),
    ...(shown.length < runs.length
      ? [`${shown.length} of ${runs.length} parts shown. Name fewer lines.`]
      : []),
  ].join("\n\n");
  return {
    text: sized(text, "short", "Name fewer lines."),
    sources: [{ label: wish.path, url }],
    data: { parts: runs.length },
    untrusted: [filesOf(wish.project, wish.path)],
  };
}

/** `Anna 12 lines, Boris 3`, most first. */
function authors(runs: readonly Blame[]): string {
  const lines = new Map<string, number>();
  for (const { commit, lines: own } of runs) {
    const name = commit.author_name ?? "unknown";
    lines.set(name, (lines.get(name) ?? 0) + own.length);
  }
  return [...lines]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([name, count]) => `${plain(name, 60)} ${count}`)
    .join(", ");
}

function rows(runs: readonly Blame[], from: number, context: CallContext): string[][] {
  let at = from;
  return runs.map(({ commit, lines }) => {
    const first = at;
    at += lines.length;
    return [
      first === at - 1 ? String(first) : `${first}–${at - 1}`,
      plain(commit.author_name ?? "unknown", 40),
      commit.authored_date ? age(commit.authored_date, context.now()) : "",
      `${commit.id.slice(0, 8)} ${plain(commit.title ?? commit.message ?? "", 60)}`,
      plain(lines.find((row) => row.trim() !== "") ?? "", 60),
    ];
  });
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "who wrote this file in {project}?",
  "git blame in {project}",
  "who changed these lines in {project}",
  "who last touched the file in {project}",
  "blame the file in {project}",
  "which commit wrote this line in {project}?",
  "who is the author of this code in {project}",
  "since when does this line stand in {project}",
  "whose code is this in {project}?",
  "history of these lines in {project}",
  "who introduced this line in {project}",
  "blame for a file of {project}",
];
