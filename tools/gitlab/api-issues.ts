import { z } from "zod";
import type { CallContext } from "../../src/core/tool.ts";
import type { Client } from "./api.ts";
import { call, listed, pageRows, reading, writing } from "./call.ts";
import { issueShape, noteShape } from "./shapes.ts";

/** An issue as the tool asks for it. */
export interface IssueOrder {
  title: string;
  description: string;
  labels: readonly string[];
}

/** Which issues; names are GitLab user names. */
export interface IssueQuery {
  projectId?: number;
  groupId?: number;
  state?: "opened" | "closed";
  author?: string;
  assignee?: string;
  labels?: readonly string[];
  search?: string;
  /** Left out: title and description. */
  in?: "title" | "description";
  max?: number;
}

/** What an edit changes; what is left out stays. */
export interface IssueEdit {
  title?: string;
  description?: string;
  labels?: readonly string[];
  /** 0: nobody. */
  assigneeId?: number;
  /** Empty: none. */
  dueDate?: string;
  state?: "close" | "reopen";
}

/** Issues: lists, one, its comments; opening, changing, moving, commenting. */
export const issueCalls = (gitlab: Client) => ({
  /** Newest first; `total` is GitLab's count where it gives one. */
  issues: async (query: IssueQuery, context: CallContext) => {
    const { data, paginationInfo } = await call(
      "Looking for issues",
      reading(context),
      listed(issueShape),
      () =>
        gitlab.Issues.all({
          ...(query.projectId !== undefined && { projectId: query.projectId }),
          ...(query.groupId !== undefined && { groupId: query.groupId }),
          ...(query.state !== undefined && { state: query.state }),
          ...(query.author !== undefined && { authorUsername: query.author }),
          ...(query.assignee !== undefined && { assigneeUsername: [query.assignee] }),
          ...(query.labels !== undefined && query.labels.length > 0 && { labels: query.labels }),
          ...(query.search !== undefined && { search: query.search }),
          ...(query.in !== undefined && { in: query.in }),
          ...{ scope: "all", orderBy: "created_at", sort: "desc" },
          ...{ page: 1, perPage: query.max ?? pageRows, showExpanded: true },
        } as unknown as Parameters<typeof gitlab.Issues.all>[0]),
    );
    const { total } = paginationInfo;
    return { rows: data, total: Number.isNaN(total) ? undefined : total };
  },

  issue: (projectId: number, iid: number, context: CallContext) =>
    call(`Reading issue #${iid}`, reading(context), issueShape, () => gitlab.Issues.show(iid, { projectId })),

  /** Newest first, at most one page; what GitLab itself wrote is among them. */
  issueNotes: (projectId: number, iid: number, max: number, context: CallContext) =>
    call(`Reading the comments of #${iid}`, reading(context), z.array(noteShape), () =>
      gitlab.IssueNotes.all(projectId, iid, { sort: "desc", orderBy: "created_at", page: 1, perPage: max }),
    ),

  createIssue: (projectId: number, order: IssueOrder, context: CallContext) =>
    call("Opening an issue", writing(context), issueShape, () =>
      gitlab.Issues.create(projectId, order.title, {
        description: order.description,
        // The client's type says text; GitLab's own document says a list.
        ...(order.labels.length > 0 && { labels: order.labels as unknown as string }),
      }),
    ),

  editIssue: (projectId: number, iid: number, edit: IssueEdit, context: CallContext) =>
    call(`Changing issue #${iid}`, writing(context), issueShape, () =>
      gitlab.Issues.edit(projectId, iid, {
        ...(edit.title !== undefined && { title: edit.title }),
        ...(edit.description !== undefined && { description: edit.description }),
        ...(edit.labels !== undefined && { labels: edit.labels as unknown as string }),
        ...(edit.assigneeId !== undefined && {
          assigneeIds: edit.assigneeId === 0 ? [] : [edit.assigneeId],
        }),
        ...(edit.dueDate !== undefined && { dueDate: edit.dueDate }),
        ...(edit.state !== undefined && { stateEvent: edit.state }),
      }),
    ),

  moveIssue: (projectId: number, iid: number, toProjectId: number, context: CallContext) =>
    call(`Moving issue #${iid}`, writing(context), issueShape, () =>
      gitlab.Issues.move(projectId, iid, toProjectId),
    ),

  commentIssue: (projectId: number, iid: number, body: string, context: CallContext) =>
    call(`Commenting on #${iid}`, writing(context), noteShape, () =>
      gitlab.IssueNotes.create(projectId, iid, body),
    ),
});
