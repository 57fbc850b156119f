import type { z } from "zod";
import type { Capability } from "./capability.ts";
import type { JsonObject } from "./json.ts";
import type { PersonElsewhere, Principal } from "./principal.ts";
import type { SlotKind } from "./slots.ts";
import type { ConversationRef } from "./turn.ts";

/** What a tool does to the world: `egress` leaves the company (mail, post, public URL). */
export type Effect = "read" | "write" | "egress";

/** R0 read; R1 reversible write; R2 shared or customer-visible; R3 money, access, production, irreversible. */
export type Risk = 0 | 1 | 2 | 3;

/** A node of the policy's resource tree, for example `GitLabGroup` `payments`. */
export interface EntityRef {
  type: string;
  id: string;
}

/** What one call is about, with every ancestor policy may name. Ids are the system's own, never a model's words. */
export interface Target extends EntityRef {
  /** For people: `payments/ledger-api !482 "Idempotent payout retries"`. */
  label: string;
  url?: string;
  /** Direct parents of the target. */
  parents: EntityRef[];
  /** All further ancestors with their own parents; one left out makes the gate deny. */
  ancestors: (EntityRef & { parents: EntityRef[] })[];
}

/** One line of a card: `before` only where an existing thing changes. */
export interface Field {
  label: string;
  value: string;
  before?: string;
}

/** What a card says of a write, from live data; drawn by code, never by a model. */
export interface Preview {
  /** `Merge payments/ledger-api !482 "Idempotent payout retries"`. */
  sentence: string;
  fields: Field[];
}

/** A call with names resolved to ids: what is authorised, shown, hashed and sent. */
export interface Resolved {
  /** Canonical arguments: exactly what `run` gets. */
  args: JsonObject;
  target: Target;
  /** Scalars that policies may test as `context.args`; the keys are declared in `policyArgs`. */
  policyArgs: Record<string, string | number | boolean>;
}

/** The same for a write: with its risk, its preview and the version of the target that the approval is bound to. */
export interface ResolvedWrite extends Resolved {
  risk: Exclude<Risk, 0>;
  preview: Preview;
  /** Opaque; changes whenever the target changed in a way that matters (head sha, updatedAt). */
  version: string;
}

/** What one call may use. */
export interface CallContext {
  principal: Principal;
  /** The principal's accounts elsewhere; empty when the people map does not know them. */
  elsewhere: PersonElsewhere;
  /** Aborts with the turn (reads) or at the request deadline (writes). */
  signal: AbortSignal;
  /** Unique per call; of a write: the action's id, to be left in the target as a marker. */
  callId: string;
  /** Where it was asked, and so who reads along; absent where nobody asked in Slack. */
  place?: Pick<ConversationRef, "channel" | "kind">;
  /**
   * Whose account acts in a system: the person's own where it is connected, else the service's. Of a write: the account
   * that was approved.
   */
  actsAs(system: string): "person" | "service";
  /** The right to send this one write; only while the executor runs it. Passed on by the system's call helper. */
  capability?: Capability;
  now(): Date;
}

/** A button under an answer: one exact call, to be proposed when somebody clicks it, or the beginning of one. */
export interface Offer {
  tool: string;
  args: JsonObject;
  /** At most 75 characters. */
  label: string;
  /** The button opens a form filled in with the arguments: some are missing, or they are to be seen first. */
  form?: true;
}

/** What a call gives back. */
export interface ToolOutput {
  /** Markdown for the model and for people, within the tool's size cap. Text of others stands inside it as data. */
  text: string;
  /** Where it comes from: shown as sources below the answer. */
  sources: { label: string; url: string }[];
  /** Facts for code (follow, tests); small. */
  data?: JsonObject;
  /** Names of untrusted texts that were read ("description of !482 by outside-contributor"). Empty: none. */
  untrusted: string[];
  offers?: Offer[];
  /** What was found, as values that other tools take as an argument: for the option lists of forms. */
  choices?: { value: string; label: string }[];
}

/** Answer of `find`: did that write happen? */
export type Found =
  | { kind: "done"; output: ToolOutput }
  | { kind: "not_done" }
  | { kind: "unknown"; why: string };

/** State of something that runs on after the write (a retried job, merge when green). */
export interface Progress {
  /** Short, people's words: `job 99131 running`. */
  text: string;
  ended: boolean;
  ok?: boolean;
}

/** Where a tool came from that others define: an API's document, an MCP server. */
export interface ToolOrigin {
  /** The reviewed file that lists it, from the folder of the tools: `apis/payments.yml`. */
  file: string;
  /** Its definition as it was accepted: `pinOf` of tools/lock.ts. */
  pin: string;
}

interface ToolBase {
  /** `system_noun_verb`, at most 64 characters. */
  name: string;
  /** People's words, for cards, steps and lists: `Merge a merge request`. */
  title: string;
  /** One or two sentences for the model. */
  description: string;
  /** Toolkit: `gitlab`, `crm`. */
  system: string;
  /** Flat object of the arguments as people and models give them. */
  input: z.ZodObject;
  /** How the offline router finds each argument in a sentence. */
  slots: Record<string, SlotKind>;
  /** Sentences that ask for this tool, with `{slot}` placeholders; they train the offline router. */
  examples: string[];
  /** Entity types that `resolve` may answer as target. */
  targetTypes: string[];
  /** Cedar types of `Resolved.policyArgs`; all optional there. */
  policyArgs: Record<string, "String" | "Long" | "Boolean" | "Decimal">;
  /**
   * Only the person's own account may do it where people can connect one (approve, merge, deploy): without it the gate
   * answers with a `NeedsConnectionError`.
   */
  asPerson?: boolean;
  /** The step line while it runs: `Reading pipeline 8812`. */
  step(input: JsonObject): string;
  /** Who answers for it: a team or a group, as its file says. */
  owner?: string;
  /** Absent for tools written here. */
  origin?: ToolOrigin;
}

/** A tool that only reads: risk R0. */
export interface ReadTool extends ToolBase {
  effect: "read";
  /**
   * Forms list values for arguments of this kind by calling this read for the person who fills them in: they see what
   * they may see. `words` gives its arguments from the words typed so far (empty at first).
   */
  lists?: { kind: SlotKind; words(typed: string): JsonObject };
  resolve(input: JsonObject, context: CallContext): Promise<Resolved>;
  run(args: JsonObject, context: CallContext): Promise<ToolOutput>;
}

/** A tool that changes something. Only the executor runs it, and only with an approved action. */
export interface WriteTool extends ToolBase {
  effect: "write" | "egress";
  resolve(input: JsonObject, context: CallContext): Promise<ResolvedWrite>;
  /** The target's version now, read live from canonical arguments. */
  version(args: JsonObject, context: CallContext): Promise<string>;
  /**
   * Sends the write once, with a precondition where the system takes one. Throws `TerminalError` when the
   * system surely refused, `UnknownOutcomeError` when nobody can know.
   */
  run(args: JsonObject, context: CallContext): Promise<ToolOutput>;
  /** Looks whether the write of `context.callId` happened, and answers only what it can prove. */
  find(args: JsonObject, context: CallContext): Promise<Found>;
  /** Every risk that `resolve` may answer, lowest first: for lists and for what a mode switches off. */
  risks?: readonly Exclude<Risk, 0>[];
  /** Milliseconds the system itself may lag behind a write before `find` may say "not done". */
  lagMs: number;
  /** Progress of what runs on afterwards; absent where the reply is the end. */
  follow?(args: JsonObject, output: ToolOutput, context: CallContext): Promise<Progress>;
  /**
   * The call that takes this one back, with everything it needs in its arguments; absent where there is none,
   * `undefined` where this very call cannot be taken back. Declared only: it runs through the gate like any other call.
   */
  undo?(
    args: JsonObject,
    output: ToolOutput,
    context: CallContext,
  ): Promise<{ tool: string; args: JsonObject } | undefined>;
}

export type Tool = ReadTool | WriteTool;

/** Parents of each entity type of a system, so that the policy schema can be generated. */
export type EntityTypes = Record<string, string[]>;

/** What tools/index.ts gives: the tools that are configured, and the resource tree they speak of. */
export interface Toolbox {
  tools: Tool[];
  entityTypes: EntityTypes;
}

/** Tells a write (or egress) from a read, for the compiler too. */
export const isWrite = (tool: Tool): tool is WriteTool => tool.effect !== "read";

/** `R2`, as cards show it. */
export const riskName = (risk: Risk): string => `R${risk}`;
