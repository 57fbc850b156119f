import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { importApi, printImported } from "../../../src/cli/tool/import.ts";
import { readApis } from "../../../tools/openapi/connect.ts";
import { apiTools } from "../../../tools/openapi/index.ts";
import { nowhere } from "../../../tools/index.ts";
import { type FileProblem, problemLine } from "../../../tools/problems.ts";
import { apiFolder, document } from "../../tools/openapi/support.ts";

const choose = { name: "payments", wanted: ["GET /payouts/{id}", "/retry"], show: false };

async function imported(options = choose) {
  const folder = await apiFolder({ "payments.json": JSON.stringify(document) });
  const made = await importApi(folder, join(folder, "payments.json"), options);
  const apis = join(folder, "tools", "apis");
  const problems: FileProblem[] = [];
  const load = () => readApis(apis, { env: {} }, problems).flatMap((api) => apiTools(api, nowhere));
  return { folder, made, apis, problems, load };
}

it("proposes a file that does not load before its questions are answered, and does then", async () => {
  const { made, apis, problems, load } = await imported();
  expect(made.operations).toEqual(["GET /payouts/{id}", "POST /payouts/{id}/retry"]);
  load();
  const said = problems.map(problemLine).join("\n");
  expect(said).toContain('owner: is "?"; is still a question');
  expect(said).toContain('operations.1.effect: is "?"; allowed: read, write, egress');
  expect(said).toContain("operations.1.risk: is");
  const file = join(apis, "payments.yml");
  const text = await readFile(file, "utf8");
  const answered = text
    .replace('owner: "?"', "owner: payments-leads")
    .replace('untrusted: "?"', "untrusted: false")
    .replace('effect: "?"', "effect: write")
    .replace('risk: "?"', "risk: R2")
    .replace('summary: "?"', "summary: Retry payout {id}")
    .replaceAll("examples: []", "examples:\n      - about payout {id}");
  await writeFile(file, answered);
  problems.length = 0;
  expect(load().map(({ name, effect }) => [name, effect])).toEqual([
    ["payments_payout_get", "read"],
    ["payments_payout_retry", "write"],
  ]);
  expect(problems).toEqual([]);
  expect(dirname(file)).toBe(apis);
});

it("names what is nearest to an operation that is not there", async () => {
  const { made } = await imported({ ...choose, wanted: ["GET /payout/{id}"] });
  expect(made.file).toBeUndefined();
  expect(printImported(made)).toContain("The document has no 'GET /payout/{id}'. Nearest: GET /payouts/{id}");
});

it("overwrites nothing, and only shows where that is asked", async () => {
  const { folder } = await imported();
  const source = join(folder, "payments.json");
  await expect(importApi(folder, source, choose)).rejects.toThrow("is there already; it was left as it is");
  const shown = await importApi(folder, source, { ...choose, name: "payouts", show: true });
  expect(shown.file).toBeUndefined();
  expect(printImported(shown)).toContain('op: "GET /payouts/{id}"');
});

it("proposes names in one way, none twice", async () => {
  const paths = {
    "/api/v1/customers": { get: {}, post: {} },
    "/api/v1/customers/{customer}": { get: {}, patch: {}, delete: {} },
    "/api/v1/customers/{customer}/notes": { get: {} },
    "/api/v1/customers/{customer}/block": { post: {} },
    "/api/v2/customers": { get: {} },
  };
  const folder = await apiFolder({
    "crm.yml": stringify({ openapi: "3.1.0", info: { title: "CRM" }, paths }),
  });
  const { text } = await importApi(folder, join(folder, "crm.yml"), { name: "acme", wanted: [], show: true });
  expect([...text.matchAll(/name: (\w+)/g)].map(([, name]) => name)).toEqual([
    "acme_customer_find",
    "acme_customer_create",
    "acme_customer_get",
    "acme_customer_update",
    "acme_customer_delete",
    "acme_customer_note_find",
    "acme_customer_block",
    "acme_customer_find_2",
  ]);
});
