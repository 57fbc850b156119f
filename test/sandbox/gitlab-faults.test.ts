import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startGitlab, type GitLab } from "../../sandbox/gitlab/index.ts";

let gitlab: GitLab;
beforeEach(async () => {
  gitlab = await startGitlab({ jobMs: Infinity });
});
afterEach(() => gitlab.close());

const MERGE = "/api/v4/projects/101/merge_requests/482/merge";
const onMerge = { method: "PUT", path: "*/merge" } as const;
const send = (signal?: AbortSignal) =>
  fetch(gitlab.url + MERGE, {
    method: "PUT",
    headers: { "private-token": gitlab.token },
    redirect: "manual",
    ...(signal ? { signal } : {}),
  });
const merged = () => gitlab.state().merge_requests.find((one) => one.iid === 482)?.state === "merged";
const lastEnd = () => gitlab.journal.list(onMerge).at(-1)?.end;

it("fails a request with or without its effect, so many times", async () => {
  const before = gitlab.faults.add({ ...onMerge, kind: "fail", status: 503, times: 2 });
  expect([(await send()).status, (await send()).status, merged()]).toEqual([503, 503, false]);
  expect(gitlab.faults.happened(before.id)).toBe(2);
  gitlab.faults.add({ ...onMerge, kind: "fail", status: 502, html: true, effect: "before" });
  const page = await send();
  expect([page.status, page.headers.get("content-type"), merged()]).toEqual([
    502,
    "text/html; charset=utf-8",
    true,
  ]);
});

it("sends the headers and the body of a fault, after the requests it lets pass", async () => {
  gitlab.faults.add({
    path: "/api/v4/user",
    kind: "fail",
    status: 429,
    body: "Retry later\n",
    headers: { "retry-after": "7" },
    skip: 1,
    times: "all",
  });
  const user = () => fetch(`${gitlab.url}/api/v4/user`, { headers: { "private-token": gitlab.token } });
  expect((await user()).status).toBe(200);
  const limited = await user();
  expect([limited.status, limited.headers.get("retry-after"), await limited.text()]).toEqual([
    429,
    "7",
    "Retry later\n",
  ]);
  expect((await user()).status).toBe(429);
  gitlab.faults.clear();
  expect((await user()).status).toBe(200);
});

it("does the effect and answers only when the caller is gone", async () => {
  gitlab.faults.add({ ...onMerge, kind: "reply-after-gone" });
  const patience = new AbortController();
  const answer = send(patience.signal);
  await gitlab.journal.waitFor(onMerge);
  await vi.waitFor(() => expect(merged()).toBe(true));
  patience.abort();
  await expect(answer).rejects.toThrow();
  await vi.waitFor(() => expect(lastEnd()).toBe("left"));
});

it("hangs, drops and delays, with or without the effect", async () => {
  gitlab.faults.add({ ...onMerge, kind: "hang" });
  const patience = new AbortController();
  const hanging = send(patience.signal);
  await gitlab.journal.waitFor(onMerge);
  patience.abort();
  await expect(hanging).rejects.toThrow();
  gitlab.faults.add({ ...onMerge, kind: "drop" });
  await expect(send()).rejects.toThrow("fetch failed");
  expect([merged(), lastEnd()]).toEqual([false, "broken"]);
  gitlab.faults.add({ ...onMerge, kind: "delay", ms: 1, effect: "after" });
  expect([(await send()).status, merged()]).toEqual([200, true]);
  gitlab.reset();
  gitlab.faults.add({ ...onMerge, kind: "drop", effect: "before" });
  await expect(send()).rejects.toThrow("fetch failed");
  expect(merged()).toBe(true);
});

it("sends away, to a sign-in page, or far too much", async () => {
  gitlab.faults.add({ ...onMerge, kind: "redirect" });
  const redirected = await send();
  expect([redirected.status, redirected.headers.get("location")]).toEqual([302, "/users/sign_in"]);
  gitlab.faults.add({ ...onMerge, kind: "html" });
  expect(await (await send()).text()).toContain("Sign in");
  const huge = gitlab.faults.add({ ...onMerge, kind: "huge" });
  const body = (await send()).body?.getReader();
  expect((await body?.read())?.value?.length).toBeGreaterThan(0);
  await body?.cancel();
  await vi.waitFor(() => expect(lastEnd()).toBe("left"));
  const armed = gitlab.faults.list().find((one) => one.id === huge.id);
  expect(armed?.bytesSent).toBeLessThan(50 * 1024 * 1024);
  gitlab.faults.add({ ...onMerge, kind: "huge", bytes: 200_000 });
  expect(Array.isArray(await (await send()).json())).toBe(true);
  expect(merged()).toBe(false);
});

for (const effect of ["before", "never"] as const) {
  it(`ends the caller's process on receipt, effect ${effect}`, async () => {
    const script = `console.log("up"); process.stdin.once("data", () => fetch(process.argv[1], {method: "PUT",
      headers: {"private-token": process.argv[2]}}).then(() => console.log("answered"), () => console.log("failed")))`;
    const product = spawn(process.execPath, ["-e", script, gitlab.url + MERGE, gitlab.token]);
    let said = "";
    product.stdout.on("data", (text: Buffer) => (said += text.toString()));
    await once(product.stdout, "data");
    const told = await fetch(`${gitlab.url}/control/product`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ pid: product.pid }),
    });
    expect(told.status).toBe(200);
    const kill = gitlab.faults.add({ ...onMerge, kind: "kill", effect });
    const ended = once(product, "exit");
    product.stdin.write("go\n");
    const [, signal] = (await ended) as [number | null, string];
    expect([signal, said.trim(), merged()]).toEqual(["SIGKILL", "up", effect === "before"]);
    expect(gitlab.faults.happened(kill.id)).toBe(1);
  });
}

it("refuses a fault that means nothing", () => {
  expect(() => gitlab.faults.add({ kind: "explode" })).toThrow("not a fault");
  expect(() => gitlab.faults.add({ kind: "fail", status: 503, effects: "before" })).toThrow("effects");
  expect(() => gitlab.faults.add({ kind: "kill" })).toThrow("a kill needs a pid");
  expect(() => gitlab.faults.add({ kind: "kill", pid: process.pid })).toThrow("sandbox itself");
});
