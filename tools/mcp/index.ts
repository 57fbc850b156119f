import { z } from "zod";
import type { CredentialRef } from "../../src/core/capability.ts";
import { messageOf, TerminalError } from "../../src/core/errors.ts";
import type { EntityTypes, Tool } from "../../src/core/tool.ts";
import type { Http, Secret, WriteGuard } from "../../src/http/types.ts";
import { type Definition, pinOf } from "../lock.ts";
import { nearestWords } from "../nearest.ts";
import type { FileProblem } from "../problems.ts";
import { line } from "../text.ts";
import type { McpToolSpec } from "./file.ts";
import type { McpServerFile } from "./files.ts";
import { inputProblems } from "./input.ts";
import { labelOf } from "./labels.ts";
import { type Listed, listedTools, unfit } from "./listed.ts";
import { mcpServer, type McpServer, type ServerPlace } from "./server.ts";
import { makeTool, serverType, type ToolHome } from "./tool.ts";

/** Definitions as servers listed them last: a server that is away at a start still has its tools. */
export interface KnownDefinitions {
  load(server: string): Promise<unknown[] | undefined>;
  save(server: string, definitions: readonly Listed[]): Promise<void>;
}

/** A server of a file with everything that the environment says of it. */
export interface ConfiguredServer {
  file: McpServerFile;
  /** Where requests go, to be allowed and signed; nothing of a program. */
  url?: string;
  account?: { system: string; url: string; secret?: Secret };
  /** What a program sees of the environment, and which of it came from ours. */
  env: Record<string, string>;
  secrets: readonly string[];
}

/** A tool as its server defines it now, to be held against the lock. */
export interface McpTool {
  name: string;
  /** `mcp/wiki.yml`. */
  file: string;
  pin: string;
  definition: Definition;
  tool: Tool;
}

/** A listed tool that does not exist here at the moment, and why. */
export interface OffTool {
  name: string;
  file: string;
  why: string;
}

/** All MCP servers, listed. */
export interface McpSide {
  tools: McpTool[];
  off: OffTool[];
  /** Ends sessions and programs. */
  close(): Promise<void>;
}

/** Milliseconds that a start waits for servers; later ones are known from the last time, or off until the next start. */
const startMs = 3_500;

const systemOf = ({ name, yaml }: McpServerFile): string =>
  typeof yaml.value.auth === "object" && "person" in yaml.value.auth ? yaml.value.auth.person : `mcp_${name}`;

const titleOf = ({ name, yaml }: McpServerFile): string => yaml.value.title ?? `the MCP server ${name}`;
const fileOf = ({ name }: McpServerFile): string => `mcp/${name}.yml`;

/** The resource tree that these files speak of: each server, and the things that lie in it. */
export const mcpEntityTypes = (files: readonly McpServerFile[]): EntityTypes => ({
  [serverType]: [],
  ...Object.fromEntries(
    files
      .flatMap(({ yaml }) => yaml.value.tools)
      .flatMap(({ target }) => (target === undefined ? [] : [[target.split("/")[0] ?? "", [serverType]]])),
  ),
});

/** Shorter values (a port, a flag) are no secrets, and would be taken out of ordinary words. */
const secretCharsMin = 8;

/**
 * What the environment says of the servers. A server whose address is not set is not configured, and none of its tools
 * exist; a secret that is not set beside an address that is, is a problem.
 */
export const configuredServers = (
  files: readonly McpServerFile[],
  env: Readonly<Record<string, string | undefined>>,
  problems: FileProblem[],
): ConfiguredServer[] =>
  files.flatMap((file) => {
    const { value, problem } = file.yaml;
    const named = (name: string, path: readonly PropertyKey[]): string | undefined => {
      const found = env[name];
      if (found !== undefined && found !== "") return found;
      problems.push(
        problem(path, `${name} is not set in the environment.${nearestWords(name, Object.keys(env))}`),
      );
      return undefined;
    };
    if (value.transport === "stdio") {
      const wanted = Object.entries(value.env).flatMap(([key, from]) =>
        typeof from === "string" ? [] : [{ key, from }],
      );
      // As with an address: nothing of it is set, so nobody uses this server here.
      if (wanted.length > 0 && wanted.every(({ from }) => (env[from.env] ?? "") === "")) return [];
      const given = Object.entries(value.env).flatMap(([key, from]): [string, string][] => {
        const found = typeof from === "string" ? from : named(from.env, ["env", key]);
        return found === undefined ? [] : [[key, found]];
      });
      const all = Object.fromEntries(given);
      const secrets = wanted.flatMap(({ key }) => (all[key] === undefined ? [] : [all[key]]));
      return [{ file, env: all, secrets: secrets.filter((one) => one.length >= secretCharsMin) }];
    }
    const url = typeof value.url === "object" ? env[value.url.env] : value.url;
    if (url === undefined || url === "") return [];
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      problems.push(problem(["url"], "is no address such as https://mcp.example.com/mcp."));
      return [];
    }
    const { auth } = value;
    if (typeof auth === "object" && "person" in auth) return [{ file, url, env: {}, secrets: [] }];
    const secret = auth === "none" ? undefined : named(auth.secret, ["auth", "secret"]);
    const header =
      auth === "none" || secret === undefined
        ? undefined
        : { header: auth.header, value: `${auth.prefix}${secret}` };
    return [
      {
        file,
        url,
        account: { system: systemOf(file), url, ...(header && { secret: header }) },
        env: {},
        secrets: [],
      },
    ];
  });

const placeOf = ({ file, url, env, secrets }: ConfiguredServer, http: Http): ServerPlace["place"] => {
  const { value } = file.yaml;
  return url === undefined
    ? { kind: "stdio", command: value.command ?? "", args: value.args, env, secrets }
    : { kind: "http", url, http };
};

const within = async <T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** The mode of a file: what it leaves out is not registered. */
const beyondMode = (mode: "read" | "modify" | "full", tool: Tool): string | undefined => {
  if (tool.effect === "read" || mode === "full") return undefined;
  if (mode === "read") return "its file lets only reads in (mode: read)";
  return (tool.risks ?? []).includes(3) ? "its file lets writes in up to R2 (mode: modify)" : undefined;
};

/** What stands between an entry of a file and a tool; the tool where nothing does. */
const judged = (
  file: McpServerFile,
  home: ToolHome,
  spec: McpToolSpec,
): { found: McpTool } | { why: string } => {
  const names = [...home.listed.keys()];
  const listed = home.listed.get(spec.tool);
  if (listed === undefined) {
    return { why: `${home.server.title} has no tool '${spec.tool}'.${nearestWords(spec.tool, names)}` };
  }
  const label = labelOf(spec, listed);
  if (label.kind === "refused") return { why: label.why };
  const looks = [spec.find?.tool, spec.version?.tool].filter(
    (name) => name !== undefined && !names.includes(name),
  );
  if (looks.length > 0)
    return { why: `${home.server.title} has no tool '${looks[0]}'.${nearestWords(String(looks[0]), names)}` };
  const wrong = unfit(listed) ?? inputProblems(spec, listed.inputSchema)[0];
  if (wrong !== undefined) return { why: wrong };
  const origin = { file: fileOf(file), pin: "" };
  const draft = makeTool(home, spec, listed, label, origin);
  const definition: Definition = {
    name: draft.name,
    description: draft.description,
    schema: z.toJSONSchema(draft.input, { io: "input", unrepresentable: "any" }),
    foreign: listed,
  };
  const pin = pinOf(definition);
  const tool: Tool = { ...draft, origin: { ...origin, pin } };
  const beyond = beyondMode(file.yaml.value.mode, tool);
  return beyond === undefined
    ? { found: { name: tool.name, file: origin.file, pin, definition, tool } }
    : { why: beyond };
};

interface Parts {
  http: Http;
  writes: WriteGuard;
  known: KnownDefinitions;
  log: { warn(fields: object, message: string): void };
}

/** The definitions of a server now; where it does not answer in time, as it listed them last. */
const definitionsOf = async (
  name: string,
  server: McpServer,
  credential: CredentialRef,
  { known, log }: Parts,
): Promise<Listed[]> => {
  const now = server.list(credential).then(async (listed) => {
    await known.save(name, listed).catch((error: unknown) => {
      log.warn({ server: name, reason: messageOf(error) }, "an MCP server's definitions were not kept");
    });
    return listed;
  });
  const late = () =>
    new TerminalError("mcp_late", `${server.title} did not answer within ${startMs / 1000} s.`);
  try {
    return await within(startMs, now, late);
  } catch (error) {
    // It may still come, and is kept for the next start.
    now.catch(() => {});
    const before = await known.load(name).catch(() => undefined);
    if (before === undefined) throw error;
    log.warn(
      { server: name, reason: messageOf(error) },
      "an MCP server does not answer: its tools stand as it listed them last",
    );
    return listedTools(before);
  }
};

const openOne = async (configured: ConfiguredServer, parts: Parts) => {
  const { file } = configured;
  const { value } = file.yaml;
  const server = mcpServer({
    title: titleOf(file),
    place: placeOf(configured, parts.http),
    timeoutMs: value.timeout_seconds * 1000,
    replyBytesMax: value.reply_kb_max * 1024,
    writes: parts.writes,
  });
  const system = systemOf(file);
  const off = (why: string): OffTool[] =>
    value.tools.map(({ name }) => ({ name, file: fileOf(file), why: line(why, 400) }));
  try {
    const listed = await definitionsOf(file.name, server, { system, as: "service" }, parts);
    const home: ToolHome = {
      ...{ server, system, owner: value.owner, personal: system !== `mcp_${file.name}` },
      listed: new Map(listed.map((one) => [one.name, one])),
    };
    const made = value.tools.map((spec) => ({ spec, made: judged(file, home, spec) }));
    return {
      tools: made.flatMap((one) => ("found" in one.made ? [one.made.found] : [])),
      off: made.flatMap(({ spec, made }) =>
        "why" in made ? [{ name: spec.name, file: fileOf(file), why: line(made.why, 400) }] : [],
      ),
      close: () => server.close(),
    };
  } catch (error) {
    return { tools: [], off: off(messageOf(error)), close: () => server.close() };
  }
};

/**
 * Opens every configured server and makes its tools. Never throws for a server: one that does not answer has no tools,
 * and it is said which and why.
 */
export const openMcp = async (servers: readonly ConfiguredServer[], parts: Parts): Promise<McpSide> => {
  const opened = await Promise.all(servers.map((one) => openOne(one, parts)));
  return {
    tools: opened.flatMap(({ tools }) => tools),
    off: opened.flatMap(({ off }) => off),
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
    },
  };
};
