import { join } from "node:path";
import { TerminalError } from "../src/core/errors.ts";
import type { EntityTypes, Toolbox } from "../src/core/tool.ts";
import type { Http } from "../src/http/types.ts";
import { carryingCalls } from "./current-call.ts";
import { crmEntityTypes } from "./crm/entities.ts";
import { crmTools } from "./crm/index.ts";
import { type CrmSettings, openCrm } from "./crm/open.ts";
import type { GitLabSettings } from "./gitlab/api.ts";
import { gitLabEntityTypes } from "./gitlab/entities.ts";
import { gitLabTools } from "./gitlab/index.ts";
import { noSettings, readApis } from "./openapi/connect.ts";
import { apiEntityTypes, apiTools } from "./openapi/index.ts";
import { slackEntityTypes } from "./slack/entities.ts";
import { noSlack, slackTools } from "./slack/index.ts";
import type { SlackPort } from "./slack/port.ts";
import { type FileProblem, ToolFilesError } from "./problems.ts";

/** Which systems are connected; a system left out brings no tools. */
export interface ToolboxOptions {
  gitlab?: GitLabSettings;
  crm?: CrmSettings;
  slack?: SlackPort;
  /** Its allow-list holds the addresses given here. */
  http: Http;
  /** Tools that files list: of APIs, of MCP servers. */
  outside?: readonly Toolbox[];
  /** Milliseconds, for short-lived caches. */
  now?: () => number;
}

/** The resource tree of the tools that are written here. */
export const writtenHere: EntityTypes = { ...gitLabEntityTypes, ...crmEntityTypes, ...slackEntityTypes };

/** Lists every tool of the connected systems, and the resource tree they speak of. */
export function makeToolbox({
  gitlab,
  crm,
  slack,
  http,
  outside = [],
  now = Date.now,
}: ToolboxOptions): Toolbox {
  return {
    tools: [
      ...(gitlab === undefined ? [] : gitLabTools(gitlab, http, now)),
      ...(crm === undefined ? [] : crmTools(openCrm(crm, http, now))),
      ...(slack === undefined ? [] : slackTools(slack)),
    ]
      .map(carryingCalls)
      .concat(outside.flatMap(({ tools }) => tools)),
    entityTypes: Object.assign(
      {},
      writtenHere,
      ...outside.map(({ entityTypes }) => entityTypes),
    ) as EntityTypes,
  };
}

/** The API files that ship with Steward. */
export const shippedFolder = join(import.meta.dirname, "apis");

/** The tools of the API files that ship with Steward. Throws with everything that is wrong with them. */
function shippedApis(): Toolbox {
  const problems: FileProblem[] = [];
  const apis = readApis(shippedFolder, noSettings, problems);
  if (problems.length > 0) throw new ToolFilesError(problems);
  return { tools: apis.flatMap((api) => apiTools(api, nowhere)), entityTypes: apiEntityTypes(apis) };
}

/** Reaches nothing, and says so. */
export const nowhere: Http = {
  request: ({ system }) =>
    Promise.reject(
      new TerminalError(
        "not_connected",
        `${system} is not connected. An operator configures its address and token.`,
      ),
    ),
  close: () => Promise.resolve(),
};

/**
 * Every tool there is, connected or not: what policies and prompts may name, so that a rule about a system that is
 * not connected is no mistake. None of them can reach anything.
 */
export function allTools(outside: readonly Toolbox[] = [shippedApis()]): Toolbox {
  const place = { url: "http://not-connected.invalid" };
  return makeToolbox({
    gitlab: place,
    crm: { kind: "hubspot", ...place },
    slack: noSlack,
    http: nowhere,
    outside,
  });
}
