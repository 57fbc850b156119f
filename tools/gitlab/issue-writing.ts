import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ToolOutput } from "../../src/core/tool.ts";
import { words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { IssuePlace } from "./locate.ts";
import type { Issue } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What every change of an issue takes: which one. */
export const issueInput = {
  issue: words("Number such as #311, payments/ledger-api#311, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
};

/** The same as canonical arguments. */
export const issueArgs = {
  project: z.string(),
  project_id: z.int(),
  issue: z.string(),
  iid: z.int(),
};

/** Canonical arguments of an issue that was found. */
export const argsOf = ({ project, issue }: IssuePlace) => ({
  project: project.path_with_namespace,
  project_id: project.id,
  issue: `#${issue.iid}`,
  iid: issue.iid,
});

/** The issue, where the person may have it changed. */
export async function changeable(
  { access, locate }: GitLabTooling,
  wish: { issue: string; project?: string | undefined },
  doing: string,
  context: CallContext,
): Promise<IssuePlace> {
  const place = await locate.issue(wish.issue, wish.project, context);
  await access.require(place.project, roles.reporter, doing, context);
  return place;
}

/** What a change answers: the issue by name, with what became of it. */
export const issueOutput = (one: Issue, became: string): ToolOutput => ({
  text: `${link(plain(one.references.full), one.web_url)} “${plain(one.title, 120)}” ${became}.`,
  sources: [{ label: one.references.full, url: one.web_url }],
  data: { iid: one.iid, state: one.state },
  untrusted: [],
});

export const nothingToDo = (name: string, why: string) =>
  new TerminalError("nothing_to_do", `${line(name, 160)} ${why}, so there is nothing to change.`);
