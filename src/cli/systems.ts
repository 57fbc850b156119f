import type { Toolbox } from "../core/tool.ts";
import type { Config } from "../config.ts";
import { createHttp } from "../http/client.ts";
import { makeToolbox } from "../../tools/index.ts";

/** The outside systems that are configured, behind the one outgoing client; its allow-list is exactly their addresses. */
export const openSystems = (
  config: Config,
): { toolbox: Toolbox; mayLink(url: string): boolean; close(): Promise<void> } => {
  const addresses = [config.gitlab?.url, config.crm?.url].flatMap((url) => (url === undefined ? [] : [url]));
  const origins = new Set(addresses.map((url) => new URL(url).origin));
  const http = createHttp({ allow: addresses });
  return {
    toolbox: makeToolbox({
      ...(config.gitlab !== undefined && { gitlab: config.gitlab }),
      ...(config.crm !== undefined && { crm: config.crm }),
      http,
    }),
    mayLink: (url) => URL.canParse(url) && origins.has(new URL(url).origin),
    close: () => http.close(),
  };
};
