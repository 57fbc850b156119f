import type { Tool } from "../../src/core/tool.ts";
import { discussionRead } from "./discussion-read.ts";
import { mergeRequestApprove } from "./merge-request-approve.ts";
import { mergeRequestClose } from "./merge-request-close.ts";
import { mergeRequestComment } from "./merge-request-comment.ts";
import { mergeRequestCreate } from "./merge-request-create.ts";
import { mergeRequestDiff } from "./merge-request-diff.ts";
import { mergeRequestRebase } from "./merge-request-rebase.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What people do with a merge request before it is merged. */
export const reviewTools = (tooling: GitLabTooling): Tool[] => [
  mergeRequestDiff(tooling),
  discussionRead(tooling),
  mergeRequestComment(tooling),
  mergeRequestCreate(tooling),
  mergeRequestApprove(tooling),
  mergeRequestRebase(tooling),
  mergeRequestClose(tooling),
];
