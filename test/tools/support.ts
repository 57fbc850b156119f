import { credentialName } from "../../src/core/capability.ts";
import { createHttp } from "../../src/http/client.ts";
import type { Http } from "../../src/http/types.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { PersonElsewhere, Principal } from "../../src/core/principal.ts";
import {
  type CallContext,
  isWrite,
  type ReadTool,
  type Tool,
  type ToolOutput,
  type WriteTool,
} from "../../src/core/tool.ts";
import { type Crm, startCrm } from "../../sandbox/crm/index.ts";
import { type GitLab, type GitLabOptions, startGitlab } from "../../sandbox/gitlab/index.ts";
import { openCapabilities } from "../../src/gate/capabilities.ts";
import { serviceCredentials } from "../../src/http/credentials.ts";
import { makeToolbox } from "../../tools/index.ts";

/** People of the sandbox, as the people map knows them. */
const people: Record<string, { name: string; elsewhere: PersonElsewhere }> = {
  anna: { name: "Anna Petrosyan", elsewhere: { gitlab: "anna" } },
  boris: { name: "Boris Novak", elsewhere: { gitlab: "boris" } },
  carla: { name: "Carla Mendes", elsewhere: { hubspot_owner: "71002" } },
  dan: { name: "Dan Whitfield", elsewhere: { hubspot_owner: "71001" } },
};

const principalOf = (name: string): Principal => ({
  kind: "person",
  workspace: "T1",
  user: `U-${name}`,
  name: people[name]?.name ?? name,
  email: `${name}@example.com`,
  timezone: "Europe/Berlin",
  guest: false,
  external: false,
  bot: false,
  active: true,
});

/** The tools on a sandbox GitLab and CRM, called as the gate calls them. Waits of the client are not waited for. */
export interface Bench {
  gitlab: GitLab;
  crm: Crm;
  /** Waits that the client would have made, in milliseconds. */
  waits: number[];
  context(name?: string, more?: Partial<CallContext>): CallContext;
  tool(name: string): Tool;
  read(name: string): ReadTool;
  write(name: string): WriteTool;
  /** Resolve, then run; of a write too. */
  ask(name: string, input: JsonObject, who?: string): Promise<ToolOutput>;
  close(): Promise<void>;
}

export async function openBench(
  options: GitLabOptions & {
    gitlabUrl?: (url: string) => string;
    gitlabToken?: string;
    /** Stands between the tools and the client: what it changes of a reply, the tools take for the system's. */
    between?: (http: Http) => Http;
  } = {},
): Promise<Bench> {
  const { gitlabUrl = (url) => url, gitlabToken, between = (http) => http, ...world } = options;
  const [gitlab, crm] = await Promise.all([startGitlab({ jobMs: Infinity, ...world }), startCrm()]);
  const waits: number[] = [];
  const capabilities = openCapabilities();
  const token = gitlabToken ?? gitlab.token;
  const http = createHttp({
    allow: [gitlab.url, crm.url],
    credentials: serviceCredentials({
      gitlab: { url: gitlab.url, secret: { header: "private-token", value: token } },
      crm: { url: crm.url, secret: { header: "authorization", value: `Bearer ${crm.token}` } },
    }),
    writes: capabilities.objection,
    wait: async (ms) => {
      waits.push(ms);
    },
  });
  const toolbox = makeToolbox({
    gitlab: { url: gitlabUrl(gitlab.url) },
    crm: { kind: "hubspot", url: `${crm.url}/` },
    http: between(http),
  });
  const context: Bench["context"] = (name = "anna", more = {}) => ({
    principal: principalOf(name),
    elsewhere: people[name]?.elsewhere ?? {},
    signal: new AbortController().signal,
    callId: "act-1",
    actsAs: () => "service",
    now: () => new Date(gitlab.clock.now()),
    ...more,
  });
  const tool = (name: string): Tool => {
    const found = toolbox.tools.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return isWrite(found) ? { ...found, run: executing(found) } : found;
  };
  const read = (name: string): ReadTool => {
    const found = tool(name);
    if (isWrite(found)) throw new Error(`${name} writes`);
    return found;
  };
  const write = (name: string): WriteTool => {
    const found = tool(name);
    if (!isWrite(found)) throw new Error(`${name} only reads`);
    return found;
  };
  /** As the executor runs a write: with the right to send it. */
  const executing =
    (found: WriteTool): WriteTool["run"] =>
    (args, given) => {
      const { name: tool, system } = found;
      const account = credentialName({
        system,
        as: given.actsAs(system) === "service" ? "service" : { person: given.principal },
      });
      const grant = { tool, digest: "digest", target: "target", credential: account, expires: Infinity };
      return capabilities.lend(grant, (capability) => found.run(args, { ...given, capability }));
    };
  return {
    gitlab,
    crm,
    waits,
    context,
    tool,
    read,
    write,
    ask: async (name, input, who) => {
      const called = tool(name);
      const resolved = await called.resolve(called.input.parse(input) as JsonObject, context(who));
      return called.run(resolved.args, context(who));
    },
    close: async () => {
      await http.close();
      await Promise.all([gitlab.close(), crm.close()]);
    },
  };
}
