import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OpenAPIBackend, type Document, type Request } from "openapi-backend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Bench, openBench } from "../support.ts";
import { overlay } from "./overlay.ts";

const specs = process.env["STEWARD_SPECS"] ?? join(import.meta.dirname, "../../../../shared/specs");
const file = join(specs, "gitlab-openapi.yaml");
const absent = !existsSync(file);
const required = (process.env["STEWARD_REQUIRE"] ?? "").split(",").includes("specs");
if (absent) {
  const reason = `GitLab's OpenAPI document is not at ${file}; set STEWARD_SPECS to its folder`;
  if (required) throw new Error(reason);
  console.warn(`contract of the GitLab tools skipped: ${reason}`);
}

let api: OpenAPIBackend;
let bench: Bench;

/** What the document has against a request; empty where it fits. */
function faults(request: Request): string[] {
  const operation = api.router.matchOperation(request);
  if (operation === undefined) return [`${request.method} ${request.path}: no such operation`];
  const { errors } = api.validator.validateRequest(request, operation);
  return (errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${request.method} ${request.path}: ${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

describe.skipIf(absent)("the GitLab tools keep to GitLab's own document", () => {
  beforeAll(async () => {
    const definition = parse(readFileSync(file, "utf8"), { maxAliasCount: -1 }) as Document;
    overlay(definition as unknown as Parameters<typeof overlay>[0]);
    const { default: addFormats } = await import("ajv-formats");
    api = new OpenAPIBackend({
      definition,
      quick: true,
      ajvOpts: { strict: false },
      customizeAjv: (ajv) => {
        addFormats.default(ajv as never);
        return ajv;
      },
    });
    await api.init();
    bench = await openBench();
  });
  afterAll(() => bench?.close());

  it("in every request that any of them makes", async () => {
    const find = (input: Record<string, string>) => bench.ask("gitlab_merge_request_find", input);
    await find({ group: "payments", reviewer: "me" });
    await find({ project: "ledger-api", author: "Mei", state: "merged", search: "fees" });
    await find({ state: "all" });
    await bench.ask("gitlab_merge_request_read", { merge_request: "!482", detail: "full" });
    await bench.ask("gitlab_pipeline_explain", { pipeline: "8812" });
    await bench.ask("gitlab_pipeline_explain", { project: "ledger-api" }).catch(() => undefined);
    const retry = bench.write("gitlab_job_retry");
    const retried = await retry.resolve({ job: "99120" }, bench.context());
    const output = await retry.run(retried.args, bench.context());
    await retry.follow?.(retried.args, output, bench.context());
    await retry.find(retried.args, bench.context());
    const merge = bench.write("gitlab_merge_request_merge");
    const prepared = await merge.resolve({ merge_request: "!482", when_green: true }, bench.context());
    await merge.run(prepared.args, bench.context());
    bench.gitlab.others.finishPipeline(8812, "success");
    await merge.find(prepared.args, bench.context());
    const issue = bench.write("gitlab_issue_create");
    const wish = { project: "ledger-api", title: "Payout 77120 hangs", labels: "bug" };
    const wished = await issue.resolve(wish, bench.context());
    await issue.run(wished.args, bench.context());
    await issue.find(wished.args, bench.context());
    const entries = bench.gitlab.journal.list();
    const operations = new Set(
      entries.map(({ method, path }) => `${method} ${path.replaceAll(/\d+|[0-9a-f]{40}/g, "…")}`),
    );
    expect(operations.size).toBeGreaterThan(15);
    expect(
      entries.flatMap(({ method, path, query, body }) =>
        faults({
          method,
          path,
          query: queryOf(query),
          body: body ?? undefined,
          headers: { "content-type": "application/json" },
        }),
      ),
    ).toEqual([]);
  });

  it.each([
    [
      "an unknown query name",
      "GET",
      "/api/v4/projects/101/merge_requests",
      "reviewerUsername=anna",
      undefined,
    ],
    ["a value that is none", "GET", "/api/v4/projects/101/merge_requests", "state=openish", undefined],
    ["camelCase in a body", "PUT", "/api/v4/projects/101/merge_requests/482/merge", "", { autoMerge: true }],
    [
      "a wrong type in a body",
      "PUT",
      "/api/v4/projects/101/merge_requests/482/merge",
      "",
      { auto_merge: "maybe" },
    ],
    ["a missing field of a body", "POST", "/api/v4/projects/101/merge_requests/482/notes", "", {}],
    ["a path that is none", "GET", "/api/v4/project/101", "", undefined],
  ])("and the checker itself refuses %s", (_, method, path, query, body) => {
    expect(
      faults({ method, path, query, body, headers: { "content-type": "application/json" } }),
    ).not.toEqual([]);
  });
});

const queryOf = (query: Readonly<Record<string, string | string[]>>): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, one]),
    ),
  ).toString();
