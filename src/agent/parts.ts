import type { Tool } from "../core/tool.ts";
import type { Gate } from "../gate/types.ts";
import type { AgentFile } from "./agent-file.ts";
import type { Finding } from "./find-tools.ts";
import type { Offering } from "./offered.ts";
import type { Planner } from "./planner.ts";
import type { Work } from "./works.ts";

/** Where the graph writes what a person need not see. */
export interface AgentLog {
  warn(fields: object, message: string): void;
}

/** What the nodes are made of: the same for every turn. */
export interface Parts {
  agents: ReadonlyMap<string, AgentFile>;
  tools: ReadonlyMap<string, Tool>;
  gate: Gate;
  offering: Offering;
  finding: Finding;
  planners: Record<Work["planner"], Planner>;
  clock: () => Date;
  log: AgentLog;
}
