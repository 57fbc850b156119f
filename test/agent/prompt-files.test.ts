import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { mayUse } from "../../src/agent/agent-file.ts";
import { PromptProblemsError, readAgents } from "../../src/agent/prompt-files.ts";
import { everyTool } from "../support/every-tool.ts";

const known = ["gitlab_job_retry", "gitlab_pipeline_explain", "crm_deal_find", "crm_deal_update"];
const front = (lines: string, body = "Do well.") => `---\n${lines}\n---\n${body}\n`;
const supervisor = front("name: supervisor\ntitle: S\ndescription: D\nowner: o\ndelegates: [crm]");
const crm = front(
  "name: crm\ntitle: C\ndescription: D\nowner: o\ntools: { allow: [crm_*], deny: [crm_deal_update] }",
);

const folderOf = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), "prompts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

const problemsOf = (files: Record<string, string>): string[] => {
  const folder = folderOf(files);
  try {
    readAgents(folder, known);
  } catch (error) {
    if (!(error instanceof PromptProblemsError)) throw error;
    expect(error.message.split("\n")).toHaveLength(error.problems.length);
    return error.problems.map(
      ({ file, line, reason }) => `${file.slice(folder.length + 1)}:${line}: ${reason}`,
    );
  }
  return [];
};

describe("prompt files", () => {
  it("reads the agents that ship", () => {
    const folder = join(import.meta.dirname, "../../prompts");
    const agents = readAgents(
      folder,
      everyTool().tools.map(({ name }) => name),
    );
    expect(agents.map(({ name }) => name)).toEqual([
      "supervisor",
      "access",
      "delivery",
      "engineering",
      "operations",
      "revenue",
      "support",
    ]);
    expect(agents.every(({ instructions }) => instructions.length > 200)).toBe(true);
  });

  it("gives tools by pattern, and takes away what is denied", () => {
    const agents = readAgents(folderOf({ "supervisor.md": supervisor, "crm.md": crm }), known);
    const agent = agents[1];
    if (agent === undefined) throw new Error("no crm agent");
    expect(known.filter((tool) => mayUse(agent, tool))).toEqual(["crm_deal_find"]);
    expect(mayUse(agent, "xcrm_deal_find")).toBe(false);
  });

  it("lists every problem of every file at once, with line and nearest valid value", () => {
    expect(
      problemsOf({
        "supervisor.md": supervisor.replace("[crm]", "[crn]"),
        "crm.md": front(
          [
            "name: crm",
            "title: C",
            "description: D",
            "owner: o",
            "model: fastt",
            "tool: {}",
            "tools:",
            "  allow: [crm_deal_fnd]",
            "limits:",
            "  model_calls: 20",
            "  secnds: 3",
          ].join("\n"),
        ),
        "other.md": front(
          "name: othr\ntitle: O\ndescription: D\nowner: o\ntools: { allow: [gitlab_jobs_*, crm_deal_fnd] }",
        ),
        "empty.md": "Hello.",
        "broken.md": front("name: [broken"),
      }),
    ).toEqual([
      expect.stringMatching(/^broken\.md:\d: the front matter is not YAML: /),
      'crm.md:6: "model" is "fastt"; allowed: default, fast, careful. Did you mean "fast"?',
      'crm.md:7: unknown key "tool". Did you mean "tools"?',
      'crm.md:9: "tools.allow": unknown tool "crm_deal_fnd". Did you mean "crm_deal_find"?',
      'crm.md:11: "limits.model_calls" is 20; at most 8 is allowed.',
      'crm.md:12: unknown key "limits.secnds". Did you mean "seconds"?',
      "empty.md:1: it must begin with front matter between two lines ---.",
      'other.md:2: "name" is "othr", but the file is other.md; they must be equal.',
      expect.stringMatching(/^other\.md:6: "tools\.allow": no tool fits "gitlab_jobs_\*"\./),
      'other.md:6: "tools.allow": unknown tool "crm_deal_fnd". Did you mean "crm_deal_find"?',
      'supervisor.md:6: "delegates": unknown agent "crn". Did you mean "crm"?',
    ]);
  });

  it("needs a supervisor, instructions, and what every agent has", () => {
    expect(problemsOf({ "crm.md": front("name: crm\ntitle: C\ndescription: D", "") })).toEqual([
      'crm.md:1: "owner" is missing.',
      "crm.md:6: there are no instructions below the front matter.",
      "supervisor.md:1: it is missing: every request that names no agent starts there.",
    ]);
  });

  it("names a folder that is not there", () => {
    expect(() => readAgents("/nowhere/prompts", known)).toThrow(
      "/nowhere/prompts:1: the folder cannot be read (ENOENT).",
    );
  });
});
