import { dirname, resolve } from "node:path";
import type { Config } from "../config.ts";
import { TerminalError } from "../core/errors.ts";
import type { Tool, Toolbox } from "../core/tool.ts";
import { createHttp } from "../http/client.ts";
import { type ServiceAccount, serviceCredentials } from "../http/credentials.ts";
import type { Http, WriteGuard } from "../http/types.ts";
import type { Log } from "../telemetry/log.ts";
import { nowhere, writtenHere, shippedFolder } from "../../tools/index.ts";
import { type ReadMcp, readMcp, titleOf } from "../../tools/mcp/connect.ts";
import { type KnownDefinitions, listServers, mcpEntityTypes, mcpTools } from "../../tools/mcp/index.ts";
import { type ReadApi, documentAddress, noSettings, readApis } from "../../tools/openapi/connect.ts";
import { apiEntityTypes, apiTools, checkTypes, fetchDocuments } from "../../tools/openapi/index.ts";
import { nearestWords } from "../../tools/nearest.ts";
import { pinAtFirstSight, pinPlaces } from "../../tools/pins.ts";
import type { Pinned } from "../../tools/lock.ts";
import { type Mode, stricter } from "../../tools/modes.ts";
import { type FileProblem, ToolFilesError } from "../../tools/problems.ts";

/** What files of tools may ask of the environment, and where what was learned of them is kept. */
export interface Settings {
  env: Readonly<Record<string, string>>;
  dataFolder: string;
}

/** Tools from outside, as the files that list them say. */
export interface OutsideFiles {
  apis: ReadApi[];
  /** Shipped ones whose place the operator's own folder takes: rules and prompts that ship may go on naming them. */
  shipped: ReadApi[];
  mcp: ReadMcp[];
  /** Everything that is wrong with the files; nothing may start with any. */
  problems: FileProblem[];
}

/** A system outside that is connected: where it is, and how it is signed. */
export interface OutsideSystem {
  system: string;
  title: string;
  url: string;
  secret?: { header: string; value: string };
}

/** Reads the files that list tools from outside. Without settings nothing is connected: for what may be named. */
export const readOutside = (
  folders: Pick<Config["folders"], "apis" | "mcp">,
  settings?: Settings,
): OutsideFiles => {
  const problems: FileProblem[] = [];
  const apis = readApis(folders.apis, settings === undefined ? noSettings : apiSettings(settings), problems);
  checkTypes(apis, Object.keys(writtenHere), problems);
  const own = resolve(folders.apis) !== shippedFolder;
  const shipped = own ? readApis(shippedFolder, noSettings, []) : [];
  const taken = { ...writtenHere, ...apiEntityTypes(apis) };
  const mcp = readMcp(folders.mcp, settings?.env, taken, problems);
  return { apis, shipped, mcp, problems };
};

const cacheOf = (dataFolder: string): string => `${dataFolder}/apis`;
const apiSettings = ({ env, dataFolder }: Settings) => ({ env, cache: cacheOf(dataFolder) });

/** Throws everything that is wrong with the files. */
export const refuseProblems = ({ problems }: OutsideFiles): void => {
  if (problems.length > 0) throw new ToolFilesError(problems);
};

/** The first of each name. */
const namedOnce = (tools: readonly Tool[]): Tool[] =>
  tools.filter(({ name }, at) => tools.findIndex((other) => other.name === name) === at);

/** Everything that policies and prompts may name of the tools from outside. None of it can reach anything. */
export const outsideVocabulary = ({ apis, shipped, mcp }: OutsideFiles): Toolbox => ({
  tools: [
    ...namedOnce([...apis, ...shipped].flatMap((api) => apiTools(api, nowhere))),
    ...mcpTools(mcp, nowhere, () => "nothing is connected").tools.map(({ tool }) => tool),
  ],
  entityTypes: { ...apiEntityTypes([...apis, ...shipped]), ...mcpEntityTypes(mcp) },
});

/** Fetches what the files only point at: documents, definitions. What another server says never hinders the start. */
export const fetchOutside = async (
  files: OutsideFiles,
  dataFolder: string,
  more: {
    /** Service accounts of systems that are configured elsewhere. */
    accounts?: Record<string, ServiceAccount>;
    known?: KnownDefinitions;
    log?: Pick<Log, "warn">;
  } = {},
): Promise<OutsideFiles> => {
  const { known, log = { warn: () => {} } } = more;
  const systems = outsideSystems(files);
  const allow = [
    ...files.apis.flatMap((api) => documentAddress(api) ?? []),
    ...systems.map(({ url }) => url),
  ];
  const accounts = Object.fromEntries(
    systems.map(({ system, url, secret }) => [system, { url, ...(secret && { secret }) }]),
  );
  const http = createHttp({
    allow,
    credentials: serviceCredentials({ ...accounts, ...more.accounts }),
    writes: () => "documents and definitions are only read",
  });
  try {
    const [apis, mcp] = await Promise.all([
      fetchDocuments(files.apis, http, cacheOf(dataFolder)),
      listServers(files.mcp, http, known, log),
    ]);
    return { ...files, apis, mcp };
  } finally {
    await http.close();
  }
};

/** The systems outside that are connected. Their addresses are the operator's, their secrets go to the last hop alone. */
export const outsideSystems = ({ apis, mcp }: OutsideFiles): OutsideSystem[] => [
  ...apis.flatMap(({ system, connection, file }) =>
    "off" in connection
      ? []
      : [
          {
            system,
            title: file.value.title,
            url: connection.baseUrl,
            ...(connection.secret && { secret: connection.secret }),
          },
        ],
  ),
  // By its own name, also where people's accounts of another system sign: the address is this server's.
  ...mcp.flatMap((read) => {
    const { connection, name } = read;
    if ("off" in connection || connection.url === undefined) return [];
    const { url, secret } = connection;
    return [{ system: `mcp_${name}`, title: titleOf(read), url, ...(secret && { secret }) }];
  }),
];

/** How much of a system is switched on: the stricter of what the operator says and what its file lets in. */
export const modesFor =
  ({ toolModes }: Pick<Config, "toolModes">, { apis }: OutsideFiles) =>
  (system: string): Mode => {
    const listed = apis.find((api) => api.system === system)?.file.value.mode ?? "full";
    return stricter(toolModes[system] ?? "full", listed);
  };

/** Systems that the operator narrows are systems that there are: a slip would leave everything on. */
export const checkModes = ({ toolModes }: Pick<Config, "toolModes">, tools: readonly Tool[]): void => {
  const known = [...new Set(tools.map(({ system }) => system))];
  const wrong = Object.keys(toolModes).filter((system) => !known.includes(system));
  if (wrong.length === 0) return;
  const messages = wrong.map(
    (system) =>
      `STEWARD_TOOL_MODES: there is no system '${system}'.${nearestWords(system, known) || ` There are: ${known.join(", ")}.`}`,
  );
  throw new TerminalError("config", messages.join("\n"));
};

/** A tool from outside with its pin; one that is off says why. */
export interface OutsideTool extends Pinned {
  tool: Tool;
  /** Why it cannot be used now. */
  off?: string;
}

/** Every listed tool, as it is defined now; one without a pin could not be asked for its definition. */
export const outsideTools = (
  { apis, mcp }: OutsideFiles,
  http: Http,
  served: readonly OutsideTool[] = mcpTools(mcp, nowhere, () => "nothing is connected").tools,
): OutsideTool[] => [
  ...apis.flatMap((api) =>
    apiTools(api, http).map((tool): OutsideTool => {
      const { file = "", pin = "" } = tool.origin ?? {};
      const off = "off" in api.connection ? api.connection.off : undefined;
      return { name: tool.name, file, pin, tool, ...(off !== undefined && { off }) };
    }),
  ),
  ...served,
];

/** Those that may be used: connected, and of the definition that was accepted. The others are named in the log. */
export const openOutside = (
  files: OutsideFiles,
  { folders, dataFolder }: Pick<Config, "folders" | "dataFolder">,
  { http, writes, log }: { http: Http; writes: WriteGuard; log: Log },
): Toolbox & { close(): Promise<void> } => {
  const served = mcpTools(files.mcp, http, writes);
  const connected = outsideTools(files, http, served.tools).filter(({ off }) => off === undefined);
  const { on, changed, unkept } = pinAtFirstSight(connected, pinPlaces(dirname(folders.apis), dataFolder));
  for (const { name, file } of changed) {
    log.warn(
      { tool: name, file },
      "a tool's definition changed since it was accepted, so it is off: look at it, then 'steward tool accept'",
    );
  }
  if (unkept !== undefined) {
    log.warn(
      { why: unkept },
      "new definitions could not be pinned: make STEWARD_DATA writable, or ship a tools.lock",
    );
  }
  for (const { system, partly } of files.apis) {
    if (partly !== undefined)
      log.warn({ system, why: partly }, "a document no longer has what its file lists");
  }
  for (const { name, file, off } of served.tools) {
    if (off !== undefined) log.info({ tool: name, file, why: off }, "a tool of an MCP server is off");
  }
  return {
    tools: on.map(({ tool }) => tool),
    entityTypes: { ...apiEntityTypes(files.apis), ...mcpEntityTypes(files.mcp) },
    close: served.close,
  };
};
