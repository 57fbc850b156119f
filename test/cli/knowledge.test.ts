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
  const folders = { prompts: join(root, "prompts"), policies } as Parameters<typeof readKnowledge>[0];
  await writeFile(join(policies, "channels.yml"), '"#sales": { agent: revenue }\n');
  expect(readKnowledge(folders).policies.files.channels.get("#sales")?.agent).toBe("revenue");
  await writeFile(join(policies, "channels.yml"), '"#a": { mode: on }\n"#sales": { agent: revenu }\n');
  expect(() => readKnowledge(folders)).toThrow(
    "policies/channels.yml:2: '#sales' names an unknown agent 'revenu'. Did you mean 'revenue'?",
  );
});
