import { z } from "zod";
import { limits } from "../core/limits.ts";
import type { Tool } from "../core/tool.ts";
import { fitsGlob, mayUse, type AgentFile } from "./agent-file.ts";
import { refusal } from "./calls.ts";
import type { OfferedTool } from "./planner.ts";
import { toolSearch, type ToolSearch } from "./tool-search.ts";
import type { CallResult, OpenCall, Work } from "./works.ts";

/**
 * An agent with more tools than a model chooses well among sees some of them and `find_tools`; what it finds stays
 * listed until the turn's end. Those that are not listed are its own all the same: a model that knows one by name, from
 * what was said before, may call it. What the person may use, the gate has said before.
 */

/** Name of the call by which a model looks for more of its tools. */
export const findTools = "find_tools";

/** Tools that one search brings, and that a work keeps of all its searches. */
const foundMax = 5;
const keptMax = 10;

export const findSchema = z.strictObject({
  request: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .describe("What is to be looked at or done, in plain English words, such as: retry a stuck payout"),
});

/** The built-in call, for an agent that has so many more tools than it sees. */
export const findTool = (hidden: number, parameters: OfferedTool["parameters"]): OfferedTool => ({
  name: findTools,
  description: `Finds more of your tools: ${hidden} are not listed here. Say in plain words what is to be done; what is found is listed from your next message on. Look before you say that you cannot do something.`,
  parameters,
  runs: { kind: "search" },
});

/** The agent's tools of those the person may use, in the order in which its file names them, then by name. */
const ownTools = (agent: AgentFile, visible: readonly Tool[]): Tool[] => {
  const place = (name: string) => agent.tools.allow.findIndex((glob) => fitsGlob(name, glob));
  return visible
    .filter(({ name }) => mayUse(agent, name))
    .toSorted((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1));
};

/** What a work sees of its tools: all where they are few, else what it found, and of the others the first of its file. */
export function seenTools(
  agent: AgentFile,
  visible: readonly Tool[],
  found: readonly string[],
): { seen: Tool[]; hidden: Tool[] } {
  const own = ownTools(agent, visible);
  if (own.length <= limits.toolsVisibleMax) return { seen: own, hidden: [] };
  const before = own.filter(({ name }) => found.includes(name));
  const all = [...before, ...own.filter((tool) => !before.includes(tool))];
  // One place is the search's own.
  const places = limits.toolsVisibleMax - 1;
  return { seen: all.slice(0, places), hidden: all.slice(places) };
}

/** Answers `find_tools` for one work. */
export type Finding = (
  work: Work,
  call: OpenCall,
  visible: readonly Tool[],
) => { result: CallResult; names: string[] };

/** What a work keeps of all its searches: the newest last. */
export const keptOf = (work: Work, names: readonly string[]): string[] =>
  [...work.found.filter((name) => !names.includes(name)), ...names].slice(-keptMax);

const wrong = refusal("Not looked: give what is to be done as text in the one field `request`.");

/** Makes the search over all tools once, at start. */
export const findingOf = (agents: ReadonlyMap<string, AgentFile>, tools: readonly Tool[]): Finding => {
  let search: ToolSearch | undefined;
  const titles = new Map(tools.map((tool) => [tool.name, tool]));
  return (work, call, visible) => {
    const asked = findSchema.safeParse(JSON.parse(call.args));
    const agent = agents.get(work.agent);
    if (!asked.success || agent === undefined) return { result: wrong, names: [] };
    search ??= toolSearch(tools);
    const own = new Set(ownTools(agent, visible).map(({ name }) => name));
    const names = search.find(asked.data.request, own, foundMax);
    return { result: told(names, titles), names };
  };
};

const told = (names: readonly string[], tools: ReadonlyMap<string, Tool>): CallResult => ({
  text:
    names.length === 0
      ? "No tool fits these words. Try others for the same thing, or say what cannot be done here."
      : `Found; listed from your next message on:\n${names.map((name) => `- ${name}: ${tools.get(name)?.title ?? ""}`).join("\n")}`,
  ok: names.length > 0,
  untrusted: [],
  source: null,
});
