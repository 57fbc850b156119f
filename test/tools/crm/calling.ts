import { randomUUID } from "node:crypto";
import { credentialName } from "../../../src/core/capability.ts";
import type { PersonElsewhere } from "../../../src/core/principal.ts";
import type { CallContext, ReadTool, WriteTool } from "../../../src/core/tool.ts";
import type { Capabilities } from "../../../src/gate/capabilities.ts";
import { carryingCalls } from "../../../tools/current-call.ts";

/** People of the sandbox's story, by first name. */
export type Who = "dan" | "mei" | "carla" | "anna";
const names: Record<Who, string> = {
  dan: "Dan Whitfield",
  mei: "Mei Tanaka",
  carla: "Carla Mendes",
  anna: "Anna Petrosyan",
};

export const contextOf = (who: Who, elsewhere: PersonElsewhere): CallContext => ({
  principal: {
    kind: "person",
    workspace: "T1",
    user: `U-${who}`,
    name: names[who],
    email: `${who}@example.com`,
    timezone: "Europe/Berlin",
    guest: false,
    external: false,
    bot: false,
    active: true,
  },
  elsewhere,
  signal: new AbortController().signal,
  callId: randomUUID(),
  actsAs: () => "service",
  now: () => new Date(),
});

const nothing = {
  name: "",
  title: "",
  description: "",
  system: "crm",
  examples: [],
  slots: {},
  targetTypes: [],
  policyArgs: {},
};

/** Runs one call of the port as the gate runs a tool's: a read signs as the service, a write has the right to send. */
export async function called<T>(
  ask: (context: CallContext) => Promise<T>,
  context: CallContext,
  capabilities?: Capabilities,
): Promise<T> {
  let answer: T | undefined;
  const run: WriteTool["run"] = async (_, given) => {
    answer = await ask(given);
    return { text: "", sources: [], untrusted: [] };
  };
  const resolve = () => Promise.reject(new Error("unused"));
  const base = { ...nothing, resolve, run } as unknown as ReadTool;
  const tool = carryingCalls({ ...base, effect: "read" });
  if (capabilities === undefined) await tool.run({}, context);
  else {
    const credential = credentialName({ system: "crm", as: "service" });
    const grant = { tool: "t", digest: "d", target: "t", credential, expires: Infinity };
    await capabilities.lend(grant, (capability) => tool.run({}, { ...context, capability }));
  }
  return answer as T;
}
