import { z } from "zod";
import type { CallContext, ToolOutput } from "../../src/core/tool.ts";
import { words } from "../input.ts";
import { link, plain } from "../text.ts";
import type { FullMergeRequest, Project } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

/** Which merge request, as people and models say it. */
export const mergeRequestInput = {
  merge_request: words("Number such as !482, payments/ledger-api!482, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
};

/** The same as canonical arguments. */
export const mergeRequestArgs = {
  project: z.string(),
  project_id: z.int(),
  merge_request: z.string(),
  iid: z.int(),
};

export interface MergeRequestPlace {
  project: Project;
  one: FullMergeRequest;
  /** Canonical arguments that name it. */
  args: { project: string; project_id: number; merge_request: string; iid: number };
}

/** The merge request that is meant, among those that the person may see. */
export async function mergeRequestMeant(
  { locate }: GitLabTooling,
  wish: { merge_request: string; project?: string | undefined },
  context: CallContext,
): Promise<MergeRequestPlace> {
  const { project, mergeRequest: one } = await locate.mergeRequest(wish.merge_request, wish.project, context);
  const args = {
    project: project.path_with_namespace,
    project_id: project.id,
    merge_request: `!${one.iid}`,
    iid: one.iid,
  };
  return { project, one, args };
}

/** What was done with a merge request, linked. */
export const mergeRequestOutput = (
  one: Pick<FullMergeRequest, "references" | "web_url">,
  said: string,
  data: NonNullable<ToolOutput["data"]>,
): ToolOutput => ({
  text: `${link(plain(one.references.full), one.web_url)} ${said}.`,
  sources: [{ label: one.references.full, url: one.web_url }],
  data,
  untrusted: [],
});
