import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startGitlab, type GitLab } from "../../sandbox/gitlab/index.ts";
import { gitbeaker } from "./gitlab-client.ts";

const LEDGER = "payments/ledger-api";
const HEAD = "9f31c2ab74d05e6b8a1f3c9d2e7b4f6a8c0d1e35";
/** Long enough that nothing moves by itself during a test. */
const JOB_MS = 3_600_000;

let gitlab: GitLab;
beforeEach(async () => {
  gitlab = await startGitlab({ jobMs: JOB_MS });
});
afterEach(() => gitlab.close());

/** A raw call with a token; the status, the JSON or text, and the headers. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gitlab.url}/api/v4${path}`, {
    method,
    headers: { "private-token": gitlab.token, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return {
    status: response.status,
    body: isJson ? (JSON.parse(text) as unknown) : text,
    headers: response.headers,
  };
}

const merge = (body: unknown, token = gitlab.token) =>
  call("PUT", "/projects/101/merge_requests/482/merge", body, { "private-token": token });

const shown = (iid = 482) => {
  const found = gitlab.state().merge_requests.find((one) => one.iid === iid);
  if (!found) throw new Error(`!${iid} is not in the drawer`);
  return found;
};

describe("reading through the real client", () => {
  it("shows a merge request by path or id, with its head pipeline", async () => {
    const api = gitbeaker(gitlab);
    const byPath = await api.MergeRequests.show(LEDGER, 482);
    const byId = await api.MergeRequests.show(101, 482);
    expect(byPath).toEqual(byId);
    expect(byPath).toMatchObject({
      title: "Idempotent payout retries",
      sha: HEAD,
      detailed_merge_status: "mergeable",
      head_pipeline: { id: 8812, status: "failed" },
      diff_refs: { head_sha: HEAD },
      author: { id: 11, username: "anna" },
      references: { full: "payments/ledger-api!482" },
    });
  });

  it("lists what waits for a reviewer in a group", async () => {
    const found = await gitbeaker(gitlab).MergeRequests.all({
      groupId: "payments",
      state: "opened",
      scope: "all",
      reviewerUsername: "anna",
      perPage: 20,
      maxPages: 1,
    });
    expect(found.map((one) => one.iid).toSorted((a, b) => a - b)).toEqual([31, 88, 211, 468, 471, 476, 479]);
  });

  it("shows another person only what that person may see", async () => {
    const own = gitbeaker(gitlab, "glpat-sandbox-anna");
    const found = await own.MergeRequests.all({
      groupId: "payments",
      state: "opened",
      reviewerUsername: "anna",
    });
    expect(found.map((one) => one.iid)).not.toContain(31);
    await expect(own.Projects.show("security/vault")).rejects.toThrow("404 Project Not Found");
    const carla = gitbeaker(gitlab, "glpat-sandbox-carla");
    await expect(carla.MergeRequests.show(LEDGER, 482)).rejects.toThrow("404 Project Not Found");
    await expect(carla.Groups.show("payments")).rejects.toThrow("404 Group Not Found");
  });

  it("tells membership, inherited or own", async () => {
    const api = gitbeaker(gitlab);
    const all = await api.ProjectMembers.all(LEDGER, { includeInherited: true });
    const levels = Object.fromEntries(all.map((one) => [one.username, one.access_level]));
    expect(levels).toMatchObject({ steward: 40, boris: 50, anna: 30, rbright: 10 });
    expect(Object.keys(levels)).not.toContain("carla");
    const boris = await api.ProjectMembers.show(LEDGER, 12, { includeInherited: true });
    expect(boris.access_level).toBe(50);
    await expect(api.ProjectMembers.show(LEDGER, 13, { includeInherited: true })).rejects.toThrow(
      "404 Not found",
    );
  });

  it("finds the failing job and its log", async () => {
    const api = gitbeaker(gitlab);
    const jobs = await api.Jobs.all(LEDGER, { pipelineId: 8812, scope: ["failed"] as never });
    expect(jobs.map((job) => [job.id, job.name])).toEqual([[99120, "integration-tests"]]);
    const log = await api.Jobs.showLog(LEDGER, 99120);
    expect(log.split("\n").length).toBeGreaterThan(2000);
    expect(log).toContain("connect ETIMEDOUT 10.0.3.17:5432");
    expect(log).toContain("section_start:");
    expect(log).toContain("\u001b[31;1m");
  });

  it("walks pages and stops at GitLab's cap", async () => {
    const website = "/projects/growth%2Fwebsite/merge_requests?state=merged";
    const first = await call("GET", `${website}&per_page=20`);
    expect(first.headers.get("x-total")).toBe("45");
    expect(first.headers.get("x-next-page")).toBe("2");
    expect(first.headers.get("link")).toContain('rel="next"');
    expect((await call("GET", `${website}&per_page=1000`)).headers.get("x-per-page")).toBe("100");
    const all = await gitbeaker(gitlab).MergeRequests.all({ projectId: 301, state: "merged", perPage: 20 });
    expect(new Set(all.map((one) => one.iid)).size).toBe(45);
  });

  it("shows people, but does not find them by an email that is not public", async () => {
    const api = gitbeaker(gitlab);
    expect((await api.Users.showCurrentUser()).username).toBe("steward");
    expect((await api.Users.all({ username: "boris" })).map((user) => user.id)).toEqual([12]);
    expect(await api.Users.all({ search: "boris@example.com" })).toEqual([]);
  });
});

describe("refusals in GitLab's words", () => {
  it("names a missing, a wrong and a weak token", async () => {
    const bare = await fetch(`${gitlab.url}/api/v4/user`);
    expect([bare.status, await bare.json()]).toEqual([401, { message: "401 Unauthorized" }]);
    const bearer = await fetch(`${gitlab.url}/api/v4/user`, { headers: { authorization: "Bearer no" } });
    expect(await bearer.json()).toMatchObject({ error: "invalid_token" });
    const weak = await merge({}, "glpat-sandbox-reader");
    expect([weak.status, weak.body]).toMatchObject([403, { error: "insufficient_scope", scope: "api" }]);
    expect(gitlab.journal.list().map((entry) => entry.auth)).toEqual(["missing", "wrong", "ok"]);
  });

  it("knows no other address", async () => {
    expect((await call("GET", "/projects/101/nothing")).body).toEqual({ error: "404 Not Found" });
    expect((await call("GET", "/projects/101/merge_requests?state=open")).body).toEqual({
      error: "state does not have a valid value",
    });
  });
});

describe("merging", () => {
  it("merges once at the sha that was seen, and refuses another", async () => {
    const wrong = await merge({ sha: "0".repeat(40) });
    expect([wrong.status, wrong.body]).toEqual([
      409,
      { message: `SHA does not match HEAD of source branch: ${HEAD}` },
    ]);
    const done = await merge({ sha: HEAD });
    expect([done.status, done.body]).toMatchObject([
      200,
      { state: "merged", merge_user: { username: "steward" } },
    ]);
    expect((await merge({ sha: HEAD })).status).toBe(405);
    expect(gitlab.feed.since().filter((change) => change.type === "merge_request.merged")).toHaveLength(1);
  });

  it("refuses who may not merge, drafts and conflicts", async () => {
    expect((await merge({}, "glpat-sandbox-rbright")).status).toBe(401);
    const asAnna = { "private-token": "glpat-sandbox-anna" };
    const lower = `${gitlab.url}/api/v4/projects/102/merge_requests/211/merge`;
    expect((await fetch(lower, { method: "PUT", headers: asAnna })).status).toBe(401);
    expect((await call("PUT", "/projects/101/merge_requests/471/merge")).status).toBe(405);
    expect((await call("PUT", "/projects/102/merge_requests/209/merge")).status).toBe(422);
    expect((await call("PUT", "/projects/103/merge_requests/88/merge")).status).toBe(405);
  });

  it("refuses auto-merge where nothing is in progress, as GitLab does", async () => {
    expect((await merge({ auto_merge: true, sha: HEAD })).status).toBe(405);
    expect(shown().state).toBe("opened");
  });

  it("merges by itself when the retried pipeline turns green", async () => {
    await call("POST", "/projects/101/jobs/99120/retry");
    const set = await merge({ merge_when_pipeline_succeeds: true, sha: HEAD });
    expect(set.body).toMatchObject({ state: "opened", merge_when_pipeline_succeeds: true });
    expect(shown()).toMatchObject({ auto_merge: true, detailed_merge_status: "ci_still_running" });
    gitlab.clock.advance(4 * JOB_MS);
    expect(shown()).toMatchObject({ state: "merged", merged_by: "steward", pipeline: { status: "success" } });
  });

  it("calls auto-merge off on a push, or on request", async () => {
    const running = "/projects/103/merge_requests/85";
    await call("PUT", `${running}/merge`, { auto_merge: true });
    expect(shown(85).auto_merge).toBe(true);
    const cancelled = await call("POST", `${running}/cancel_merge_when_pipeline_succeeds`);
    expect([cancelled.status, shown(85).auto_merge]).toEqual([201, false]);
    expect((await call("POST", `${running}/cancel_merge_when_pipeline_succeeds`)).status).toBe(406);
    await call("PUT", `${running}/merge`, { auto_merge: true });
    const sha = gitlab.others.push("payments/card-auth", 85, "anna");
    expect(shown(85)).toMatchObject({ auto_merge: false, sha, pipeline: { status: "pending" } });
    const notes = await gitbeaker(gitlab).MergeRequestNotes.all("payments/card-auth", 85);
    expect(notes[0]?.body).toContain("aborted the automatic merge");
  });
});

describe("retrying", () => {
  it("makes a new job once, which runs and passes", async () => {
    const retried = await call("POST", "/projects/101/jobs/99120/retry");
    expect([retried.status, retried.body]).toMatchObject([
      201,
      { name: "integration-tests", status: "pending" },
    ]);
    const again = await call("POST", "/projects/101/jobs/99120/retry");
    expect([again.status, again.body]).toEqual([403, { message: "403 Forbidden - Job is not retryable" }]);
    const { id } = retried.body as { id: number };
    expect(id).not.toBe(99120);
    gitlab.clock.advance(JOB_MS);
    expect((await call("GET", `/projects/101/jobs/${id}`)).body).toMatchObject({ status: "running" });
    gitlab.clock.advance(JOB_MS);
    expect((await call("GET", `/projects/101/jobs/${id}`)).body).toMatchObject({ status: "success" });
    expect((await call("GET", "/projects/101/pipelines/8812")).body).toMatchObject({ status: "running" });
    gitlab.clock.advance(2 * JOB_MS);
    expect((await call("GET", "/projects/101/pipelines/8812")).body).toMatchObject({ status: "success" });
  });

  it("retries a pipeline's failed jobs only, and fails those that fail for a reason", async () => {
    const again = await call("POST", "/projects/103/pipelines/8809/retry");
    expect(again.status).toBe(201);
    gitlab.clock.advance(2 * JOB_MS);
    expect((await call("GET", "/projects/103/pipelines/8809")).body).toMatchObject({ status: "failed" });
    const all = (await call("GET", "/projects/103/pipelines/8809/jobs?include_retried=true")).body as {
      name: string;
    }[];
    expect(all.filter((job) => job.name === "lint")).toHaveLength(2);
    expect(all.filter((job) => job.name === "unit")).toHaveLength(1);
  });
});

describe("comments", () => {
  it("keeps what was said, in the trail and in threads", async () => {
    const api = gitbeaker(gitlab);
    const note = await api.MergeRequestNotes.create(LEDGER, 482, "Merged for Anna, approved by Boris");
    expect(note).toMatchObject({ body: "Merged for Anna, approved by Boris", system: false });
    expect((await api.MergeRequestNotes.all(LEDGER, 482))[0]?.id).toBe(note.id);
    const discussions = await api.MergeRequestDiscussions.all(LEDGER, 482);
    expect(discussions.find((thread) => thread.notes?.length === 2)?.individual_note).toBe(false);
  });

  it("runs a quick action that a comment smuggles in", async () => {
    const smuggled = await call("POST", "/projects/101/merge_requests/479/notes", { body: "Thanks\n/close" });
    expect(smuggled.status).toBe(201);
    expect(shown(479).state).toBe("closed");
  });
});

describe("control", () => {
  const control = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${gitlab.url}/control/${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it("pushes, finishes pipelines, shows the state and goes back to the seed", async () => {
    const pushed = await control("POST", "push", { project: LEDGER, iid: 482, as: "anna", title: "More" });
    const { sha } = (await pushed.json()) as { sha: string };
    expect(shown()).toMatchObject({ sha, pipeline: { status: "pending" } });
    await control("POST", "finish-pipeline", { id: shown().pipeline?.id, status: "success" });
    expect(shown().pipeline?.status).toBe("success");
    const state = (await (await control("GET", "state")).json()) as { merge_requests: { iid: number }[] };
    expect(state.merge_requests[0]?.iid).toBe(482);
    await control("POST", "reset");
    expect(shown()).toMatchObject({ sha: HEAD, pipeline: { id: 8812, status: "failed" } });
  });

  it("refuses a wrong command with a reason, and a page from elsewhere", async () => {
    const wrong = await control("POST", "push", { project: LEDGER, iid: "482", as: "anna" });
    expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toMatchObject([
      400,
      expect.stringContaining("iid"),
    ]);
    const foreign = await control("POST", "reset", undefined, { origin: "https://elsewhere.example" });
    expect(foreign.status).toBe(403);
  });

  it("sends changes as events, from where the reader left off", async () => {
    gitlab.others.comment(LEDGER, 482, "boris", "One more look");
    const seen = gitlab.feed.since().at(-1)?.id ?? 0;
    gitlab.others.close(LEDGER, 482, "boris");
    const events = await control("GET", "events", undefined, { "last-event-id": String(seen) });
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("merge_request.closed")) text += (await reader?.read())?.value ?? "";
    expect(text).not.toContain("commented");
    await reader?.cancel();
  });

  it("records requests without credentials", async () => {
    await merge({ sha: "x" });
    const [entry] = gitlab.journal.list({ method: "PUT", path: "*/merge" });
    expect(entry).toMatchObject({ body: { sha: "x" }, status: 409, auth: "ok", end: "replied" });
    expect(JSON.stringify(gitlab.journal.list())).not.toContain(gitlab.token);
  });
});
