import { z } from "zod";
import type { JsonObject } from "../core/json.ts";
import { isWrite, type Tool } from "../core/tool.ts";
import { describeTools, type Described, requestIn, requestRead } from "./describe.ts";
import { readFor } from "./reads.ts";
import { type CallAnswer, type Caller, type CallParts, placeOf } from "./types.ts";
import { askFor, requestFor } from "./writes.ts";

/** What a client may do: see the tools of its person, and call them through the gate. */
export interface Calls {
  list(caller: Caller): Promise<Described[]>;
  call(caller: Caller, name: string, args: unknown, signal: AbortSignal): Promise<CallAnswer>;
}

const argsSchema = z.record(z.string(), z.json());

/** Opens the room's calls. */
export const openCalls = (parts: CallParts): Calls => {
  const ask = askFor(parts);
  const toolsOf = (caller: Caller): Promise<Tool[]> =>
    parts.gate.visible({
      ...{ turn: "", conversation: placeOf(caller), principal: caller.principal, origin: "mcp" },
    });
  return {
    list: async (caller) => describeTools(await toolsOf(caller)),
    call: async (caller, name, given, signal) => {
      if (name === requestRead) {
        const id = requestIn(given);
        if (id === undefined) {
          return { text: `request: expected the id that the answer to a write gave.`, failed: true };
        }
        return requestFor(parts, caller, id, signal);
      }
      const parsed = argsSchema.safeParse(given ?? {});
      if (!parsed.success) return { text: "The arguments are no JSON object.", failed: true };
      const args = parsed.data as JsonObject;
      const tool = (await toolsOf(caller)).find((one) => one.name === name);
      // Also what is no tool at all goes through the gate: its words name the nearest, and it is recorded.
      return tool !== undefined && isWrite(tool)
        ? ask(caller, tool, args, signal)
        : readFor(parts, caller, { tool: name, args }, signal);
    },
  };
};
