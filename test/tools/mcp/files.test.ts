import { describe, expect, it, onTestFinished } from "vitest";
import type { FileProblem } from "../../../tools/problems.ts";
import { readMcp } from "../../../tools/mcp/connect.ts";
import { mcpFolder } from "./support.ts";

const problemsOf = (text: string, env: Record<string, string> = {}): string[] => {
  const problems: FileProblem[] = [];
  readMcp(mcpFolder(text, onTestFinished), env, { Project: [] }, problems);
  return problems.map(({ line, message }) => `${line}: ${message}`);
};

const start = `transport: http
url: { env: WIKI_MCP_URL }
auth: { secret: WIKI_MCP_TOKEN }
tools:
`;

describe("a file of tools/mcp", () => {
  it("has no default for a label", () => {
    expect(problemsOf(`${start}  - { tool: get, name: wiki_page_read, effect: read }\n`)).toEqual([
      "5: tools.0.risk: is missing.",
    ]);
    expect(problemsOf(`${start}  - { tool: get, name: wiki_page_read, risk: R0 }\n`)).toEqual([
      "5: tools.0.effect: is missing.",
    ]);
    expect(problemsOf(`${start}  - { tool: get, name: wiki_page_read, effect: read, risk: R2 }\n`)).toEqual([
      "5: wiki_page_read: a read is R0.",
    ]);
    expect(
      problemsOf(`${start}  - { tool: get, name: wiki_page_put, effect: write, risk: R0 }\n`)[0],
    ).toContain("R0 is no risk of a write");
  });

  it("names the nearest key, kind and setting", () => {
    const lines = problemsOf(
      `${start}  - { tool: get, name: wiki_page_read, effect: read, risk: R0, exampels: [] }\n`,
    );
    expect(lines).toEqual([
      expect.stringMatching(/^5: tools\.0\.exampels: there is no such key\..*examples/),
    ]);
    const good = `${start}  - { tool: get, name: wiki_page_read, effect: read, risk: R0 }\n`;
    expect(problemsOf(good, { WIKI_MCP_URL: "http://127.0.0.1:1/mcp", WIKI_MCP_TOKENS: "x" })).toEqual([
      expect.stringMatching(/^3: WIKI_MCP_TOKEN is not set\..*WIKI_MCP_TOKENS/),
    ]);
    expect(problemsOf(good)).toEqual([]);
  });

  it("knows what belongs to which transport", () => {
    const tools = "tools:\n  - { tool: get, name: wiki_page_read, effect: read, risk: R0 }\n";
    expect(problemsOf(`transport: stdio\n${tools}`)).toEqual([
      "1: 'command' is missing: the program to be run.",
    ]);
    expect(problemsOf(`transport: http\ncommand: x\n${tools}`)).toHaveLength(2);
    expect(problemsOf(`transport: stdio\ncommand: x\nauth: { person: gitlab }\n${tools}`)[0]).toContain(
      "3: a program takes its credentials from 'env'",
    );
  });
});
