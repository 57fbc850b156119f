import type { Principal } from "../../core/principal.ts";
import type { Tool } from "../../core/tool.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { Gate, GateDecisions, GateTurns } from "../../gate/types.ts";
import type { People } from "../../turn/types.ts";
import type { Turns } from "../../turn/turns.ts";
import type { SlackCalls } from "../delivery/schedule.ts";
import type { Log } from "../log.ts";
import type { Openings } from "../opening.ts";

/** What forms are opened and taken with. */
export interface FormParts {
  people: People;
  calls: SlackCalls;
  openings: Openings;
  forms: Turns["forms"];
  questionForForm: Turns["questionForForm"];
  /** Every tool of this build; whether a person may use one is asked of `visible`. */
  tools: readonly Tool[];
  visible(principal: Principal, conversation: ConversationRef): Promise<Tool[]>;
  objection: GateTurns["objection"];
  read: Gate["read"];
  decide: GateDecisions["decide"];
  log: Log;
}

/**
 * A person's own place for what belongs to no thread yet: what a form looks up is read for them as in a direct message,
 * and marks no conversation that a model will see.
 */
export const ownPlace = (workspace: string, user: string): ConversationRef => ({
  key: `${workspace}/${user}/0`,
  ...{ workspace, channel: `D${user}`, threadTs: "0", kind: "dm" },
});
