import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { Approvals } from "./shapes.ts";
import { unlessMissing } from "./words.ts";

/** `approved by Boris Novak; 1 more needed`, `none yet`; nothing where this GitLab has no approvals. */
export async function approvalWords(
  api: GitLabApi,
  projectId: number,
  iid: number,
  context: CallContext,
): Promise<string | undefined> {
  const found = await unlessMissing(api.approvals(projectId, iid, context.signal));
  return found === undefined ? undefined : inWords(found);
}

function inWords({ approved_by: by, approvals_left: left }: Approvals): string {
  const names = (by ?? []).map(({ user }) => line(user.name, 60));
  const missing = left === null || left === undefined || left === 0 ? "" : `${left} more needed`;
  if (names.length === 0) return missing === "" ? "none yet" : `none yet, ${left} needed`;
  return [`by ${names.join(", ")}`, missing].filter((part) => part !== "").join("; ");
}
