import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Principal } from "../../src/core/principal.ts";
import type { Calls } from "../../src/mcp/calls.ts";
import { type McpDoorParts, mcpRoutes } from "../../src/mcp/route.ts";

const anna: Principal = {
  ...{ kind: "person", workspace: "T1", user: "U1", name: "Anna", timezone: "UTC" },
  ...{ guest: false, external: false, bot: false, active: true },
};

/** The door on a port of its own; answers how to knock, and what was called behind it. */
const open = async (more: Partial<McpDoorParts> = {}) => {
  const called: string[] = [];
  const calls: Calls = {
    list: ({ principal }) => {
      called.push(`list ${principal.user}`);
      return Promise.resolve([]);
    },
    call: ({ principal }, name) => {
      called.push(`${name} ${principal.user}`);
      if (name === "broken") return Promise.reject(new Error("password=hunter2"));
      return Promise.resolve({ text: "fine", failed: false });
    },
  };
  const routes = mcpRoutes({
    tokens: {
      use: (token) =>
        Promise.resolve(
          token === "good" ? { id: "t1", person: { workspace: "T1", user: "U1" }, calls: 1 } : undefined,
        ),
    },
    calls,
    person: () => Promise.resolve(anna),
    within: (_, work) => work(),
    address: () => "https://steward.example.com",
    log: { warn: () => {}, error: () => {} },
    ...more,
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    routes.find(({ path }) => path === pathname)?.handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const knock = (
    headers: Record<string, string>,
    body: unknown = { jsonrpc: "2.0", id: 1, method: "tools/list" },
  ) =>
    fetch(`${url}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { url, called, knock };
};

const good = { authorization: "Bearer good" };

describe("the door of MCP clients", () => {
  it("lets a good token's person in, with a server of their own", async () => {
    const { knock, called } = await open();
    const reply = await knock(good);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ result: { tools: [] } });
    expect(called).toEqual(["list U1"]);
  });

  it.each([
    ["nobody known", undefined],
    ["a deactivated person", { ...anna, active: false }],
    ["a program", { ...anna, bot: true }],
  ])("keeps %s out, whatever the token says", async (_, principal) => {
    const { knock, called } = await open({ person: () => Promise.resolve(principal) });
    const reply = await knock(good);
    expect(reply.status).toBe(401);
    expect(reply.headers.get("www-authenticate")).toContain(
      'resource_metadata="https://steward.example.com/.well-known/oauth-protected-resource/mcp"',
    );
    expect(called).toEqual([]);
  });

  it("reads no body of somebody without a token", async () => {
    const { knock, called } = await open();
    expect((await knock({ authorization: "Bearer bad" }, "not json")).status).toBe(401);
    expect((await knock({}, "not json")).status).toBe(401);
    expect((await knock(good, "not json")).status).toBe(400);
    expect(called).toEqual([]);
  });

  it("lets pages of other origins not call, and its own", async () => {
    const { knock } = await open();
    expect((await knock({ ...good, origin: "https://steward.example.com" })).status).toBe(200);
    expect((await knock({ ...good, origin: "https://evil.example" })).status).toBe(403);
    expect((await knock({ ...good, origin: "null" })).status).toBe(403);
    const nowhere = await open({ address: () => undefined });
    expect((await nowhere.knock({ ...good, origin: "http://localhost:3000" })).status).toBe(403);
  });

  it("says that it cannot answer now when the records are away, and nothing of why", async () => {
    const { knock } = await open({ tokens: { use: () => Promise.reject(new Error("at 10.0.0.1:5432")) } });
    const reply = await knock(good);
    expect(reply.status).toBe(503);
    expect(await reply.text()).not.toContain("10.0.0.1");
  });

  it("answers a call that failed without its reason", async () => {
    const { knock } = await open();
    const call = (name: string) =>
      knock(good, { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {} } });
    expect(await (await call("works")).json()).toMatchObject({
      result: { content: [{ type: "text", text: "fine" }] },
    });
    const broken = await (await call("broken")).text();
    expect(broken).toContain('"isError":true');
    expect(broken).not.toContain("hunter2");
  });
});
