import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, Field, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { issueLabel, issueTarget } from "./entities.ts";
import { argsOf, changeable, issueArgs, issueInput, issueOutput, nothingToDo } from "./issue-writing.ts";
import { labelsOf } from "./labels.ts";
import { findPerson } from "./people.ts";
import { inertLine, inertText } from "./quick-actions.ts";
import type { Issue, User } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

const titleCharsMax = 255;
const descriptionCharsMax = 20_000;

const input = z.strictObject({
  ...issueInput,
  title: words("New title", titleCharsMax).optional(),
  description: words("New description, in Markdown; it replaces the old one", descriptionCharsMax).optional(),
  add_labels: words("Labels to add, separated by commas").optional(),
  remove_labels: words("Labels to take away, separated by commas").optional(),
  assignee: words("Who is to do it: me, a GitLab user name, a name, or nobody").optional(),
  due: words("Day it is due, as 2026-12-24, or none").optional(),
});

/** An issue's own fields as they stand or are to stand; only those that change. */
const fields = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  labels: z.array(z.string()).optional(),
  /** User name; empty for nobody. */
  assignee: z.string().optional(),
  /** Empty for none. */
  due: z.string().optional(),
});
type Fields = z.infer<typeof fields>;

const args = z.object({
  ...issueArgs,
  before: fields,
  after: fields,
  /** 0: nobody; absent where that does not change. */
  assignee_id: z.int().optional(),
});
type Args = z.infer<typeof args>;

/** Changes an issue's title, description, labels, assignee or due day, all in one call. */
export function issueEdit(tooling: GitLabTooling): WriteTool {
  const { api } = tooling;
  return {
    name: "gitlab_issue_edit",
    title: "Change an issue",
    description:
      "Changes an issue's title, description, labels, assignee or due day; name only what changes. " +
      'For example {"issue":"payments/ledger-api#311","add_labels":"urgent","assignee":"me"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: {
      ...{ issue: "issue", project: "project", title: "text", description: "text" },
      ...{ add_labels: "text", remove_labels: "text", assignee: "person_me", due: "date" },
    },
    examples,
    targetTypes: ["Issue"],
    policyArgs: {},
    risks: [1],
    lagMs: 2000,
    step: ({ issue }) => `Preparing the change of issue ${plain(said(issue) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await changeable(tooling, wish, "Changing an issue", context);
      const { project, issue } = place;
      const person = await assigneeOf(tooling, wish.assignee, context);
      const after = wanted(wish, issue, person);
      const before = now(issue, after);
      if (Object.keys(after).length === 0)
        throw nothingToDo(issueLabel(project, issue), "stands like that already");
      return {
        args: {
          ...argsOf(place),
          ...{ before: before as JsonObject, after: after as JsonObject },
          ...(after.assignee !== undefined && { assignee_id: person?.id ?? 0 }),
        },
        target: issueTarget(project, issue),
        policyArgs: {},
        risk: 1,
        version: versionOf(before),
        preview: { sentence: `Change ${issueLabel(project, issue)}`, fields: cardFields(before, after) },
      };
    },
    version: async (given, context) => {
      const wish = canonical(args, given);
      return versionOf(now(await api.issue(wish.project_id, wish.iid, context), wish.after));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const { title, description, labels, due } = wish.after;
      const order = {
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(labels !== undefined && { labels }),
        ...(wish.assignee_id !== undefined && { assigneeId: wish.assignee_id }),
        ...(due !== undefined && { dueDate: due }),
      };
      return issueOutput(await api.editIssue(wish.project_id, wish.iid, order, context), became(wish));
    },
    find: (given, context) => find(tooling, canonical(args, given), context),
    undo: (given) => {
      const { project, issue, before, after } = canonical(args, given);
      const labels = labelChange(after.labels, before.labels);
      // A text that was empty cannot be asked for: there is no such argument.
      if (before.description === "") return Promise.resolve(undefined);
      const back = {
        ...{ project, issue },
        ...(before.title !== undefined && { title: before.title }),
        ...(before.description !== undefined && { description: before.description }),
        ...labels,
        ...(before.assignee !== undefined && { assignee: before.assignee || "nobody" }),
        ...(before.due !== undefined && { due: before.due || "none" }),
      };
      return Promise.resolve({ tool: "gitlab_issue_edit", args: back });
    },
  };
}

async function assigneeOf(
  { api, access }: GitLabTooling,
  name: string | undefined,
  context: CallContext,
): Promise<User | undefined> {
  if (name === undefined || /^(?:nobody|none|no one)$/i.test(name)) return undefined;
  return findPerson(api, access, name, context, "assignee");
}

/** What really changes; an assignee whom the issue has already is no change. */
function wanted(wish: z.infer<typeof input>, issue: Issue, person: User | undefined): Fields {
  const title = wish.title === undefined ? undefined : inertLine(wish.title, titleCharsMax);
  const description = wish.description === undefined ? undefined : inertText(wish.description).trim();
  const gone = new Set(labelsOf(wish.remove_labels ?? ""));
  const had = issue.labels ?? [];
  const labels = [...new Set([...had, ...labelsOf(wish.add_labels ?? "")])].filter((one) => !gone.has(one));
  const assignee = wish.assignee === undefined ? undefined : (person?.username ?? "");
  const due = wish.due === undefined ? undefined : dayOf(wish.due);
  const standing = now(issue, { title: "", description: "", labels: [], assignee: "", due: "" });
  return {
    ...(title !== undefined && title !== standing.title && { title }),
    ...(description !== undefined && description !== standing.description && { description }),
    ...(labels.join("\n") !== had.join("\n") && { labels }),
    ...(assignee !== undefined && assignee !== standing.assignee && { assignee }),
    ...(due !== undefined && due !== standing.due && { due }),
  };
}

function dayOf(text: string): string {
  if (/^none$/i.test(text)) return "";
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new TerminalError(
    "bad_argument",
    `'${line(text, 40)}' is no day: expected one such as 2026-12-24, or none.`,
  );
}

/** How the fields that change stand now. */
const now = (issue: Issue, changing: Fields): Fields => ({
  ...(changing.title !== undefined && { title: issue.title }),
  ...(changing.description !== undefined && { description: issue.description ?? "" }),
  ...(changing.labels !== undefined && { labels: issue.labels ?? [] }),
  ...(changing.assignee !== undefined && {
    assignee: (issue.assignees ?? []).map(({ username }) => username).join(", "),
  }),
  ...(changing.due !== undefined && { due: issue.due_date ?? "" }),
});

/** Another one when a field that is to change was changed by somebody else. */
const versionOf = (standing: Fields): string => JSON.stringify(standing);

const names: [keyof Fields, string, empty: string][] = [
  ["title", "Title", "none"],
  ["description", "Description", "none"],
  ["labels", "Labels", "none"],
  ["assignee", "Who does it", "nobody"],
  ["due", "Due", "none"],
];

function cardFields(before: Fields, after: Fields): Field[] {
  const shown = (value: string | string[] | undefined, empty: string): string =>
    (Array.isArray(value) ? value.join(", ") : value) || empty;
  return names
    .filter(([name]) => after[name] !== undefined)
    .map(([name, label, empty]) => ({
      label,
      before: shown(before[name], empty),
      value: shown(after[name], empty),
    }));
}

const became = ({ after }: Args): string => {
  const changed = names.filter(([name]) => after[name] !== undefined);
  return `was changed: ${changed.map(([, label]) => label.toLowerCase()).join(", ")}`;
};

function labelChange(from: string[] | undefined, to: string[] | undefined): Record<string, string> {
  if (from === undefined || to === undefined) return {};
  const add = to.filter((label) => !from.includes(label)).join(", ");
  const remove = from.filter((label) => !to.includes(label)).join(", ");
  return { ...(add !== "" && { add_labels: add }), ...(remove !== "" && { remove_labels: remove }) };
}

/** Done where all stands as it was to stand, not done where all stands as before; anything else nobody can tell. */
async function find({ api }: GitLabTooling, wish: Args, context: CallContext): Promise<Found> {
  const issue = await api.issue(wish.project_id, wish.iid, context);
  const standing = comparable(now(issue, wish.after));
  if (standing === comparable(wish.after)) return { kind: "done", output: issueOutput(issue, became(wish)) };
  if (standing === comparable(wish.before)) return { kind: "not_done" };
  return { kind: "unknown", why: "The issue stands neither as it was nor as it was to become." };
}

/** GitLab keeps labels in an order of its own. */
const comparable = ({ labels, ...rest }: Fields): string =>
  JSON.stringify([...names.map(([name]) => (name === "labels" ? labels?.toSorted() : (rest[name] ?? null)))]);

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "assign issue {issue} to {person}",
  "change the title of issue {issue}",
  "add a label to issue {issue} in {project}",
  "remove a label from issue {issue}",
  "edit issue {issue}",
  "set the due date of issue {issue} to {date}",
  "give issue {issue} to me",
  "rename issue {issue}",
  "label issue {issue} as urgent",
  "update the description of issue {issue}",
  "take me off issue {issue}",
  "issue {issue} is due {date}",
];
