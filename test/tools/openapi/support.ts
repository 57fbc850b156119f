import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";
import {
  type CallContext,
  isWrite,
  type ReadTool,
  type Tool,
  type WriteTool,
} from "../../../src/core/tool.ts";
import { createHttp } from "../../../src/http/client.ts";
import { serviceCredentials } from "../../../src/http/credentials.ts";
import { readApis } from "../../../tools/openapi/connect.ts";
import { apiTools } from "../../../tools/openapi/index.ts";
import type { FileProblem } from "../../../tools/problems.ts";

/** One request as the API saw it. */
export interface Seen {
  method: string;
  path: string;
  query: Record<string, string[]>;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** What the API answers: JSON by default. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** An API of this test alone, on a free port. */
export async function openApi(answer: (seen: Seen) => Answer) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void text(request).then((raw) => {
      const url = new URL(request.url ?? "/", "http://api.test");
      const query: Record<string, string[]> = {};
      for (const [name, value] of url.searchParams) (query[name] ??= []).push(value);
      const json = /json/.test(request.headers["content-type"] ?? "");
      const body: unknown = raw === "" ? undefined : json ? JSON.parse(raw) : raw;
      const one = { method: request.method ?? "", path: url.pathname, query, headers: request.headers, body };
      seen.push(one);
      const { status = 200, headers = {}, body: reply } = answer(one);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(
        reply === undefined ? undefined : typeof reply === "string" ? reply : JSON.stringify(reply),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A folder of API files for this test alone. Values that are no text are written as YAML. */
export async function apiFolder(files: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "steward-apis-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === "string" ? content : stringify(content));
  }
  return folder;
}

export const token = "canary-token-of-the-api";

/** The tools of a folder whose only API is at `url`. Throws where its files have problems. */
export function toolsOf(folder: string, url: string, system = "payments"): Tool[] {
  const problems: FileProblem[] = [];
  const env = { API_URL: url, API_TOKEN: token };
  const apis = readApis(folder, { env }, problems);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  const secret = { header: "authorization", value: `Bearer ${token}` };
  const http = createHttp({
    allow: [url],
    credentials: serviceCredentials({ [system]: { url, secret } }),
    writes: () => undefined,
  });
  onTestFinished(() => http.close());
  return apis.flatMap((api) => apiTools(api, http));
}

export function readOf(tools: readonly Tool[], name: string): ReadTool {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined || isWrite(tool)) throw new Error(`${name} is no read`);
  return tool;
}

export function writeOf(tools: readonly Tool[], name: string): WriteTool {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined || !isWrite(tool)) throw new Error(`${name} is no write`);
  return tool;
}

export const context = (callId = "11111111-1111-4111-8111-111111111111"): CallContext => ({
  principal: {
    ...{ kind: "person", workspace: "T1", user: "U1", name: "Anna", email: "anna@example.com" },
    ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
  },
  elsewhere: {},
  signal: AbortSignal.timeout(20_000),
  callId,
  actsAs: () => "service",
  now: () => new Date("2026-11-20T10:00:00Z"),
});

const idParameter = { name: "id", in: "path", required: true, schema: { type: "string" } };

/** A document of payouts, with what documents do: references, nulls, defaults, 3.0's bounds, arguments nobody should give. */
export const document = {
  openapi: "3.0.3",
  info: { title: "Payments", version: "1" },
  servers: [{ url: "https://elsewhere.example.com" }],
  paths: {
    "/payouts": {
      get: {
        summary: "List payouts",
        parameters: [
          { name: "status", in: "query", schema: { $ref: "#/components/schemas/Status" } },
          { name: "tags", in: "query", schema: { type: "array", items: { type: "string" } } },
          { name: "page", in: "query", schema: { type: "integer" } },
          { name: "per_page", in: "query", schema: { type: "integer" } },
          { name: "cursor", in: "query", schema: { type: "string" } },
        ],
        responses: { "200": { content: { "application/json": {} } } },
      },
    },
    "/payouts/{id}": {
      parameters: [idParameter],
      get: { summary: "One payout", responses: { "200": { content: { "application/json": {} } } } },
      patch: {
        summary: "Change a payout",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["priority"],
                properties: {
                  id: { type: "string", readOnly: true },
                  priority: { type: "integer", minimum: 0, exclusiveMinimum: true, nullable: true },
                  memo: { type: "string", default: "none", maxLength: 20 },
                  source: { type: "string", enum: ["steward", "person"] },
                },
              },
            },
          },
        },
        responses: { "200": { content: { "application/json": {} } } },
      },
    },
    "/payouts/{id}/retry": {
      post: {
        summary: "Retry a payout",
        parameters: [idParameter, { name: "Idempotency-Key", in: "header", schema: { type: "string" } }],
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: { source: { type: "string" }, debug: { type: "boolean" } },
              },
            },
          },
        },
        responses: { "202": { description: "taken" } },
      },
    },
    "/payouts/{id}/attempts": {
      get: {
        parameters: [idParameter, { name: "key", in: "query", schema: { type: "string" } }],
        responses: { "200": { content: { "application/json": {} } } },
      },
    },
  },
  components: {
    schemas: { Status: { type: "string", enum: ["stuck", "paid", null], nullable: true, default: "paid" } },
  },
};

/** A file over that document; operations are the test's own. */
export const file = (operations: readonly object[], rest: object = {}) => ({
  "payments.yml": {
    ...{ title: "Payments", owner: "payments-leads", document: "./payments.openapi.yml" },
    ...{ base_url: { env: "API_URL" }, auth: { secret: "API_TOKEN" } },
    ...rest,
    operations,
  },
  "payments.openapi.yml": document,
});

export const get = {
  ...{ op: "GET /payouts/{id}", name: "payments_payout_get", effect: "read", risk: "R0" },
  ...{ target: "Payout/{id}", untrusted: false, examples: ["show payout {id}"] },
};
export const retry = {
  ...{
    op: "POST /payouts/{id}/retry",
    name: "payments_payout_retry",
    title: "Retry a payout",
    effect: "write",
  },
  ...{
    risk: { R3: "amount > 1000", else: "R2" },
    target: "Payout/{payout}",
    examples: ["retry payout {payout}"],
  },
  summary: "Retry payout {payout} of {amount} {currency}",
  args: { pin: { source: "steward" }, rename: { id: "payout" }, hide: ["debug"] },
  read: { op: "GET /payouts/{id}", fields: { amount: "amount", currency: "currency", status: "status" } },
  find: { op: "GET /payouts/{id}", when: "status != 'stuck'" },
  policy: { amount: "Decimal", currency: "String" },
};
