import type { Toolbox } from "../core/tool.ts";
import type { Config } from "../config.ts";
import { createHttp } from "../http/client.ts";
import { serviceCredentials, type ServiceAccount } from "../http/credentials.ts";
import { HttpRefusedError } from "../http/errors.ts";
import type { Credentials, Http, WriteGuard } from "../http/types.ts";
import type { Log } from "../telemetry/log.ts";
import { makeToolbox } from "../../tools/index.ts";
import type { SlackPort } from "../../tools/slack/port.ts";
import { inMode } from "../../tools/modes.ts";
import { type CrmSide, crmSide } from "./crm-side.ts";
import { modesFor, openOutside, type OutsideFiles, outsideSystems } from "./outside.ts";

/** The outside systems that are configured, behind the one outgoing client; its allow-list is exactly their addresses. */
export const openSystems = (
  config: Config,
  outside: { files: OutsideFiles; log: Log },
  writes: WriteGuard,
  people: Credentials,
  slack: SlackPort,
): {
  toolbox: Toolbox;
  mayLink(url: string): boolean;
  /** Whether each system answers at all, asked now; each within a second and a half. */
  reach(): Promise<{ name: string; state: string }[]>;
  close(): Promise<void>;
} => {
  const crm = config.crm && crmSide(config.crm, () => http);
  const named = [
    { name: "GitLab", url: config.gitlab?.url },
    { name: "CRM", url: crm?.account?.url },
    ...outsideSystems(outside.files).map(({ title, url }) => ({ name: title, url })),
  ].flatMap(({ name, url }) => (url === undefined ? [] : [{ name, url }]));
  const addresses = named.map(({ url }) => url);
  const origins = new Set(addresses.map((url) => new URL(url).origin));
  const http: Http = createHttp({
    allow: addresses,
    credentials: credentialsOf(config, outside.files, crm, people),
    writes,
  });
  const fromFiles = openOutside(outside.files, config, { http, writes, log: outside.log });
  const made = makeToolbox({
    ...(config.gitlab !== undefined && {
      gitlab: { url: config.gitlab.url, knowledge: config.gitlab.knowledge },
    }),
    ...(crm !== undefined && { crm: crm.settings }),
    slack,
    http,
    outside: [fromFiles],
  });
  return {
    toolbox: { ...made, tools: inMode(made.tools, modesFor(config, outside.files)) },
    mayLink: (url) => URL.canParse(url) && origins.has(new URL(url).origin),
    reach: () =>
      Promise.all(named.map(async ({ name, url }) => ({ name, state: await reachable(http, name, url) }))),
    close: async () => {
      await fromFiles.close();
      await http.close();
    },
  };
};

/** The service's own accounts, and people's where they have connected them. */
const credentialsOf = (
  config: Config,
  files: OutsideFiles,
  crm: CrmSide | undefined,
  people: Credentials,
): Credentials => {
  const service = serviceCredentials(accountsOf(config, files, crm?.account));
  return { ...people, header: (ref) => (ref.as === "service" ? service : people).header(ref) };
};

/** The service's own accounts, by the tools' systems. Nothing else gets to know their tokens. */
export const accountsOf = ({ gitlab }: Config, files: OutsideFiles, crm?: ServiceAccount) => ({
  ...Object.fromEntries(
    outsideSystems(files).map(({ system, url, secret }) => [system, { url, ...(secret && { secret }) }]),
  ),
  ...(gitlab !== undefined && {
    gitlab: { url: gitlab.url, secret: { header: "private-token", value: gitlab.token } },
  }),
  ...(crm !== undefined && { crm }),
});

const reachMs = 1_500;

/** A refusal is an answer too: nobody signs in to find out whether somebody is there. */
const reachable = async (http: Http, system: string, url: string): Promise<string> => {
  const signal = AbortSignal.timeout(reachMs);
  try {
    await http.request({
      ...{ system, method: "GET", url, effect: "read", signal, deadlineMs: reachMs },
      ...{ expect: "text", maxBytes: 2_000, overflow: "cut" },
    });
    return "answers";
  } catch (error) {
    return error instanceof HttpRefusedError ? "answers" : "does not answer";
  }
};
