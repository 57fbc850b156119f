import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, words } from "../input.ts";
import { count, line, link, plain, table } from "../text.ts";
import { age } from "../times.ts";
import { pageRows } from "./call.ts";
import { labelsOf } from "./labels.ts";
import { findPerson } from "./people.ts";
import { placeOf, placeWords } from "./place.ts";
import type { Issue } from "./shapes.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";

/** Rows in a message; more is said, with how to narrow. */
const rowsShown = 15;

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name").optional(),
  group: words("Group: its path such as payments").optional(),
  author: words("Who opened it: me, a GitLab user name, or a name").optional(),
  assignee: words("Who is to do it: me, a GitLab user name, or a name").optional(),
  state: z.enum(["open", "opened", "closed", "all"]).describe("Left out: open").optional(),
  labels: words("Labels that it must have, separated by commas").optional(),
  search: words("Words of the title or description", 100).optional(),
});

const args = z.object({
  project: z.string().optional(),
  project_id: z.int().optional(),
  group: z.string().optional(),
  group_id: z.int().optional(),
  author: z.string().optional(),
  assignee: z.string().optional(),
  state: z.enum(["opened", "closed", "all"]),
  labels: z.array(z.string()),
  search: z.string().optional(),
});
type Args = z.infer<typeof args>;

/** "Which bugs are open in ledger-api?": issues by place, people, labels, state and words. */
export function issueFind(tooling: GitLabTooling): ReadTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_issue_find",
    title: "Find issues",
    description:
      "Lists issues of a project, of a group, or of all projects the person is a member of: by author, assignee, state, labels and words, newest first. " +
      'For example {"project":"payments/ledger-api","labels":"bug"} or {"group":"payments","assignee":"me"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: {
      ...{ project: "project", group: "group", author: "person_me", assignee: "person_me", state: "state" },
    },
    examples,
    targetTypes: ["GitLabInstance", "GitLabGroup", "Project"],
    policyArgs: {},
    step: ({ project, group }) => `Looking for issues${placeWords(project ?? group)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await placeOf(tooling, wish, context);
      const [author, assignee] = await Promise.all(
        (["author", "assignee"] as const).map(async (argument) => {
          const name = wish[argument];
          return name === undefined ? undefined : findPerson(api, access, name, context, argument);
        }),
      );
      await access.me(context);
      const resolved: JsonObject = {
        ...place.args,
        ...(author && { author: author.username }),
        ...(assignee && { assignee: assignee.username }),
        state: wish.state === undefined || wish.state === "open" ? "opened" : wish.state,
        labels: labelsOf(wish.labels ?? ""),
        ...(wish.search !== undefined && { search: wish.search }),
      };
      return { args: resolved, target: place.target, policyArgs: {} };
    },
    run: (given, context) => list(tooling, canonical(args, given), context),
  };
}

async function list({ api, access }: GitLabTooling, wish: Args, context: CallContext): Promise<ToolOutput> {
  const { rows, total } = await api.issues(
    {
      ...(wish.project_id !== undefined && { projectId: wish.project_id }),
      ...(wish.group_id !== undefined && { groupId: wish.group_id }),
      ...(wish.state !== "all" && { state: wish.state }),
      ...(wish.author !== undefined && { author: wish.author }),
      ...(wish.assignee !== undefined && { assignee: wish.assignee }),
      ...(wish.search !== undefined && { search: wish.search }),
      labels: wish.labels,
    },
    context,
  );
  const mine = await access.visible(
    rows.map((row) => row.project_id),
    context,
  );
  const found = rows.filter((row) => mine.has(row.project_id) && row.confidential !== true);
  const shown = found.slice(0, rowsShown);
  const more = (total ?? rows.length) > rows.length;
  return {
    text: [
      headline(wish, found.length, context),
      ...(shown.length > 0 ? [tableOf(shown, context)] : []),
      ...(shown.length < found.length
        ? [`${shown.length} of ${found.length} shown. Narrow it by project, people, labels, state or words.`]
        : []),
      ...(more ? [`GitLab holds more: only its first ${pageRows} rows were looked at.`] : []),
    ].join("\n\n"),
    sources: [],
    data: { total: found.length, shown: shown.map((row) => row.references.full) },
    choices: shown.map(({ references, title }) => ({
      value: references.full,
      label: line(`${references.full} ${title}`, 75),
    })),
    untrusted: untrustedTitles(shown, context),
  };
}

const tableOf = (rows: readonly Issue[], context: CallContext): string =>
  table(
    ["Issue", "Title", "Who does it", "Labels", "Age"],
    rows.map((row) => [
      link(plain(row.references.full), row.web_url),
      `${plain(row.title, 90)}${row.state === "closed" ? " (closed)" : ""}`,
      (row.assignees ?? []).map(({ name }) => plain(name, 30)).join(", ") || "nobody",
      plain((row.labels ?? []).join(", "), 60) || "none",
      age(row.created_at, context.now()),
    ]),
  );

function headline(wish: Args, found: number, context: CallContext): string {
  const kind = wish.state === "all" ? "" : wish.state === "opened" ? "open " : "closed ";
  const where = wish.project ?? wish.group;
  const named = (username: string) =>
    username.toLowerCase() === context.elsewhere.gitlab?.toLowerCase() ? "you" : username;
  const who = [
    ...(wish.author === undefined ? [] : [`opened by ${named(wish.author)}`]),
    ...(wish.assignee === undefined ? [] : [`assigned to ${named(wish.assignee)}`]),
    ...(wish.labels.length === 0 ? [] : [`labelled ${plain(wish.labels.join(", "), 60)}`]),
    ...(wish.search === undefined ? [] : [`with “${plain(wish.search, 60)}”`]),
  ].join(", ");
  const limit = where === undefined ? "in the projects you are a member of" : `in ${plain(where)}`;
  const what = found === 0 ? `No ${kind}issues` : count(found, `${kind}issue`);
  return `**${what} ${limit}${who === "" ? "" : `, ${who}`}**${found > 1 ? ", newest first" : ""}.`;
}

function untrustedTitles(rows: readonly Issue[], context: CallContext): string[] {
  const others = rows.filter((row) => !isOwn(row.author, context)).map((row) => row.author.username);
  return others.length === 0 ? [] : [`titles of issues by ${[...new Set(others)].join(", ")}`];
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show open issues in {project}",
  "which issues are open in {project}?",
  "list the issues of {group}",
  "my issues",
  "issues assigned to me",
  "what issues does {person} have in {group}",
  "closed issues in {project}",
  "are there any issues in {project}?",
  "find issues by {person}",
  "all open issues in {group}",
  "which issues did I open",
  "open issues of {person}",
  "issue list for {project}",
];
