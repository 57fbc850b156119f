import { z } from "zod";
import { messageOf, TerminalError } from "../../src/core/errors.ts";
import type { EntityTypes, Tool } from "../../src/core/tool.ts";
import type { Http, WriteGuard } from "../../src/http/types.ts";
import { type Definition, pinOf } from "../lock.ts";
import { inMode, offIn } from "../modes.ts";
import { nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import { type Connection, type ReadMcp, systemOf, titleOf } from "./connect.ts";
import type { McpToolSpec } from "./file.ts";
import { inputProblems } from "./input.ts";
import { labelOf } from "./labels.ts";
import { type Listed, listedTools, unfit } from "./listed.ts";
import { mcpServer, type McpServer } from "./server.ts";
import { makeTool, serverType, type ToolHome } from "./tool.ts";

/** Definitions as servers listed them last: a server that is away at a start still has its tools. */
export interface KnownDefinitions {
  load(server: string): Promise<unknown[] | undefined>;
  save(server: string, definitions: readonly Listed[]): Promise<void>;
}

/** A listed tool as its server defines it now; `off`: why it cannot be used. */
export interface McpTool {
  name: string;
  /** `mcp/wiki.yml`. */
  file: string;
  pin: string;
  tool: Tool;
  off?: string;
}

interface Warns {
  warn(fields: object, message: string): void;
}

/** Milliseconds that a start waits for servers; later ones are known from the last time, or off until the next start. */
const startMs = 3_500;

const fileOf = ({ name }: ReadMcp): string => `mcp/${name}.yml`;
const isPersonal = (read: ReadMcp): boolean => systemOf(read) !== `mcp_${read.name}`;

/** The resource tree that these files speak of: each server, and the things that lie in it. */
export const mcpEntityTypes = (reads: readonly ReadMcp[]): EntityTypes => ({
  [serverType]: [],
  ...Object.fromEntries(
    reads
      .flatMap(({ yaml }) => yaml.value.tools)
      .flatMap(({ target }) => (target === undefined ? [] : [[target.split("/")[0] ?? "", [serverType]]])),
  ),
});

const placeOf = ({ yaml: { value } }: ReadMcp, connection: Connection, http: Http) =>
  connection.url === undefined
    ? {
        ...{ kind: "stdio" as const, command: value.command ?? "", args: value.args },
        ...{ env: connection.env, secrets: connection.secrets },
      }
    : { kind: "http" as const, url: connection.url, http };

const serverOf = (read: ReadMcp, connection: Connection, http: Http, writes: WriteGuard): McpServer =>
  mcpServer({
    title: titleOf(read),
    place: placeOf(read, connection, http),
    timeoutMs: read.yaml.value.timeout_seconds * 1000,
    replyBytesMax: read.yaml.value.reply_kb_max * 1024,
    writes,
  });

const within = async <T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** The definitions of a server now; where it does not answer in time, as it listed them last. */
const listOne = async (
  read: ReadMcp,
  server: McpServer,
  known: KnownDefinitions | undefined,
  log: Warns,
): Promise<Listed[]> => {
  const late = () =>
    new TerminalError("mcp_late", `${server.title} did not answer within ${startMs / 1000} s.`);
  try {
    const listed = await within(startMs, server.list({ system: systemOf(read), as: "service" }), late);
    await known?.save(read.name, listed).catch((error: unknown) => {
      log.warn({ server: read.name, reason: messageOf(error) }, "an MCP server's definitions were not kept");
    });
    return listed;
  } catch (error) {
    const before = await known?.load(read.name).catch(() => undefined);
    if (before === undefined) throw error;
    log.warn(
      { server: read.name, reason: messageOf(error) },
      "an MCP server does not answer: its tools stand as it listed them last",
    );
    return listedTools(before);
  }
};

/**
 * Asks every connected server for its definitions. Never throws for a server: what another one says now never hinders
 * the start, and one that cannot be used has no tools, with the reason.
 */
export const listServers = (
  reads: readonly ReadMcp[],
  http: Http,
  known: KnownDefinitions | undefined,
  log: Warns,
): Promise<ReadMcp[]> =>
  Promise.all(
    reads.map(async (read): Promise<ReadMcp> => {
      if ("off" in read.connection) return read;
      const server = serverOf(read, read.connection, http, () => "definitions are only read");
      try {
        return { ...read, listed: await listOne(read, server, known, log) };
      } catch (error) {
        return { ...read, connection: { off: line(messageOf(error), 300) } };
      } finally {
        void server.close();
      }
    }),
  );

/** A tool that has a name, an effect and a target, and no arguments: for what may be named, and for what is off. */
const nominal = (read: ReadMcp, home: ToolHome, spec: McpToolSpec, off: string): McpTool => {
  const listed: Listed = { name: spec.tool, inputSchema: { type: "object" } };
  const plain = { ...spec, args: {}, examples: [], marker: undefined };
  const label = labelOf(spec, listed);
  if (label.kind === "refused") throw new TypeError("a definition without hints contradicts no label");
  const tool = makeTool(home, plain, listed, label, { file: fileOf(read), pin: "" });
  return { name: tool.name, file: fileOf(read), pin: "", tool, off: line(off, 400) };
};

/** What stands between an entry of a file and a tool, in words; nothing where nothing does. */
const objection = (home: ToolHome, spec: McpToolSpec, listed: Listed | undefined): string | undefined => {
  const names = [...home.listed.keys()];
  const { title } = home.server;
  if (listed === undefined) return `${title} has no tool '${spec.tool}'.${nearestWords(spec.tool, names)}`;
  const label = labelOf(spec, listed);
  if (label.kind === "refused") return label.why;
  const missing = [spec.find?.tool, spec.version?.tool].find(
    (name) => name !== undefined && !names.includes(name),
  );
  if (missing !== undefined) return `${title} has no tool '${missing}'.${nearestWords(missing, names)}`;
  return unfit(listed) ?? inputProblems(spec, listed.inputSchema)[0];
};

const toolOf = (read: ReadMcp, home: ToolHome, spec: McpToolSpec): McpTool => {
  const listed = home.listed.get(spec.tool);
  const wrong = objection(home, spec, listed);
  if (wrong !== undefined || listed === undefined) return nominal(read, home, spec, wrong ?? "");
  const label = labelOf(spec, listed);
  if (label.kind === "refused") return nominal(read, home, spec, label.why);
  const file = fileOf(read);
  const draft = makeTool(home, spec, listed, label, { file, pin: "" });
  const definition: Definition = {
    name: draft.name,
    description: draft.description,
    schema: z.toJSONSchema(draft.input, { io: "input", unrepresentable: "any" }),
    foreign: listed,
  };
  const pin = pinOf(definition);
  const { mode } = read.yaml.value;
  const off = offIn(mode, draft);
  const [within = draft] = inMode([draft], () => mode);
  const tool: Tool = { ...within, origin: { file, pin } };
  return { name: tool.name, file, pin, tool, ...(off !== undefined && { off }) };
};

/** Every listed tool of the servers, and what ends their sessions and programs. Servers are listed before. */
export const mcpTools = (
  reads: readonly ReadMcp[],
  http: Http,
  writes: WriteGuard,
): { tools: McpTool[]; close(): Promise<void> } => {
  const opened = reads.map((read) => {
    const { connection, listed } = read;
    const connected = "off" in connection ? { env: {}, secrets: [] } : connection;
    const server = serverOf(read, connected, http, writes);
    const home: ToolHome = {
      ...{ server, system: systemOf(read), owner: read.yaml.value.owner, personal: isPersonal(read) },
      listed: new Map((listed ?? []).map((one) => [one.name, one])),
    };
    const off =
      "off" in connection ? connection.off : listed === undefined ? "its server was not asked" : undefined;
    const tools = read.yaml.value.tools.map((spec) =>
      off === undefined ? toolOf(read, home, spec) : nominal(read, home, spec, off),
    );
    return { server, tools };
  });
  return {
    tools: opened.flatMap(({ tools }) => tools),
    close: async () => {
      await Promise.all(opened.map(({ server }) => server.close()));
    },
  };
};
