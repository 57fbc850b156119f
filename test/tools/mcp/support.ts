import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Capability } from "../../../src/core/capability.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { CallContext, ReadTool, Tool, WriteTool } from "../../../src/core/tool.ts";
import { isWrite } from "../../../src/core/tool.ts";
import { openCapabilities } from "../../../src/gate/capabilities.ts";
import { createHttp } from "../../../src/http/client.ts";
import { serviceCredentials } from "../../../src/http/credentials.ts";
import type { Credentials } from "../../../src/http/types.ts";
import type { FileProblem } from "../../../tools/problems.ts";
import { readMcp } from "../../../tools/mcp/connect.ts";
import { type KnownDefinitions, listServers, type McpTool, mcpTools } from "../../../tools/mcp/index.ts";

/** What a foreign server says and does; each field may be changed while it runs. */
export interface Foreign {
  url: string;
  tools: Record<string, unknown>[];
  /** Answers `tools/call`; a thrown value ends the connection without an answer. */
  call(name: string, args: Record<string, unknown>): unknown;
  /** How an answer is sent. */
  reply: "json" | "sse";
  /** Requests as they came: method, tool, authorization header. */
  seen: { method: string; tool?: string; args?: unknown; authorization?: string }[];
  /** Forgets all sessions. */
  forget(): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** A thrown one of these is sent as it is. */
export class Plain extends Error {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  constructor(status: number, body: string, type = "text/plain") {
    super(body);
    this.status = status;
    this.body = body;
    this.type = type;
  }
}

/** Starts a server of MCP over streamable HTTP that is written by hand: no SDK checks what it says. */
export const startForeign = async (port = 0): Promise<Foreign> => {
  let sessions = new Set<string>();
  let next = 0;
  const send = (response: ServerResponse, foreign: Foreign, message: unknown, extra = {}): void => {
    const text = JSON.stringify(message);
    if (foreign.reply === "sse") {
      response.writeHead(200, { "content-type": "text/event-stream", ...extra });
      response.end(`event: message\ndata: ${text}\n\n`);
    } else {
      response.writeHead(200, { "content-type": "application/json", ...extra });
      response.end(text);
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method !== "POST") {
        sessions.delete(String(request.headers["mcp-session-id"]));
        response.writeHead(request.method === "DELETE" ? 200 : 405).end();
        return;
      }
      const message = JSON.parse(await bodyOf(request)) as {
        id?: number;
        method: string;
        params?: { name?: string; arguments?: Record<string, unknown> };
      };
      const { id, method, params } = message;
      const authorization = request.headers.authorization;
      foreign.seen.push({
        method,
        ...(params?.name !== undefined && { tool: params.name, args: params.arguments }),
        ...(authorization !== undefined && { authorization }),
      });
      if (id === undefined) {
        response.writeHead(202).end();
        return;
      }
      if (method === "initialize") {
        const session = `s${++next}`;
        sessions.add(session);
        const result = {
          protocolVersion: "2025-06-18",
          capabilities: { tools: {} },
          serverInfo: { name: "foreign", version: "1" },
        };
        send(response, foreign, { jsonrpc: "2.0", id, result }, { "mcp-session-id": session });
        return;
      }
      if (!sessions.has(String(request.headers["mcp-session-id"]))) {
        response.writeHead(404).end("no such session");
        return;
      }
      if (method === "tools/list") {
        send(response, foreign, { jsonrpc: "2.0", id, result: { tools: foreign.tools } });
        return;
      }
      try {
        const answer = await foreign.call(params?.name ?? "", params?.arguments ?? {});
        const error = (answer as { error?: unknown }).error;
        send(response, foreign, {
          jsonrpc: "2.0",
          id,
          ...(error === undefined ? { result: answer } : { error }),
        });
      } catch (error) {
        if (error instanceof Plain) {
          response.writeHead(error.status, { "content-type": error.type }).end(error.body);
        } else request.socket.destroy();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  const foreign: Foreign = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/mcp`,
    tools: [],
    call: () => ({ content: [{ type: "text", text: "fine" }] }),
    reply: "json",
    seen: [],
    forget: () => {
      sessions = new Set();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return foreign;
};

/** A folder with one file of tools/mcp; gone when the test is over. */
export const mcpFolder = (text: string, done: (cleanup: () => void) => void, name = "wiki.yml"): string => {
  const folder = mkdtempSync(join(tmpdir(), "steward-mcp-"));
  done(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return folder;
};

/** Definitions kept in memory. */
export const memoryKnown = (): KnownDefinitions & { kept: Map<string, unknown[]> } => {
  const kept = new Map<string, unknown[]>();
  return {
    kept,
    load: (server) => Promise.resolve(kept.get(server)),
    save: (server, definitions) => {
      kept.set(server, [...definitions]);
      return Promise.resolve();
    },
  };
};

const principal = {
  ...{ kind: "person" as const, workspace: "T1", user: "U1", name: "Anna", email: "anna@example.com" },
  ...{ timezone: "Europe/Berlin", guest: false, external: false, bot: false, active: true },
};

export interface McpBench {
  problems: FileProblem[];
  /** Those that may be used, and those that may not. */
  tools: McpTool[];
  off: { name: string; file: string; why: string }[];
  close(): Promise<void>;
  read(name: string): ReadTool;
  write(name: string): WriteTool;
  context(more?: Partial<CallContext>): CallContext;
  /** Resolve and run a read, as the gate does. */
  ask(name: string, input: JsonObject, more?: Partial<CallContext>): ReturnType<ReadTool["run"]>;
  /** Resolve and run a write with the capability that the executor would give it. */
  act(
    name: string,
    input: JsonObject,
    given?: { credential?: string; without?: true },
  ): ReturnType<WriteTool["run"]>;
}

/** The tools of a folder's files, as they would be loaded. */
export const openMcpBench = async (
  folder: string,
  env: Record<string, string>,
  { known = memoryKnown(), credentials }: { known?: KnownDefinitions; credentials?: Credentials } = {},
): Promise<McpBench> => {
  const problems: FileProblem[] = [];
  const read = readMcp(folder, env, {}, problems);
  const capabilities = openCapabilities();
  const connections = read.flatMap(({ name, connection }) =>
    "off" in connection || connection.url === undefined ? [] : [{ name, ...connection, url: connection.url }],
  );
  const http = createHttp({
    allow: connections.map(({ url }) => url),
    credentials:
      credentials ??
      serviceCredentials(
        Object.fromEntries(
          connections.map(({ name, url, secret }) => [`mcp_${name}`, { url, ...(secret && { secret }) }]),
        ),
      ),
    writes: capabilities.objection,
    wait: () => Promise.resolve(),
  });
  const listed = await listServers(read, http, known, { warn: () => {} });
  const side = mcpTools(listed, http, capabilities.objection);
  const tools = side.tools.filter(({ off }) => off === undefined);
  const tool = (name: string): Tool => {
    const found = tools.find((one) => one.name === name)?.tool;
    if (found === undefined) throw new Error(`no tool ${name}`);
    return found;
  };
  const readNamed = (name: string): ReadTool => {
    const found = tool(name);
    if (isWrite(found)) throw new Error(`${name} writes`);
    return found;
  };
  const write = (name: string): WriteTool => {
    const found = tool(name);
    if (!isWrite(found)) throw new Error(`${name} reads`);
    return found;
  };
  const context = (more: Partial<CallContext> = {}): CallContext => ({
    ...{ principal, elsewhere: {}, signal: new AbortController().signal, callId: "act-1" },
    actsAs: () => "service",
    now: () => new Date(),
    ...more,
  });
  return {
    ...{ problems, tools, read: readNamed, write, context },
    off: side.tools.flatMap(({ name, file, off }) => (off === undefined ? [] : [{ name, file, why: off }])),
    ask: async (name, input, more) => {
      const found = readNamed(name);
      const { args } = await found.resolve(found.input.parse(input) as JsonObject, context(more));
      return found.run(args, context(more));
    },
    act: async (name, input, given = {}) => {
      const found = write(name);
      const { args, target } = await found.resolve(found.input.parse(input) as JsonObject, context());
      if (given.without === true) return found.run(args, context());
      const grant: Capability = {
        ...{ tool: name, digest: "d", target: `${target.type}/${target.id}` },
        credential: given.credential ?? `service:${found.system}`,
        expires: performance.now() + 10_000,
      };
      return capabilities.lend(grant, (capability) => found.run(args, context({ capability })));
    },
    close: async () => {
      await side.close();
      await http.close();
    },
  };
};
