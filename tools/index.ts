import { TerminalError } from "../src/core/errors.ts";
import type { EntityTypes, Toolbox } from "../src/core/tool.ts";
import type { Http } from "../src/http/types.ts";
import { carryingCalls } from "./current-call.ts";
import { crmEntityTypes } from "./crm/entities.ts";
import { hubSpot } from "./crm/hubspot.ts";
import type { HubSpotSettings } from "./crm/hubspot-call.ts";
import { crmTools } from "./crm/index.ts";
import type { GitLabSettings } from "./gitlab/api.ts";
import { gitLabEntityTypes } from "./gitlab/entities.ts";
import { gitLabTools } from "./gitlab/index.ts";

/** Which systems are connected; a system left out brings no tools. */
export interface ToolboxOptions {
  gitlab?: GitLabSettings;
  crm?: { kind: "hubspot" } & HubSpotSettings;
  /** Its allow-list holds the addresses given here. */
  http: Http;
  /** Milliseconds, for short-lived caches. */
  now?: () => number;
}

const entityTypes: EntityTypes = { ...gitLabEntityTypes, ...crmEntityTypes };

/** Lists every tool of the connected systems, and the resource tree they speak of. */
export function makeToolbox({ gitlab, crm, http, now = Date.now }: ToolboxOptions): Toolbox {
  return {
    tools: [
      ...(gitlab === undefined ? [] : gitLabTools(gitlab, http, now)),
      ...(crm === undefined ? [] : crmTools(hubSpot(crm, http, now))),
    ].map(carryingCalls),
    entityTypes,
  };
}

/**
 * Every tool there is, connected or not: what policies and prompts may name, so that a rule about a system that is
 * not connected is no mistake. None of them can reach anything.
 */
export function allTools(): Toolbox {
  const nowhere = { url: "http://not-connected.invalid" };
  const http: Http = {
    request: ({ system }) =>
      Promise.reject(
        new TerminalError(
          "not_connected",
          `${system} is not connected. An operator configures its address and token.`,
        ),
      ),
    close: () => Promise.resolve(),
  };
  return makeToolbox({ gitlab: nowhere, crm: { kind: "hubspot", ...nowhere }, http });
}
