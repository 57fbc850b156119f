import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import { mcpFolder, openMcpBench } from "./support.ts";

const everything = join(
  import.meta.dirname,
  "../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js",
);

const open = async (text: string, env: Record<string, string> = {}) => {
  const bench = await openMcpBench(mcpFolder(text, onTestFinished, "everything.yml"), env);
  onTestFinished(() => bench.close());
  return bench;
};

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A program that speaks MCP in a few lines: `die` ends it in the middle of a call. */
const program = (pids: string): string => `
const say = (m) => process.stdout.write(JSON.stringify(m) + "\\n");
require("node:fs").appendFileSync(${JSON.stringify(pids)}, process.pid + "\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", (text) => {
  const { id, method, params } = JSON.parse(text);
  if (id === undefined) return;
  const answer = (result) => say({ jsonrpc: "2.0", id, result });
  if (method === "initialize") return answer({ protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "p", version: "1" } });
  if (method === "tools/list") return answer({ tools: ["echo", "die"].map((name) => ({ name, inputSchema: { type: "object", properties: { text: { type: "string" } } } })) });
  if (params.name === "die") process.exit(1);
  answer({ content: [{ type: "text", text: "said " + params.arguments.text }] });
});`;

describe("a program that speaks MCP", () => {
  it("works with a public server, which sees nothing of our environment but what its file gives it", async () => {
    process.env["STEWARD_CANARY"] = "canary-of-the-environment";
    onTestFinished(() => {
      delete process.env["STEWARD_CANARY"];
    });
    const bench = await open(
      `title: Everything
transport: stdio
command: ${process.execPath}
args: [${JSON.stringify(everything)}, stdio]
env: { GIVEN: { env: EVERYTHING_GIVEN } }
tools:
  - { tool: echo, name: everything_text_echo, effect: read, risk: R0 }
  - { tool: get-sum, name: everything_sum_get, effect: read, risk: R0, args: { rename: { a: first } } }
  - { tool: get-env, name: everything_env_get, effect: read, risk: R0 }
`,
      { EVERYTHING_GIVEN: "given-by-the-file" },
    );
    expect(bench.off).toEqual([]);
    expect((await bench.ask("everything_text_echo", { message: "hello" })).text).toContain("Echo: hello");
    expect((await bench.ask("everything_sum_get", { first: 2, b: 3 })).text).toContain("5");
    const seen = (await bench.ask("everything_env_get", {})).text;
    expect(seen).toContain('"GIVEN"');
    // What we gave it ourselves is a secret as likely as not.
    expect(seen).not.toContain("given-by-the-file");
    expect(seen).not.toContain("canary-of-the-environment");
  });

  it("starts it again when it ended, knows nothing of a write it ended in, and ends it with us", async () => {
    const folder = mkdtempSync(join(tmpdir(), "steward-mcp-pids-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const pids = join(folder, "pids");
    const bench = await open(`transport: stdio
command: ${process.execPath}
args: ["-e", ${JSON.stringify(program(pids))}]
tools:
  - { tool: echo, name: program_text_echo, effect: read, risk: R0 }
  - { tool: die, name: program_life_end, effect: write, risk: R1 }
`);
    expect((await bench.ask("program_text_echo", { text: "one" })).text).toContain("said one");
    await expect(bench.act("program_life_end", {}, { without: true })).rejects.toThrow(/no capability/);
    await expect(bench.act("program_life_end", {})).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect((await bench.ask("program_text_echo", { text: "two" })).text).toContain("said two");
    const started = readFileSync(pids, "utf8").trim().split("\n").map(Number);
    // One was asked for its definitions, one ended in the write.
    expect(started).toHaveLength(3);
    await bench.close();
    await vi.waitFor(() => expect(started.filter(alive)).toEqual([]));
    expect(existsSync(pids)).toBe(true);
  });

  it("says that a command is not there, and starts without it", async () => {
    const bench = await open(`transport: stdio
command: /nowhere/no-such-program
tools:
  - { tool: echo, name: program_text_echo, effect: read, risk: R0 }
`);
    expect(bench.tools).toEqual([]);
    expect(bench.off[0]?.why).toContain("its command is not there");
  });
});
