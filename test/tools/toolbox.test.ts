import { z } from "zod";
import { describe, expect, it } from "vitest";
import { isWrite, type Target } from "../../src/core/tool.ts";
import { allTools, makeToolbox } from "../../tools/index.ts";
import { openBench } from "./support.ts";

const { tools, entityTypes } = allTools();
const slotNames = [
  "project",
  "group",
  "person",
  "merge_request",
  "pipeline",
  "job",
  "issue",
  "deal",
  "stage",
  "money",
  "date",
];

describe("the toolbox", () => {
  it("lists tools by system_noun_verb, each once", () => {
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["gitlab_merge_request_find", "gitlab_issue_edit", "crm_deal_update"]),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const { name, system } of tools) expect(name).toMatch(new RegExp(`^${system}_[a-z_]+$`));
  });

  it("brings no tools of a system that is not connected", () => {
    const http = { request: () => Promise.reject(new Error("unused")), close: () => Promise.resolve() };
    expect(makeToolbox({ http }).tools).toEqual([]);
    expect(Object.keys(entityTypes)).toEqual(
      expect.arrayContaining(Object.keys(makeToolbox({ http }).entityTypes)),
    );
  });

  it("answers in words where a system is not connected", async () => {
    const bench = await openBench();
    const context = bench.context();
    await bench.close();
    await expect(tools[0]?.resolve({ group: "payments" }, context)).rejects.toThrow(
      "GitLab is not connected",
    );
  });

  it.each(tools.map((tool) => [tool.name, tool] as const))("%s is complete", (_, tool) => {
    const schema = z.toJSONSchema(tool.input, { io: "input" }) as {
      properties: Record<string, { type?: string; description?: string }>;
      additionalProperties?: boolean;
    };
    expect(schema.additionalProperties).toBe(false);
    for (const [name, property] of Object.entries(schema.properties)) {
      expect(property.type, name).toMatch(/^(string|number|integer|boolean)$/);
      expect(property.description, name).toBeTruthy();
    }
    expect(tool.examples.length).toBeGreaterThanOrEqual(6);
    for (const text of tool.examples)
      for (const [, slot] of text.matchAll(/\{(\w+)\}/g))
        expect([...slotNames, ...Object.keys(tool.slots)], text).toContain(slot);
    for (const slot of Object.keys(tool.slots)) expect(Object.keys(schema.properties)).toContain(slot);
    for (const type of tool.targetTypes) expect(Object.keys(entityTypes)).toContain(type);
    if (isWrite(tool)) expect(tool.lagMs).toBeGreaterThan(0);
    if (isWrite(tool)) expect(tool.risks?.length, "risks").toBeGreaterThan(0);
    expect(tool.step({})).toMatch(/^[A-Z][a-z]+ing /);
  });

  it("resolves targets with every ancestor, of declared types", async () => {
    const bench = await openBench();
    const targets = await Promise.all([
      bench.read("gitlab_merge_request_find").resolve({}, bench.context()),
      bench.read("gitlab_merge_request_find").resolve({ group: "payments" }, bench.context()),
      bench.read("gitlab_merge_request_find").resolve({ project: "ledger-api" }, bench.context()),
      bench.read("gitlab_merge_request_read").resolve({ merge_request: "!482" }, bench.context()),
      bench.read("gitlab_pipeline_explain").resolve({ pipeline: "8812" }, bench.context()),
      bench.write("gitlab_job_retry").resolve({ job: "99120" }, bench.context()),
      bench.read("crm_deal_find").resolve({}, bench.context("dan")),
      bench.read("crm_deal_read").resolve({ deal: "Globex" }, bench.context("dan")),
    ]);
    await bench.close();
    expect(targets.map(({ target }) => `${target.type} ${target.id}`)).toEqual([
      "GitLabInstance gitlab",
      "GitLabGroup payments",
      "Project payments/ledger-api",
      "MergeRequest payments/ledger-api!482",
      "Pipeline payments/ledger-api/-/pipelines/8812",
      "Job payments/ledger-api/-/jobs/99120",
      "Crm crm",
      "Deal 5001",
    ]);
    for (const { target } of targets) expect(unknownParents(target)).toEqual([]);
  });
});

/** Parents that are named and not listed, or of a type that may not be one: either makes policy deny. */
function unknownParents(target: Target): string[] {
  const listed = new Set(target.ancestors.map(({ type, id }) => `${type} ${id}`));
  return [target, ...target.ancestors].flatMap((node) =>
    node.parents
      .filter(({ type, id }) => !listed.has(`${type} ${id}`) || !entityTypes[node.type]?.includes(type))
      .map(({ type, id }) => `${node.id} -> ${type} ${id}`),
  );
}
