import { beforeAll, describe, expect, it } from "vitest";
import { type Checker, documentIsHere, openChecker, type Sent } from "./checker.ts";

const project = "/api/v4/projects/101";
const get = (path: string, query: Sent["query"] = {}): Sent => ({ method: "GET", path, query });
const post = (path: string, body: unknown): Sent => ({ method: "POST", path, body });
const put = (path: string, body: unknown): Sent => ({ method: "PUT", path, body });

/** Requests that a careless change would send. A right one stands beside each in the contract of the tools. */
const mistakes: [what: string, sent: Sent][] = [
  ["a path that is none", get("/api/v4/project/101")],
  ["a method that the path does not take", post(`${project}/merge_requests/482`, {})],
  ["a number that is a word, in the path", get(`${project}/issues/twelve`)],
  ["camelCase in a query", get(`${project}/merge_requests`, { reviewerUsername: "anna" })],
  ["a misspelt query name", get(`${project}/issues`, { serach: "payout" })],
  ["a value that a query does not take", get(`${project}/merge_requests`, { state: "openish" })],
  ["a query that must be there and is not", get(`${project}/search`, { search: "payout" })],
  ["a scope that is none", get(`${project}/search`, { scope: "files", search: "payout" })],
  ["a page that is a word", get(`${project}/issues`, { page: "first" })],
  ["camelCase in a body", put(`${project}/merge_requests/482/merge`, { autoMerge: true })],
  ["a misspelt field of a body", post(`${project}/issues`, { title: "x", descripton: "y" })],
  ["a wrong type in a body", put(`${project}/merge_requests/482/merge`, { auto_merge: "maybe" })],
  ["a field of a body that must be there and is not", post(`${project}/merge_requests/482/notes`, {})],
  ["a list that is a text", put(`${project}/issues/12`, { add_labels: "bug" })],
  ["a value that a body does not take", put(`${project}/issues/12`, { state_event: "closed" })],
  ["a commit without its message", post(`${project}/repository/commits`, { branch: "a", actions: [{}] })],
  ["a role in words", post(`${project}/members`, { user_id: 11, access_level: "developer" })],
  ["rows beyond GitLab's own cap", get(`${project}/issues`, { per_page: "1000" })],
  ["an empty title", post(`${project}/issues`, { title: "" })],
  ["a moment that is none", get(`${project}/issues`, { created_after: "yesterday" })],
];

/** The document says nothing of these: GitLab cuts the rows quietly and refuses the empty title. */
const missed = ["rows beyond GitLab's own cap", "an empty title"];

describe.skipIf(!documentIsHere())("the checker of requests", () => {
  let checker: Checker;
  beforeAll(async () => {
    checker = await openChecker();
  });

  it("catches all of twenty mistakes but the two that are named", () => {
    expect(mistakes).toHaveLength(20);
    const passed = mistakes.filter(([, sent]) => checker.faults(sent).length === 0).map(([what]) => what);
    expect(passed).toEqual(missed);
  });

  it("lets right requests through", () => {
    const right = [
      get(`${project}/issues`, { search: "payout", in: "title", per_page: "20", page: "1" }),
      get("/api/v4/projects/payments%2Fledger-api/merge_requests/482"),
      put(`${project}/issues/12`, { state_event: "close", add_labels: ["bug"] }),
      post(`${project}/repository/commits`, {
        ...{ branch: "a", commit_message: "b", start_branch: "main" },
        actions: [{ action: "update", file_path: "README.md", content: "c" }],
      }),
      get(`${project}/repository/files/src%2Fa.ts/blame`, { ref: "main" }),
    ];
    expect(right.flatMap((sent) => checker.faults(sent))).toEqual([]);
  });
});
