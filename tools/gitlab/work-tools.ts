import type { Tool } from "../../src/core/tool.ts";
import { issueClose } from "./issue-close.ts";
import { issueComment } from "./issue-comment.ts";
import { issueCreate } from "./issue-create.ts";
import { issueEdit } from "./issue-edit.ts";
import { issueFind } from "./issue-find.ts";
import { issueMove } from "./issue-move.ts";
import { issueRead } from "./issue-read.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What people do beside merge requests and pipelines: issues, code, members, knowledge, what waits for them. */
export const workTools = (tooling: GitLabTooling): Tool[] => [
  issueFind(tooling),
  issueRead(tooling),
  issueCreate(tooling),
  issueComment(tooling),
  issueEdit(tooling),
  issueClose(tooling),
  issueMove(tooling),
];
