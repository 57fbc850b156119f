import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical } from "../input.ts";
import { count, link, plain, sized, table } from "../text.ts";
import { age } from "../times.ts";
import { instanceTarget } from "./entities.ts";
import type { Issue, MergeRequest } from "./shapes.ts";
import type { Todo } from "./shapes-code.ts";
import { mergeStatusWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

const rowsShown = 10;

const kinds = ["all", "reviews", "issues", "todos"] as const;
const input = z.strictObject({
  kind: z.enum(kinds).describe("Left out: all of it").optional(),
});
const args = z.object({ kind: z.enum(kinds), username: z.string() });

/** "What waits for me?": reviews, issues and to-dos of the person who asks. */
export function todoFind(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_todo_find",
    title: "See what waits for you",
    description:
      'What waits for the person in GitLab: merge requests to review (the review queue), issues assigned, open to-dos. For example {"kind":"reviews"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: {},
    examples,
    targetTypes: ["GitLabInstance"],
    policyArgs: {},
    step: () => "Looking for what waits for you in GitLab",
    resolve: async (given, context) => {
      const { kind } = canonical(input, given);
      const { username } = await tooling.access.me(context);
      return {
        args: { kind: kind ?? "all", username },
        target: instanceTarget(tooling.api.host),
        policyArgs: {},
      };
    },
    run: (given, context) => waiting(tooling, canonical(args, given), context),
  };
}

/** One part of the answer; what it says of others' texts. */
interface Part {
  text: string;
  found: number;
  untrusted: string[];
}

async function waiting(
  tooling: GitLabTooling,
  { kind, username }: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const wanted = (one: typeof kind) => kind === "all" || kind === one;
  const parts = await Promise.all([
    ...(wanted("reviews") ? [reviews(tooling, username, context)] : []),
    ...(wanted("issues") ? [issues(tooling, username, context)] : []),
    ...(wanted("todos") ? [todos(tooling, context)] : []),
  ]);
  return {
    text: sized(
      parts.map(({ text }) => text).join("\n\n"),
      "short",
      "Ask for one kind: reviews, issues or todos.",
    ),
    sources: [],
    data: { found: parts.reduce((sum, { found }) => sum + found, 0) },
    untrusted: [...new Set(parts.flatMap((part) => part.untrusted))],
  };
}

/** Oldest first: who has waited longest stands on top. */
async function reviews(
  { api, access }: GitLabTooling,
  username: string,
  context: CallContext,
): Promise<Part> {
  const { rows } = await api.mergeRequests({ reviewer: username, state: "opened" }, context.signal);
  const mine = await access.visible(
    rows.map((row) => row.project_id),
    context,
  );
  const found = rows.filter((row) => mine.has(row.project_id));
  const row = (one: MergeRequest) => [
    link(plain(one.references.full), one.web_url),
    plain(one.title, 80),
    plain(one.author.name, 40),
    age(one.created_at, context.now()),
    one.draft ? "is a draft" : mergeStatusWords(one),
  ];
  return part("merge request", "to review, oldest first", found, row, {
    head: ["Merge request", "Title", "Author", "Age", "State"],
    untrusted: `titles of merge requests by ${names(found.map(({ author }) => author.username))}`,
  });
}

async function issues({ api, access }: GitLabTooling, username: string, context: CallContext): Promise<Part> {
  const { rows } = await api.issues({ assignee: username, state: "opened" }, context);
  const mine = await access.visible(
    rows.map((row) => row.project_id),
    context,
  );
  const found = rows.filter((row) => mine.has(row.project_id) && row.confidential !== true);
  const row = (one: Issue) => [
    link(plain(one.references.full), one.web_url),
    plain(one.title, 80),
    plain(one.due_date ?? "no day", 20),
    age(one.created_at, context.now()),
  ];
  return part("issue", "assigned to you, newest first", found, row, {
    head: ["Issue", "Title", "Due", "Age"],
    untrusted: `titles of issues by ${names(found.map(({ author }) => author.username))}`,
  });
}

/** GitLab shows to-dos to their owner alone: the service account would see its own. */
async function todos({ api }: GitLabTooling, context: CallContext): Promise<Part> {
  if (context.actsAs("gitlab") !== "person") {
    return {
      text: "To-dos are shown to their owner alone: connect your GitLab account with `/steward connect gitlab` to see yours here.",
      found: 0,
      untrusted: [],
    };
  }
  const found = await api.todos(context);
  const row = (one: Todo) => [
    link(plain(one.target?.title ?? one.target_url, 80), one.target_url),
    plain(one.project?.path_with_namespace ?? "", 60),
    `${plain(one.action_name.replaceAll("_", " "), 40)}, by ${plain(one.author.name, 40)}`,
    age(one.created_at, context.now()),
  ];
  return part("to-do", "open, newest first", found, row, {
    head: ["What", "Project", "Why", "Age"],
    untrusted: `to-dos by ${names(found.map(({ author }) => author.username))}`,
  });
}

function part<T>(
  noun: string,
  state: string,
  found: readonly T[],
  row: (one: T) => string[],
  { head, untrusted }: { head: string[]; untrusted: string },
): Part {
  if (found.length === 0) return { text: `**No ${noun}s ${state.split(",")[0]}.**`, found: 0, untrusted: [] };
  const shown = found.slice(0, rowsShown);
  const more = found.length > shown.length ? `\n\n${shown.length} of ${found.length} shown.` : "";
  return {
    text: `**${count(found.length, noun)} ${state}.**\n\n${table(head, shown.map(row))}${more}`,
    found: found.length,
    untrusted: [untrusted],
  };
}

const names = (all: readonly string[]): string => [...new Set(all)].slice(0, 10).join(", ");

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "what waits for me in GitLab?",
  "my to-dos",
  "show my gitlab to-do list",
  "what do I have to do in gitlab",
  "my review queue",
  "what is on my plate",
  "anything waiting for me?",
  "open todos",
  "what should I do next in gitlab?",
  "my gitlab inbox",
  "what is assigned to me and what do I have to review",
  "my work in gitlab today",
];
