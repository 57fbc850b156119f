import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { stringify } from "yaml";
import { acceptTools, printAccepted } from "../../../src/cli/tool/accept.ts";
import { argsOf, readGiven, textsOf } from "../../../src/cli/tool/given.ts";
import { listTools, printTools } from "../../../src/cli/tool/list.ts";
import { newTool } from "../../../src/cli/tool/new.ts";
import { tryTool } from "../../../src/cli/tool/run.ts";
import { apiFolder, file, get, openApi, retry, token } from "../../tools/openapi/support.ts";

const repository = join(import.meta.dirname, "../../..");

/** A configuration folder of an operator with one API of this test, and the environment that names it. */
async function configured(operations: readonly object[], rest: object = {}) {
  const payout = { id: "P1", amount: 1500, currency: "EUR", status: "stuck" };
  const api = await openApi(() => ({ body: payout }));
  const files = Object.entries(file(operations, rest));
  const folder = await apiFolder({});
  await mkdir(join(folder, "tools", "apis"), { recursive: true });
  const write = async (name: string, content: unknown) =>
    writeFile(join(folder, "tools", "apis", name), stringify(content));
  for (const [name, content] of files) await write(name, content);
  const env = {
    STEWARD_CONFIG: folder,
    STEWARD_DATA: join(folder, "data"),
    API_URL: api.url,
    API_TOKEN: token,
  };
  for (const name of Object.keys(process.env))
    if (/^(STEWARD_|GITLAB_|HUBSPOT_|DATABASE_URL)/.test(name)) vi.stubEnv(name, "");
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return { ...api, folder, write };
}

// Counting tokens reads a large table.
describe("steward tool", { timeout: 30_000 }, () => {
  it("runs a read, and only shows what a write would propose", async () => {
    const { seen } = await configured([get, retry]);
    expect(await tryTool(repository, "payments_payout_get", { id: "P1" }, undefined)).toContain(
      "- **Status**: stuck",
    );
    const proposed = await tryTool(repository, "payments_payout_retry", { payout: "P1" }, "anna@example.com");
    expect(proposed).toContain("Nothing was sent. This is what would be proposed:");
    expect(proposed).toContain("Retry payout P1 of 1500 EUR");
    expect(proposed).toContain('Target:   Payout::"P1" in Api::"payments"');
    expect(proposed).toContain("Risk:     R3");
    expect(proposed).not.toContain(token);
    expect(seen.map(({ method }) => method)).toEqual(["GET", "GET"]);
  });

  it("teaches where the tool or an argument is not there", async () => {
    await configured([get]);
    await expect(tryTool(repository, "payments_payout_gett", {}, undefined)).rejects.toThrow(
      "Nearest: payments_payout_get",
    );
    await expect(tryTool(repository, "payments_payout_get", { idd: "1" }, undefined)).rejects.toThrow(
      "Did you mean 'id'?",
    );
  });

  it("lists what is on and what is off, with risk, pin, owner, mode and tokens", async () => {
    await configured([get, retry], { mode: "modify" });
    const { tools, note } = await listTools(repository);
    expect(tools.find(({ name }) => name === "payments_payout_retry")).toMatchObject({
      ...{ effect: "write", risk: "R2", mode: "modify", owner: "payments-leads", state: "on", lastUse: "?" },
      pin: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(tools.find(({ name }) => name === "gitlab_issue_create")).toMatchObject({
      pin: "code",
      state: "off: not connected",
    });
    for (const { tokens } of tools) expect(tokens).toBeGreaterThan(20);
    expect(printTools(tools)).toMatch(/payments_payout_get +read +R0 +modify +payments-leads/);
    expect(note).toContain("DATABASE_URL");
  });

  it("switches a tool off whose definition changed, until it is accepted", async () => {
    const { write, folder } = await configured([get, retry]);
    await tryTool(repository, "payments_payout_get", { id: "P1" }, undefined);
    await write(
      "payments.yml",
      file([{ ...get, description: "Now says something else." }, retry])["payments.yml"],
    );
    const changed = await listTools(repository);
    expect(changed.tools.find(({ name }) => name === "payments_payout_get")?.state).toContain(
      "changed since it was accepted",
    );
    await expect(tryTool(repository, "payments_payout_get", { id: "P1" }, undefined)).rejects.toThrow(
      "There is no tool",
    );
    const looked = await acceptTools(repository, [], false);
    expect(printAccepted(looked)).toContain("changed  payments_payout_get (apis/payments.yml)");
    expect(looked.written).toBeUndefined();
    await expect(acceptTools(repository, ["payments_payout_gett"], true)).rejects.toThrow(
      "Nearest: payments_payout_get",
    );
    expect((await acceptTools(repository, ["payments_payout_get"], true)).written).toBeDefined();
    expect(await readFile(join(folder, "tools", "tools.lock"), "utf8")).toContain("payments_payout_get");
    expect(await tryTool(repository, "payments_payout_get", { id: "P1" }, undefined)).toContain("stuck");
    expect(printAccepted(await acceptTools(repository, [], false))).toBe(
      "Every definition is as it was accepted.",
    );
  });

  it("registers nothing that the operator's mode switches off", async () => {
    await configured([get, retry]);
    vi.stubEnv("STEWARD_TOOL_MODES", "payments=read");
    const { tools } = await listTools(repository);
    expect(tools.find(({ name }) => name === "payments_payout_retry")?.state).toBe(
      "off: payments is in mode read",
    );
    await expect(tryTool(repository, "payments_payout_retry", { payout: "P1" }, undefined)).rejects.toThrow(
      "There is no tool",
    );
  });

  it("writes a new tool with its test, and nothing over one that is there", async () => {
    const folder = await apiFolder({});
    for (const name of ["tools", "test/tools"]) {
      await mkdir(join(folder, name), { recursive: true });
      await symlink(join(repository, name, "template"), join(folder, name, "template"));
    }
    const files = newTool(folder, "wiki_page_comment_read");
    expect(files.map((path) => path.split("/").slice(-3).join("/"))).toEqual([
      "tools/wiki/page-comment-read.ts",
      "tools/wiki/page-comment-read.test.ts",
    ]);
    const [code, test] = await Promise.all(
      ["tools/wiki/page-comment-read.ts", "test/tools/wiki/page-comment-read.test.ts"].map((path) =>
        readFile(join(folder, path), "utf8"),
      ),
    );
    expect(code).toContain('name: "wiki_page_comment_read"');
    expect(code).toContain("export function pageCommentRead(");
    expect(`${code}${test}`).not.toMatch(/acme|thingRead|template/i);
    expect(() => newTool(folder, "wiki_page_comment_read")).toThrow("is there already");
    expect(() => newTool(folder, "wiki")).toThrow("expected system_noun_verb, such as wiki_page_read");
  });
});

it("reads a command's words and flags", () => {
  const given = readGiven(["name", "--id", "P1", "--full", "--tag", "a", "--tag=b", "--where", '{"a":1}']);
  expect(given.words).toEqual(["name"]);
  expect(argsOf(given.flags)).toEqual({ id: "P1", full: true, tag: ["a", "b"], where: { a: 1 } });
  expect(textsOf(given.flags["tag"])).toEqual(["a", "b"]);
  expect(() => argsOf({ where: "{a" })).toThrow("begins like JSON and is none");
});
