import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readKnowledge } from "../../src/cli/knowledge.ts";
import { apiFolder, file, get } from "../tools/openapi/support.ts";

const root = join(import.meta.dirname, "../..");

it("refuses a channel whose agent there is not, with the line and the nearest name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "steward-knowledge-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const policies = join(folder, "policies");
  await cp(join(root, "policies"), policies, { recursive: true });
  const tools = { apis: join(root, "tools/apis"), mcp: join(root, "tools/mcp") };
  const folders = { prompts: join(root, "prompts"), policies, ...tools };
  const settings = { env: {}, dataFolder: join(folder, "data") };
  await writeFile(join(policies, "channels.yml"), '"#sales": { agent: revenue }\n');
  expect(readKnowledge(folders, settings).policies.files.channels.get("#sales")?.agent).toBe("revenue");
  await writeFile(join(policies, "channels.yml"), '"#a": { mode: on }\n"#sales": { agent: revenu }\n');
  expect(() => readKnowledge(folders, settings)).toThrow(
    "policies/channels.yml:2: '#sales' names an unknown agent 'revenu'. Did you mean 'revenue'?",
  );
});

it("lets shipped prompts go on naming shipped tools where an operator brings APIs of their own", async () => {
  const apis = await apiFolder(file([get]));
  const tools = { apis, mcp: join(root, "tools/mcp") };
  const folders = { prompts: join(root, "prompts"), policies: join(root, "policies"), ...tools };
  const read = readKnowledge(folders, { env: {}, dataFolder: join(apis, "data") });
  const names = read.vocabulary.tools.map(({ name }) => name);
  expect(names.filter((name) => name === "payments_payout_get")).toHaveLength(1);
  expect(names).toContain("payments_payout_retry");
  expect(read.outside.apis.map(({ system }) => system)).toEqual(["payments"]);
});
