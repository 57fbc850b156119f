import { dirname } from "node:path";
import type { Config } from "../config.ts";
import type { Tool, Toolbox } from "../core/tool.ts";
import { createHttp } from "../http/client.ts";
import type { Http } from "../http/types.ts";
import type { Log } from "../telemetry/log.ts";
import { nowhere, writtenHere } from "../../tools/index.ts";
import { type ReadApi, documentAddress, noSettings, readApis } from "../../tools/openapi/connect.ts";
import { apiEntityTypes, apiTools, checkTypes, fetchDocuments } from "../../tools/openapi/index.ts";
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
export const readOutside = (folders: Pick<Config["folders"], "apis">, settings?: Settings): OutsideFiles => {
  const problems: FileProblem[] = [];
  const apis = readApis(folders.apis, settings === undefined ? noSettings : apiSettings(settings), problems);
  checkTypes(apis, Object.keys(writtenHere), problems);
  return { apis, problems };
};

const cacheOf = (dataFolder: string): string => `${dataFolder}/apis`;
const apiSettings = ({ env, dataFolder }: Settings) => ({ env, cache: cacheOf(dataFolder) });

/** Throws everything that is wrong with the files. */
export const refuseProblems = ({ problems }: OutsideFiles): void => {
  if (problems.length > 0) throw new ToolFilesError(problems);
};

/** Everything that policies and prompts may name of the tools from outside. None of it can reach anything. */
export const outsideVocabulary = ({ apis }: OutsideFiles): Toolbox => ({
  tools: apis.flatMap((api) => apiTools(api, nowhere)),
  entityTypes: apiEntityTypes(apis),
});

/** Fetches what the files only point at. What another server says never hinders the start. */
export const fetchOutside = async (files: OutsideFiles, dataFolder: string): Promise<OutsideFiles> => {
  const allow = files.apis.flatMap((api) => documentAddress(api) ?? []);
  if (allow.length === 0) return files;
  const http = createHttp({ allow, writes: () => "documents are only read" });
  try {
    return { ...files, apis: await fetchDocuments(files.apis, http, cacheOf(dataFolder)) };
  } finally {
    await http.close();
  }
};

/** The systems outside that are connected. Their addresses are the operator's, their secrets go to the last hop alone. */
export const outsideSystems = ({ apis }: OutsideFiles): OutsideSystem[] =>
  apis.flatMap(({ system, connection, file }) =>
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
  );

/** How much of a system is switched on: the stricter of what the operator says and what its file lets in. */
export const modesFor =
  ({ toolModes }: Pick<Config, "toolModes">, { apis }: OutsideFiles) =>
  (system: string): Mode => {
    const listed = apis.find((api) => api.system === system)?.file.value.mode ?? "full";
    return stricter(toolModes[system] ?? "full", listed);
  };

/** A tool from outside with its pin; one that is off says why. */
export interface OutsideTool extends Pinned {
  tool: Tool;
  /** Why it cannot be used now. */
  off?: string;
}

/** Every listed tool, as it is defined now. */
export const outsideTools = ({ apis }: OutsideFiles, http: Http): OutsideTool[] =>
  apis.flatMap((api) =>
    apiTools(api, http).map((tool): OutsideTool => {
      const { file = "", pin = "" } = tool.origin ?? {};
      const off = "off" in api.connection ? api.connection.off : undefined;
      return { name: tool.name, file, pin, tool, ...(off !== undefined && { off }) };
    }),
  );

/** Those that may be used: connected, and of the definition that was accepted. The others are named in the log. */
export const openOutside = (
  files: OutsideFiles,
  { folders, dataFolder }: Pick<Config, "folders" | "dataFolder">,
  http: Http,
  log: Log,
): Toolbox => {
  const connected = outsideTools(files, http).filter(({ off }) => off === undefined);
  const { on, changed } = pinAtFirstSight(connected, pinPlaces(dirname(folders.apis), dataFolder));
  for (const { name, file } of changed) {
    log.warn(
      { tool: name, file },
      "a tool's definition changed since it was accepted, so it is off: look at it, then 'steward tool accept'",
    );
  }
  for (const { system, partly } of files.apis) {
    if (partly !== undefined)
      log.warn({ system, why: partly }, "a document no longer has what its file lists");
  }
  return { tools: on.map(({ tool }) => tool), entityTypes: apiEntityTypes(files.apis) };
};
