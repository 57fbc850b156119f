import { z } from "zod";
import type { WriteTool } from "../../src/core/tool.ts";
import { canonical, said } from "../input.ts";
import { plain } from "../text.ts";
import { issueLabel, issueTarget } from "./entities.ts";
import { argsOf, changeable, issueArgs, issueInput, issueOutput, nothingToDo } from "./issue-writing.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  ...issueInput,
  reopen: z.boolean().describe("true: open a closed issue again").optional(),
});

const args = z.object({ ...issueArgs, state: z.enum(["opened", "closed"]) });

const verbs = { opened: "Reopen", closed: "Close" } as const;
const became = { opened: "is open again", closed: "is closed" } as const;

/** Closes an issue, or opens a closed one again. */
export function issueClose(tooling: GitLabTooling): WriteTool {
  const { api } = tooling;
  return {
    name: "gitlab_issue_close",
    title: "Close an issue",
    description:
      'Closes an issue, or opens a closed one again (reopen). For example {"issue":"payments/ledger-api#311"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { issue: "issue", project: "project" },
    examples,
    targetTypes: ["Issue"],
    policyArgs: { reopen: "Boolean" },
    risks: [1],
    lagMs: 2000,
    step: ({ issue }) => `Preparing the change of issue ${plain(said(issue) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const state = wish.reopen === true ? "opened" : "closed";
      const place = await changeable(tooling, wish, `${verbs[state].replace(/e$/, "")}ing an issue`, context);
      const { project, issue } = place;
      const label = issueLabel(project, issue);
      if (issue.state === state) throw nothingToDo(label, became[state]);
      return {
        args: { ...argsOf(place), state },
        target: issueTarget(project, issue),
        policyArgs: { reopen: state === "opened" },
        risk: 1,
        version: issue.state,
        preview: {
          sentence: `${verbs[state]} ${label}`,
          fields: [
            {
              label: "State",
              before: issue.state === "opened" ? "open" : "closed",
              value: state === "opened" ? "open" : "closed",
            },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, iid } = canonical(args, given);
      return (await api.issue(projectId, iid, context)).state;
    },
    run: async (given, context) => {
      const { project_id: projectId, iid, state } = canonical(args, given);
      const order = { state: state === "opened" ? "reopen" : "close" } as const;
      return issueOutput(await api.editIssue(projectId, iid, order, context), became[state]);
    },
    find: async (given, context) => {
      const { project_id: projectId, iid, state } = canonical(args, given);
      const now = await api.issue(projectId, iid, context);
      // Closing what is closed changes nothing: that it stands so is all there is to know.
      return now.state === state
        ? { kind: "done", output: issueOutput(now, became[state]) }
        : { kind: "not_done" };
    },
    undo: (given) => {
      const { project, issue, state } = canonical(args, given);
      const back = { project, issue, ...(state === "closed" && { reopen: true }) };
      return Promise.resolve({ tool: "gitlab_issue_close", args: back });
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "close issue {issue}",
  "close issue {issue} in {project}",
  "please close issue {issue}",
  "issue {issue} is done, close it",
  "reopen issue {issue}",
  "open issue {issue} again",
  "mark issue {issue} as done",
  "can you close issue {issue} in {project}?",
  "issue {issue} can be closed",
  "reopen issue {issue} in {project}",
  "we are done with issue {issue}, close it",
  "set issue {issue} to closed",
];
