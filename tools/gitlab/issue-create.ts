import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, Field, Found, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain, visible } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import { labelsOf } from "./labels.ts";
import { inertLine, inertText } from "./quick-actions.ts";
import type { Issue } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";

const titleCharsMax = 255;
const descriptionCharsMax = 20_000;
/** Possible duplicates that a card names. */
const similarMax = 3;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  title: words("Title: one line that says what is wrong or wanted", titleCharsMax),
  description: words("Description, in Markdown", descriptionCharsMax).optional(),
  labels: words("Labels, separated by commas").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  title: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
});
type Args = z.infer<typeof args>;

/** Opens one issue in a project; possible duplicates stand on its card. */
export function issueCreate(tooling: GitLabTooling): WriteTool {
  const { api, access, locate } = tooling;
  return {
    name: "gitlab_issue_create",
    title: "Open an issue",
    description:
      'Opens one issue in a project, with a title, a description and labels. For example {"project":"ledger-api","title":"Payout 77120 hangs after a retry","labels":"bug"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", title: "text", description: "text", labels: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    risks: [1],
    lagMs: 2000,
    step: ({ title }) => `Preparing the issue “${plain(said(title) ?? "", 80)}”`,
    resolve: async (given, context) => {
      const project = await locate.project(said(given["project"]) ?? "", context);
      await access.require(project, roles.reporter, "Opening an issue", context);
      const wish: Args = {
        project: project.path_with_namespace,
        project_id: project.id,
        title: inertLine(said(given["title"]) ?? "", titleCharsMax),
        description: visible(said(given["description"]) ?? "").trim(),
        labels: labelsOf(said(given["labels"]) ?? ""),
      };
      const similar = await similarTo(api, wish, context);
      return {
        args: wish satisfies JsonObject,
        target: projectTarget(project),
        policyArgs: {},
        risk: 1,
        version: versionOf(similar),
        preview: {
          sentence: `Open the issue "${line(wish.title, 120)}" in ${wish.project}`,
          fields: fieldsOf(wish, similar),
        },
      };
    },
    version: async (given, context) => versionOf(await similarTo(api, canonical(args, given), context)),
    run: async (given, context) => {
      const wish = canonical(args, given);
      const { title, labels } = wish;
      const description = describe(wish, context);
      return outputOf(wish, await api.createIssue(wish.project_id, { title, description, labels }, context));
    },
    undo: (given, { data }) => {
      const issue = data?.["iid"];
      const { project } = canonical(args, given);
      const closing = typeof issue === "number" ? { project, issue: `#${issue}` } : undefined;
      return Promise.resolve(closing && { tool: "gitlab_issue_close", args: closing });
    },
    find: (given, context) => findIssue(api, canonical(args, given), context),
  };
}

function fieldsOf(wish: Args, similar: readonly Issue[]): Field[] {
  return [
    { label: "Title", value: wish.title },
    ...(wish.description === "" ? [] : [{ label: "Description", value: wish.description }]),
    ...(wish.labels.length === 0 ? [] : [{ label: "Labels", value: wish.labels.join(", ") }]),
    ...(similar.length === 0
      ? []
      : [
          {
            label: "Possible duplicates",
            value: similar.map(({ iid, title }) => `#${iid} ${line(title, 100)}`).join("; "),
          },
        ]),
  ];
}

/** Another one when a new issue like it turns up: the card is then shown anew, with that one on it. */
const versionOf = (similar: readonly Issue[]): string =>
  `similar:${similar.map(({ iid }) => iid).join(",") || "none"}`;

/** Open issues whose title holds the two longest words of this one. */
async function similarTo(api: GitLabApi, wish: Args, context: CallContext): Promise<Issue[]> {
  const longest = [...new Set(wish.title.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [])]
    .toSorted((a, b) => b.length - a.length)
    .slice(0, 2);
  if (longest.length === 0) return [];
  const { project_id: projectId } = wish;
  const query = { search: longest.join(" "), in: "title", state: "opened", max: similarMax } as const;
  const { rows } = await api.issues({ ...query, projectId }, context);
  return rows.filter(({ confidential }) => confidential !== true);
}

/** The description with who wanted it; nothing in it is a command. */
const describe = ({ description }: Args, context: CallContext): string =>
  `${description === "" ? "" : `${inertText(description)}\n\n`}Opened by Steward ${onBehalf(context)}.`;

const outputOf = (wish: Args, issue: Issue): ToolOutput => ({
  text: `${link(`${plain(wish.project)}#${issue.iid}`, issue.web_url)} “${plain(wish.title, 120)}” was opened.`,
  sources: [{ label: `${wish.project}#${issue.iid}`, url: issue.web_url }],
  data: { iid: issue.iid },
  untrusted: [],
});

/** Done where an issue of Steward's own account names this action; anybody may write such a line elsewhere. */
async function findIssue(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const { project_id: projectId } = wish;
  const query = { search: context.callId, in: "description", max: 20 } as const;
  const [found, me] = await Promise.all([
    api.issues({ ...query, projectId }, context),
    api.me(context.signal),
  ]);
  const own = found.rows.find(
    ({ author, description }) =>
      author.id === me.id && (description ?? "").endsWith(`action ${context.callId}.`),
  );
  return own === undefined ? { kind: "not_done" } : { kind: "done", output: outputOf(wish, own) };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "open an issue in {project}",
  "create an issue for {project}",
  "file a bug in {project}",
  "open a bug ticket for {project}",
  "new issue in {project}",
  "turn this into an issue for {project}",
  "make an issue of this in {project}",
  "please file an issue for {project}",
  "can you open a ticket in {project}?",
  "report a bug in {project}",
  "open a new issue for {project}",
  "please create an issue in {project}",
  "open a bug in {project}",
];
