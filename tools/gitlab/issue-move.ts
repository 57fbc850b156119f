import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { plain } from "../text.ts";
import { roles } from "./access.ts";
import { issueLabel, issueTarget } from "./entities.ts";
import { argsOf, changeable, issueArgs, issueInput, issueOutput } from "./issue-writing.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  ...issueInput,
  to: words("Project to move it to, such as payments/payout-worker"),
});

const args = z.object({ ...issueArgs, to: z.string(), to_id: z.int(), title: z.string() });
type Args = z.infer<typeof args>;

/** Moves an issue to another project: other people see it there, and it cannot be taken back by one call. */
export function issueMove(tooling: GitLabTooling): WriteTool {
  const { api, access, locate } = tooling;
  return {
    name: "gitlab_issue_move",
    title: "Move an issue",
    description:
      'Moves an issue to another project, with its comments; the old one is closed. For example {"issue":"payments/ledger-api#311","to":"payments/payout-worker"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { issue: "issue", project: "project", to: "text" },
    examples,
    targetTypes: ["Issue"],
    policyArgs: { to: "String" },
    risks: [2],
    lagMs: 3000,
    step: ({ issue }) => `Preparing the move of issue ${plain(said(issue) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const place = await changeable(tooling, wish, "Moving an issue", context);
      const { project, issue } = place;
      const to = await locate.project(wish.to, context);
      await access.require(to, roles.reporter, "Moving an issue to it", context);
      if (to.id === project.id)
        throw new TerminalError(
          "nothing_to_do",
          `${issueLabel(project, issue)} is in that project already. Name another one.`,
        );
      return {
        args: {
          ...argsOf(place),
          ...{ to: to.path_with_namespace, to_id: to.id, title: issue.title },
        },
        target: issueTarget(project, issue),
        policyArgs: { to: to.path_with_namespace },
        risk: 2,
        version: `${issue.state}:${issue.moved_to_id ?? ""}`,
        preview: {
          sentence: `Move ${issueLabel(project, issue)} to ${to.path_with_namespace}`,
          fields: [
            { label: "Project", before: project.path_with_namespace, value: to.path_with_namespace },
            { label: "What changes", value: "Members of that project see it; here it is closed." },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(args, given);
      const now = await api.issue(projectId, iid, context);
      return `${now.state}:${now.moved_to_id ?? ""}`;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      return outputOf(wish, await api.moveIssue(wish.project_id, wish.iid, wish.to_id, context));
    },
    find: (given, context) => find(tooling, canonical(args, given), context),
  };
}

const outputOf = (wish: Args, moved: Parameters<typeof issueOutput>[0]) =>
  issueOutput(moved, `was moved here from ${plain(`${wish.project}#${wish.iid}`)}`);

/** Done where it says where it went, and that is a new issue of the project it was to go to. */
async function find({ api }: GitLabTooling, wish: Args, context: CallContext): Promise<Found> {
  const old = await api.issue(wish.project_id, wish.iid, context);
  if (old.moved_to_id === null || old.moved_to_id === undefined) return { kind: "not_done" };
  const newest = await api.issues({ projectId: wish.to_id, max: 50 }, context);
  const moved = newest.rows.find(({ id }) => id === old.moved_to_id);
  return moved === undefined
    ? { kind: "unknown", why: "It was moved, and GitLab does not show where to." }
    : { kind: "done", output: outputOf(wish, moved) };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "move issue {issue} to another project",
  "move issue {issue} from {project}",
  "issue {issue} belongs to another project, move it",
  "please move issue {issue}",
  "transfer issue {issue}",
  "can you move issue {issue} in {project}?",
  "put issue {issue} into another project",
  "issue {issue} is in the wrong project",
  "hand issue {issue} over to another project",
  "shift issue {issue} to another repo",
  "move issue {issue} elsewhere",
  "transfer issue {issue} out of {project}",
];
