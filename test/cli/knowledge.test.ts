import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readKnowledge } from "../../src/cli/knowledge.ts";

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
