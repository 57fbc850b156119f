import { readFileSync } from "node:fs";
import { join } from "node:path";
import addFormats from "ajv-formats";
import { type Document, OpenAPIBackend } from "openapi-backend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Apis, startApis } from "../../sandbox/apis/index.ts";

/** A request to one API; `refused` where the document's default answer is expected. */
interface Case {
  readonly call: string;
  readonly body?: object;
  readonly status: number;
}

/** What is asked of each API: every operation of its document, and a refusal. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  payments: [
    { call: "GET /payouts?status=stuck&limit=1", status: 200 },
    { call: "GET /payouts?merchant=acme&email=acme@corp.example", status: 200 },
    { call: "GET /payouts/77120", status: 200 },
    { call: "GET /payouts/77120/events?limit=2", status: 200 },
    { call: "GET /payouts/77120/attempts?key=none", status: 200 },
    { call: "POST /payouts/77120/retry", body: { source: "steward" }, status: 202 },
    { call: "POST /payouts/77120/retry", body: { source: "steward" }, status: 409 },
    { call: "GET /payouts/1", status: 404 },
  ],
  mail: [
    {
      call: "POST /messages",
      body: { from: "a@northwind-pay.example", to: "acme@corp.example", subject: "Hello", text: "Good day" },
      status: 202,
    },
    {
      call: "POST /messages",
      body: { from: "a@northwind-pay.example", to: "peter@initech.example", subject: "Hello", text: "Hi" },
      status: 409,
    },
    { call: "GET /messages?to=acme@corp.example", status: 200 },
    { call: "GET /messages/m-5001", status: 200 },
    { call: "GET /messages/m-1", status: 404 },
  ],
  metrics: [
    { call: "GET /services", status: 200 },
    { call: "GET /services/card-auth?window=15m", status: 200 },
    { call: "GET /services/card-auth/series?metric=error_rate&window=6h", status: 200 },
    { call: "GET /services/nothing", status: 404 },
  ],
  logs: [
    { call: "GET /logs?service=card-auth&query=issuer%20timeout&level=error&limit=5", status: 200 },
    { call: "GET /logs?window=1y", status: 422 },
  ],
  oncall: [
    { call: "GET /on-call?service=card-auth", status: 200 },
    { call: "GET /on-call?team=nobody", status: 404 },
    { call: "GET /people/elif@example.com", status: 200 },
    { call: "POST /pages", body: { to: "elif@example.com", summary: "card-auth fails" }, status: 201 },
    { call: "GET /pages?status=triggered", status: 200 },
    { call: "GET /pages/p-301", status: 200 },
    { call: "POST /pages/p-301/acknowledge", body: { by: "elif@example.com" }, status: 200 },
    { call: "POST /pages/p-301/acknowledge", body: { by: "grace@example.com" }, status: 409 },
  ],
  freeze: [
    { call: "GET /freezes?past=true", status: 200 },
    { call: "GET /freezes/now?environment=production&scope=payments/ledger-api", status: 200 },
    { call: "GET /freezes?environment=moon", status: 422 },
  ],
  flags: [
    { call: "GET /flags?search=payout", status: 200 },
    { call: "GET /flags/new-balances-view", status: 200 },
    { call: "GET /flags/new-balances-view/environments/staging", status: 200 },
    {
      call: "PUT /flags/new-balances-view/environments/staging",
      body: { enabled: false, by: "steward" },
      status: 200,
    },
    { call: "GET /flags/new-balances-view/changes", status: 200 },
    { call: "GET /flags/nothing", status: 404 },
  ],
  rates: [
    { call: "GET /rates/EUR", status: 200 },
    { call: "GET /convert?from=EUR&to=USD&amount=48000", status: 200 },
    { call: "GET /convert?from=EUR&to=XXX&amount=1", status: 404 },
  ],
};

const root = join(import.meta.dirname, "../../tools/apis");
let apis: Apis;
beforeAll(async () => {
  apis = await startApis({ payments: { bankMs: Infinity } });
});
afterAll(() => apis.close());

const ofName = (name: string): Apis["all"][number] => {
  const { payments, mail, metrics, logs, onCall: oncall, freeze, flags, rates } = apis;
  const found = Object.entries({ payments, mail, metrics, logs, oncall, freeze, flags, rates }).find(
    ([known]) => known === name,
  );
  if (found === undefined) throw new Error(`There is no API ${name}.`);
  return found[1];
};

describe.each(Object.entries(cases))("the sandbox's %s API keeps to its own document", (name, asked) => {
  it("in requests and replies, and answers everything that stands there", async () => {
    const definition = parse(readFileSync(join(root, `${name}.openapi.yml`), "utf8")) as Document;
    const backend = new OpenAPIBackend({
      definition,
      quick: true,
      ajvOpts: { strict: false },
      customizeAjv: (ajv) => {
        addFormats.default(ajv);
        return ajv;
      },
    });
    await backend.init();
    const api = ofName(name);
    const answered = new Set<string>();
    for (const { call, body, status } of asked) {
      const [method = "", target = ""] = call.split(" ");
      const headers = { authorization: `Bearer ${api.token}`, "content-type": "application/json" };
      const reply = await fetch(`${api.url}${target}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const request = { method, path: target, headers, ...(body !== undefined && { body }) };
      const operation = backend.matchOperation(request);
      const given: unknown = await reply.json();
      expect([call, reply.status, JSON.stringify(given)]).toEqual([call, status, JSON.stringify(given)]);
      if (operation === undefined) throw new Error(`${call} stands in no document`);
      if (status !== 422) {
        expect([call, backend.validateRequest(request, operation).errors ?? []]).toEqual([call, []]);
      }
      expect([call, backend.validateResponse(given, operation, status).errors ?? []]).toEqual([call, []]);
      answered.add(operation.operationId ?? "");
    }
    const known = backend.getOperations().map(({ operationId }) => operationId ?? "");
    expect(answered).toEqual(new Set(known));
  });
});
