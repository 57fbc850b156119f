import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../../src/http/client.ts";
import { nowhere } from "../../../tools/index.ts";
import { readApis } from "../../../tools/openapi/connect.ts";
import { apiTools, fetchDocuments } from "../../../tools/openapi/index.ts";
import { pinAtFirstSight } from "../../../tools/pins.ts";
import type { FileProblem } from "../../../tools/problems.ts";
import { apiFolder, document, file, get, openApi, retry } from "./support.ts";

/** A file whose document another server serves, and what a start makes of it. */
async function started(answer: () => { status?: number; headers?: Record<string, string>; body?: unknown }) {
  const api = await openApi(answer);
  const { "payments.yml": listed } = file([get, retry], { document: `${api.url}/openapi.json` });
  const folder = await apiFolder({ "payments.yml": listed });
  const data = await mkdtemp(join(tmpdir(), "steward-remote-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const http = createHttp({ allow: [api.url], writes: () => "only read", wait: () => Promise.resolve() });
  onTestFinished(() => http.close());
  const start = async () => {
    const problems: FileProblem[] = [];
    const read = readApis(folder, { env: { API_URL: api.url, API_TOKEN: "canary" } }, problems);
    expect(problems).toEqual([]);
    const [fetched] = await fetchDocuments(read, http, join(data, "apis"));
    if (fetched === undefined) throw new Error("there is one API");
    const tools = apiTools(fetched, nowhere).map((tool) => ({
      name: tool.name,
      file: "apis/payments.yml",
      pin: tool.origin?.pin ?? "",
      tool,
    }));
    const places = { reviewed: join(data, "reviewed.lock"), local: join(data, "tools.lock"), own: false };
    return { fetched, pins: "off" in fetched.connection ? undefined : pinAtFirstSight(tools, places) };
  };
  return { start, api };
}

it("fetches a document at an address, and pins what is in it", async () => {
  const { start } = await started(() => ({ body: document }));
  const { fetched, pins } = await start();
  expect(fetched.compiled).toHaveLength(2);
  expect(pins?.on.map(({ name }) => name)).toEqual(["payments_payout_get", "payments_payout_retry"]);
  expect(pins?.on[0]?.tool.input.shape).toHaveProperty("id");
});

it("switches off what changed under a file that nobody changed, and nothing else", async () => {
  const served = structuredClone(document) as { paths: Record<string, { post?: { requestBody?: unknown } }> };
  const { start } = await started(() => ({ body: served }));
  await start();
  const retryPath = served.paths["/payouts/{id}/retry"];
  if (retryPath?.post === undefined) throw new Error("the document has a retry");
  retryPath.post.requestBody = {
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: { source: { type: "string" }, debug: { type: "boolean" }, urgent: { type: "boolean" } },
        },
      },
    },
  };
  const { pins } = await start();
  expect(pins?.on.map(({ name }) => name)).toEqual(["payments_payout_get"]);
  expect(pins?.changed.map(({ name }) => name)).toEqual(["payments_payout_retry"]);
});

it("is off, with the reason, where an operation went away; the others stay", async () => {
  const served = structuredClone(document) as { paths: Record<string, unknown> };
  const { start } = await started(() => ({ body: served }));
  await start();
  delete served.paths["/payouts/{id}/retry"];
  const { fetched, pins } = await start();
  expect(pins?.on.map(({ name }) => name)).toEqual(["payments_payout_get"]);
  expect(fetched.partly).toContain("the document has no operation 'POST /payouts/{id}/retry'");
});

it.each([
  ["not there", { status: 404, body: {} }, "404"],
  [
    "a sign-in page",
    { headers: { "content-type": "text/html" }, body: "<html><body>Sign in</body></html>" },
    "a sign-in page",
  ],
  [
    "too many redirects",
    { status: 302, headers: { location: "http://169.254.169.254/" }, body: {} },
    "redirect",
  ],
])("never hinders the start where the document is %s", async (_, answer, words) => {
  const { start } = await started(() => answer);
  const { fetched } = await start();
  expect("off" in fetched.connection && fetched.connection.off).toContain("its document at");
  expect("off" in fetched.connection && fetched.connection.off.toLowerCase()).toContain(words.toLowerCase());
});
