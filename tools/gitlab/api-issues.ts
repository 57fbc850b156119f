import type { Client } from "./api.ts";
import { call, listed } from "./call.ts";
import { issueShape } from "./shapes.ts";

/** An issue as the tool asks for it. */
export interface IssueOrder {
  title: string;
  description: string;
  labels: readonly string[];
}

/** Issues: those that hold some words, and new ones. */
export const issueCalls = (gitlab: Client) => ({
  /** Newest first; every word is somewhere in the named parts. */
  issues: async (
    projectId: number,
    query: { search: string; in: "title" | "description"; state?: "opened"; max: number },
    signal: AbortSignal,
  ) => {
    const { data } = await call("Looking for issues", { signal }, listed(issueShape), () =>
      gitlab.Issues.all({
        projectId,
        search: query.search,
        in: query.in,
        ...(query.state !== undefined && { state: query.state }),
        ...{ orderBy: "created_at", sort: "desc", page: 1, perPage: query.max, showExpanded: true },
      } as Parameters<typeof gitlab.Issues.all>[0]),
    );
    return data;
  },

  createIssue: (projectId: number, order: IssueOrder, signal: AbortSignal) =>
    call("Opening an issue", { signal, effect: "write" }, issueShape, () =>
      gitlab.Issues.create(projectId, order.title, {
        description: order.description,
        // The client's type says text; GitLab's own document says a list.
        ...(order.labels.length > 0 && { labels: order.labels as unknown as string }),
      }),
    ),
});
