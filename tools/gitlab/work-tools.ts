import type { Tool } from "../../src/core/tool.ts";
import { branchCompare } from "./branch-compare.ts";
import { codeSearch } from "./code-search.ts";
import { fileBlame } from "./file-blame.ts";
import { fileChange } from "./file-change.ts";
import { fileRead } from "./file-read.ts";
import { issueClose } from "./issue-close.ts";
import { issueComment } from "./issue-comment.ts";
import { issueCreate } from "./issue-create.ts";
import { issueEdit } from "./issue-edit.ts";
import { issueFind } from "./issue-find.ts";
import { issueMove } from "./issue-move.ts";
import { issueRead } from "./issue-read.ts";
import { kbSearch } from "./kb-search.ts";
import { memberFind } from "./member-find.ts";
import { memberRemove } from "./member-remove.ts";
import { memberSet } from "./member-set.ts";
import { ownerFind } from "./owner-find.ts";
import { todoFind } from "./todo-find.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What people do beside merge requests and pipelines: issues, code, members, knowledge, what waits for them. */
export const workTools = (tooling: GitLabTooling, knowledge: readonly string[]): Tool[] => [
  issueFind(tooling),
  issueRead(tooling),
  issueCreate(tooling),
  issueComment(tooling),
  issueEdit(tooling),
  issueClose(tooling),
  issueMove(tooling),
  codeSearch(tooling),
  fileRead(tooling),
  fileBlame(tooling),
  branchCompare(tooling),
  ownerFind(tooling),
  fileChange(tooling),
  memberFind(tooling),
  memberSet(tooling),
  memberRemove(tooling),
  kbSearch(tooling, knowledge),
  todoFind(tooling),
];
