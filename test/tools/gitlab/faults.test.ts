import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../../src/core/errors.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const failure = async (): Promise<Error> => {
  const error: unknown = await bench
    .ask("gitlab_merge_request_read", { merge_request: "payments/ledger-api!482" })
    .then(
      () => new Error("it resolved"),
      (thrown: unknown) => thrown,
    );
  expect((error as Error).message).not.toMatch(/glpat|<html|\n {4}at /);
  return error as Error;
};
const path = /\/merge_requests\/482$/;

describe("GitLab at fault", () => {
  it.each([
    [400, /did not accept the request/],
    [401, /does not accept Steward's token.*GITLAB_TOKEN/],
    [403, /lacks the right.*scope `api`/],
    [409, /changed in GitLab in the meantime/],
    [422, /could not process it/],
  ])("%i: a message that teaches", async (status, words) => {
    bench.gitlab.faults.add({ kind: "fail", status, method: "GET", path });
    const error = await failure();
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toMatch(words);
  });

  it("404: not there, in the person's words", async () => {
    bench.gitlab.faults.add({ kind: "fail", status: 404, method: "GET", path });
    expect((await failure()).message).toContain("payments/ledger-api has no merge request !482");
  });

  it("429: waits as asked, and says how long where that is too long", async () => {
    bench.gitlab.faults.add({
      kind: "fail",
      status: 429,
      method: "GET",
      path,
      headers: { "retry-after": "3" },
    });
    await bench.ask("gitlab_merge_request_read", { merge_request: "payments/ledger-api!482" });
    expect(bench.waits).toEqual([3000]);
    bench.gitlab.faults.add({
      kind: "fail",
      status: 429,
      method: "GET",
      path,
      headers: { "retry-after": "600" },
    });
    expect((await failure()).message).toContain("Try again in 600 s.");
  });

  it("5xx: may work later", async () => {
    bench.gitlab.faults.add({ kind: "fail", status: 500, times: "all", method: "GET", path });
    expect(await failure()).toBeInstanceOf(RetryableError);
  });

  it("a sign-in page with 200", async () => {
    bench.gitlab.faults.add({ kind: "html", method: "GET", path });
    expect((await failure()).message).toContain("a web page instead of JSON");
  });

  it("a redirect to a sign-in page", async () => {
    bench.gitlab.faults.add({ kind: "redirect", method: "GET", path });
    expect((await failure()).message).toContain("with a redirect to");
  });

  it("50 MB of JSON: left early", async () => {
    bench.gitlab.faults.add({ kind: "huge", method: "GET", path });
    expect((await failure()).message).toContain("is over 4 MB");
    expect(bench.gitlab.faults.list()[0]?.bytesSent).toBeLessThan(20_000_000);
  });

  it("a connection that breaks is tried again", async () => {
    bench.gitlab.faults.add({ kind: "drop", method: "GET", path });
    const { data } = await bench.ask("gitlab_merge_request_read", {
      merge_request: "payments/ledger-api!482",
    });
    expect(data?.["state"]).toBe("opened");
  });

  it("a reply of another shape names the field and not its value", async () => {
    bench.gitlab.faults.add({
      kind: "fail",
      status: 200,
      method: "GET",
      path,
      body: { iid: "not a number" },
    });
    const error = await failure();
    expect(error).toMatchObject({ code: "unexpected_reply" });
    expect(error.message).toMatch(/iid: .*expected number/);
    expect(error.message).not.toContain("not a number");
  });

  it("a slow one ends with the person's stop", async () => {
    bench.gitlab.faults.add({ kind: "hang", method: "GET", path });
    const stop = new AbortController();
    const asked = bench
      .read("gitlab_merge_request_read")
      .resolve({ merge_request: "payments/ledger-api!482" }, bench.context("anna", { signal: stop.signal }));
    await bench.gitlab.journal.waitFor({ method: "GET", path });
    stop.abort(new Error("stopped"));
    await expect(asked).rejects.toThrow("stopped");
  });

  it("a token that may only read", async () => {
    await bench.close();
    bench = await openBench({ gitlabToken: "glpat-sandbox-reader" });
    const retry = bench.ask("gitlab_job_retry", { job: "99120" });
    await expect(retry).rejects.toThrow(/lacks the right.*insufficient_scope|requires higher privileges/);
  });

  it("a wrong token", async () => {
    await bench.close();
    bench = await openBench({ gitlabToken: "glpat-wrong-and-long-enough" });
    expect((await failure()).message).toMatch(/does not accept Steward's token/);
  });

  it("an address with slashes at its end", async () => {
    await bench.close();
    bench = await openBench({ gitlabUrl: (url) => `${url}//` });
    expect((await bench.ask("gitlab_merge_request_read", { merge_request: "!482" })).data?.["state"]).toBe(
      "opened",
    );
  });
});
