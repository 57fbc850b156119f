import { z } from "zod";
import type { CallContext, Found, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain, visible } from "../text.ts";
import { roles } from "./access.ts";
import { issueLabel, issueTarget } from "./entities.ts";
import { argsOf, issueArgs, issueInput } from "./issue-writing.ts";
import { inertText } from "./quick-actions.ts";
import type { Issue } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";

const textCharsMax = 10_000;

const input = z.strictObject({
  ...issueInput,
  text: words("The comment, in Markdown", textCharsMax),
});

const args = z.object({ ...issueArgs, text: z.string() });
type Args = z.infer<typeof args>;

/** Writes one comment on an issue; nothing in it is a command to GitLab. */
export function issueComment(tooling: GitLabTooling): WriteTool {
  const { api, access, locate } = tooling;
  return {
    name: "gitlab_issue_comment",
    title: "Comment on an issue",
    description:
      'Writes one comment on an issue. For example {"issue":"payments/ledger-api#311","text":"Fixed by !482."}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { issue: "issue", project: "project", text: "text" },
    examples,
    targetTypes: ["Issue"],
    policyArgs: {},
    risks: [1],
    lagMs: 2000,
    step: ({ issue }) => `Preparing a comment on issue ${plain(said(issue) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await locate.issue(wish.issue, wish.project, context);
      await access.require(place.project, roles.guest, "Commenting on an issue", context);
      const text = inertText(visible(wish.text).trim());
      return {
        args: { ...argsOf(place), text },
        target: issueTarget(place.project, place.issue),
        policyArgs: {},
        risk: 1,
        version: place.issue.state,
        preview: {
          sentence: `Comment on ${issueLabel(place.project, place.issue)}`,
          fields: [{ label: "Comment", value: text }],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(args, given);
      return (await api.issue(projectId, iid, context)).state;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const body = `${wish.text}\n\n${signature(context)}`;
      const note = await api.commentIssue(wish.project_id, wish.iid, body, context);
      return outputOf(wish, note.id, api.host);
    },
    find: (given, context) => find(tooling, canonical(args, given), context),
  };
}

/** Its last line: who had it written, and what `find` looks for. */
const signature = (context: CallContext): string => `Written by Steward ${onBehalf(context)}.`;

const outputOf = (wish: Args, note: Issue["id"], host: string): ToolOutput => {
  const name = `${wish.project}#${wish.iid}`;
  const url = `${host}/${wish.project}/-/issues/${wish.iid}#note_${note}`;
  return {
    text: `The comment stands on ${link(plain(name), url)}: “${plain(line(wish.text, 200), 220)}”.`,
    sources: [{ label: name, url }],
    data: { note },
    untrusted: [],
  };
};

/** Done where a comment of Steward's own account ends with this action; anybody may write such a line elsewhere. */
async function find({ api }: GitLabTooling, wish: Args, context: CallContext): Promise<Found> {
  const [notes, me] = await Promise.all([
    api.issueNotes(wish.project_id, wish.iid, 100, context),
    api.me(context.signal),
  ]);
  const own = notes.find(
    ({ author, body }) => author.id === me.id && body.trimEnd().endsWith(`action ${context.callId}.`),
  );
  return own === undefined
    ? { kind: "not_done" }
    : { kind: "done", output: outputOf(wish, own.id, api.host) };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "comment on issue {issue}",
  "write a comment on issue {issue} in {project}",
  "add a comment to issue {issue}",
  "leave a note on issue {issue}",
  "reply on issue {issue} in {project}",
  "say on issue {issue} that it is fixed",
  "post a comment to issue {issue}",
  "answer issue {issue}",
  "put a note on issue {issue} in {project}",
  "tell issue {issue} that we are on it",
  "add a note to issue {issue}",
  "comment issue {issue}",
];
