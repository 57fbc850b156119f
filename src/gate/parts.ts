import type { Audit } from "../core/audit.ts";
import type { Crash } from "../core/crash.ts";
import type { Toolbox } from "../core/tool.ts";
import type { Transact } from "../core/tx.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Elsewhere, Groups, Policy } from "./policy-port.ts";
import type { Clock, Connections, Ledger, Log } from "./ports.ts";
import type { Directory } from "./types.ts";

/** What the gate is built from. */
export interface GateParts {
  toolbox: Toolbox;
  policy: Policy;
  groups: Groups;
  directory: Directory;
  elsewhere: Elsewhere;
  connections: Connections;
  /** The outgoing client asks the same ones. */
  capabilities: Capabilities;
  ledger: Ledger;
  transact: Transact;
  audit: Audit;
  crash: Crash;
  clock: Clock;
  log: Log;
  /** This process's worker id: alive as long as it holds its lock. */
  worker: string;
  /**
   * The systems are reached by a service account, but for people's own where they have connected one: then every other
   * write is confirmed by a person, whatever policy says, because the system itself cannot tell who may.
   */
  serviceAccountActs: boolean;
}

/** The same, with the tools by name. */
export interface Parts extends GateParts {
  catalogue: Catalogue;
}
