import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said } from "../input.ts";
import { count, line, plain, quoted, sized } from "../text.ts";
import { ago } from "../times.ts";
import { mergeRequestTarget } from "./entities.ts";
import { mergeRequestArgs, mergeRequestInput, mergeRequestMeant } from "./merge-request-place.ts";
import type { Discussion } from "./shapes-delivery.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";

/** Threads shown, and characters of a note, by how much is wanted. */
const shown = { short: { threads: 12, chars: 400 }, full: { threads: 60, chars: 3000 } } as const;

/** Characters of a thread's id that name it. */
export const threadChars = 8;

const input = z.strictObject({
  ...mergeRequestInput,
  open: z.boolean().describe("true: only threads that are not resolved").optional(),
  detail: detail("all threads with long notes"),
});

const args = z.object({
  ...mergeRequestArgs,
  web_url: z.string(),
  open: z.boolean(),
  detail: z.enum(["short", "full"]),
});
type Args = z.infer<typeof args>;

/** The discussions of a merge request: what people said, and which threads are open. */
export function discussionRead(tooling: GitLabTooling): ReadTool {
  const { api } = tooling;
  return {
    name: "gitlab_discussion_read",
    title: "Read the discussions of a merge request",
    description:
      'The comments and review threads of a merge request, newest last, with what is still open. For example {"merge_request":"!482"} or {"merge_request":"!482","open":true}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["MergeRequest"],
    policyArgs: {},
    step: ({ merge_request: text }) => `Reading the discussions of ${plain(said(text) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, one, args: place } = await mergeRequestMeant(tooling, wish, context);
      return {
        args: { ...place, web_url: one.web_url, open: wish.open === true, detail: wish.detail ?? "short" },
        target: mergeRequestTarget(project, one),
        policyArgs: {},
      };
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const { rows, total } = await api.discussions(wish.project_id, wish.iid, context.signal);
      return report(wish, rows, total, context);
    },
  };
}

const isOpen = ({ notes }: Discussion): boolean =>
  notes.some(({ resolvable, resolved }) => resolvable === true && resolved !== true);

function report(
  wish: Args,
  rows: readonly Discussion[],
  total: number | undefined,
  context: CallContext,
): ToolOutput {
  // What GitLab itself noted (pushes, labels) is no discussion.
  const said = rows.filter(({ notes }) => notes.some(({ system }) => !system));
  const open = said.filter(isOpen);
  const wanted = wish.open ? open : said;
  const limits = shown[wish.detail];
  const newest = wanted.slice(-limits.threads);
  const name = `${plain(wish.project)}${wish.merge_request}`;
  const others = new Set(
    newest.flatMap(({ notes }) =>
      notes.filter(({ author }) => !isOwn(author, context)).map(({ author }) => author.username),
    ),
  );
  const text = [
    `**Discussions of ${name}**: ${count(said.length, "thread")}, ${open.length} open.`,
    ...newest.map((one) => thread(one, limits.chars, context)),
    ...(newest.length < wanted.length
      ? [`The newest ${newest.length} of ${wanted.length} shown. Ask for open ones only, or for detail full.`]
      : []),
    ...((total ?? rows.length) > rows.length
      ? [`GitLab holds more: the oldest ${rows.length} entries were looked at.`]
      : []),
  ].join("\n\n");
  return {
    text: sized(text, wish.detail, "Ask for open threads only, or look at them in GitLab."),
    sources: [{ label: `discussions of ${wish.project}${wish.merge_request}`, url: wish.web_url }],
    data: { threads: said.length, open: open.length },
    choices: newest.map(({ id, notes }) => ({
      value: id.slice(0, threadChars),
      label: line(`${notes[0]?.author.name ?? ""}: ${notes[0]?.body ?? ""}`, 75),
    })),
    untrusted:
      others.size === 0
        ? []
        : [`comments on ${wish.project}${wish.merge_request} by ${[...others].join(", ")}`],
  };
}

function thread(one: Discussion, charsMax: number, context: CallContext): string {
  const [first] = one.notes;
  const at = first?.position?.new_path
    ? ` on ${plain(first.position.new_path, 120)}${first.position.new_line ? `:${first.position.new_line}` : ""}`
    : "";
  const state = one.notes.some(({ resolvable }) => resolvable) ? (isOpen(one) ? ", open" : ", resolved") : "";
  const notes = one.notes
    .filter(({ system }) => !system)
    .map(
      (note) =>
        `${plain(note.author.name, 60)}, ${ago(note.created_at, context.now())}:\n\n${quoted(note.body, charsMax)}`,
    );
  return [`Thread ${one.id.slice(0, threadChars)}${at}${state}`, ...notes].join("\n\n");
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show the comments on {merge_request}",
  "what did the reviewers say on {merge_request}?",
  "discussions of {merge_request}",
  "are there open threads on {merge_request}",
  "read the review comments of {merge_request}",
  "unresolved discussions on {merge_request} in {project}",
  "what is being discussed on {merge_request}",
  "show the review threads of {merge_request}",
  "which comments on {merge_request} are still open?",
  "what feedback did {merge_request} get",
  "list the notes on {merge_request}",
  "who commented on {merge_request}",
];
