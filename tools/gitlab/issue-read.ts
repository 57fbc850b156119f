import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { count, type Detail, link, plain, quoted, sized } from "../text.ts";
import { ago, moment } from "../times.ts";
import { issueTarget } from "./entities.ts";
import type { Issue, Note } from "./shapes.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";

/** Characters of the description and of one comment, and how many comments. */
const caps = {
  short: { description: 1500, note: 500, notes: 5 },
  full: { description: 12_000, note: 3000, notes: 40 },
} as const;

const input = z.strictObject({
  issue: words("Number such as #311, payments/ledger-api#311, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
  detail: detail("whole description and more comments"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  issue: z.string(),
  iid: z.int(),
  detail: z.enum(["short", "full"]),
});

/** One issue: state, people, what it says, and the newest comments. */
export function issueRead(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_issue_read",
    title: "Read an issue",
    description:
      'One issue: state, people, labels, due day, description and newest comments. For example {"issue":"payments/ledger-api#311","detail":"full"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { issue: "issue", project: "project" },
    examples,
    targetTypes: ["Issue"],
    policyArgs: {},
    step: ({ issue }) => `Reading issue ${plain(said(issue) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, issue } = await tooling.locate.issue(wish.issue, wish.project, context);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id },
          ...{ issue: `#${issue.iid}`, iid: issue.iid, detail: wish.detail ?? "short" },
        },
        target: issueTarget(project, issue),
        policyArgs: {},
      };
    },
    run: (given, context) => read(tooling, canonical(args, given), context),
  };
}

async function read(
  { api }: GitLabTooling,
  wish: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const cap = caps[wish.detail];
  const [one, newest] = await Promise.all([
    api.issue(wish.project_id, wish.iid, context),
    api.issueNotes(wish.project_id, wish.iid, 100, context),
  ]);
  // Internal ones are not for everybody who may read the issue, nor for everybody who reads the answer.
  const comments = newest.filter(({ system, internal }) => !system && internal !== true);
  const shown = comments.slice(0, cap.notes);
  const full = one.references.full;
  const text = [
    `**${link(plain(full), one.web_url)} “${plain(one.title, 200)}”** is ${one.state === "opened" ? "open" : plain(one.state)}.`,
    facts(one, context).join("\n"),
    ...description(one, wish.detail, context),
    ...notes(shown, Math.max(comments.length, one.user_notes_count ?? 0), cap.note, context),
  ].join("\n\n");
  return {
    text: sized(text, wish.detail, wish.detail === "short" ? "Ask for full detail." : "Open it in GitLab."),
    sources: [{ label: full, url: one.web_url }],
    data: { state: one.state, labels: one.labels ?? [] },
    untrusted: untrusted(one, shown, context),
  };
}

function facts(one: Issue, context: CallContext): string[] {
  const people = (one.assignees ?? []).map(({ name }) => plain(name, 60));
  return [
    `- Opened by ${plain(one.author.name, 60)} ${ago(one.created_at, context.now())} (${moment(one.created_at)})`,
    `- Who does it: ${people.length > 0 ? people.join(", ") : "nobody"}`,
    ...(one.labels?.length ? [`- Labels: ${plain(one.labels.join(", "))}`] : []),
    ...(one.due_date ? [`- Due: ${plain(one.due_date, 20)}`] : []),
    ...(one.closed_at ? [`- Closed ${ago(one.closed_at, context.now())}`] : []),
  ];
}

function description(one: Issue, howMuch: Detail, context: CallContext): string[] {
  if (!one.description) return [];
  const whose = isOwn(one.author, context)
    ? "Description"
    : `Description, in the words of ${plain(one.author.name, 60)}`;
  return [`${whose}:\n\n${quoted(one.description, caps[howMuch].description)}`];
}

/** Newest first, as GitLab gave them. */
function notes(shown: readonly Note[], all: number, charsMax: number, context: CallContext): string[] {
  if (shown.length === 0) return [];
  const head =
    shown.length < all ? `Newest ${shown.length} of ${count(all, "comment")}` : count(all, "comment");
  return [
    `${head}, newest first:`,
    ...shown.map(
      (note) =>
        `${plain(note.author.name, 60)}, ${ago(note.created_at, context.now())}:\n\n${quoted(note.body, charsMax)}`,
    ),
  ];
}

function untrusted(one: Issue, shown: readonly Note[], context: CallContext): string[] {
  const name = one.references.full;
  const others = shown.filter(({ author }) => !isOwn(author, context)).map(({ author }) => author.username);
  return [
    ...(isOwn(one.author, context) ? [] : [`title and description of ${name} by ${one.author.username}`]),
    ...(others.length === 0 ? [] : [`comments on ${name} by ${[...new Set(others)].join(", ")}`]),
  ];
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show issue {issue} in {project}",
  "what is issue {issue} about?",
  "read issue {issue}",
  "summary of issue {issue}",
  "who works on issue {issue}?",
  "what was said on issue {issue} in {project}",
  "is issue {issue} still open?",
  "details of issue {issue}",
  "status of issue {issue} in {project}",
  "comments on issue {issue}",
  "when is issue {issue} due",
  "tell me about issue {issue}",
];
