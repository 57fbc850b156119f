import type { Ask } from "../core/action.ts";
import { credentialName } from "../core/capability.ts";
import { TerminalError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Principal } from "../core/principal.ts";
import type { WriteTool } from "../core/tool.ts";
import { assess, confirmRule, deniedText } from "./assess.ts";
import { credentialOf } from "./accounts.ts";
import { readVersion } from "./calls.ts";
import { actionDigest } from "./digest.ts";
import { answerable } from "./eligible.ts";
import { whyChanged, whyMoved } from "./moved.ts";
import type { Parts } from "./parts.ts";
import type { PolicyRequest } from "./policy-port.ts";
import type { LedgerAction, LedgerVote } from "./ports.ts";
import { requestOf } from "./request.ts";
import { allMet, type Voice } from "./votes.ts";

/** What the last look before acting says. */
export type Recheck =
  | { kind: "go"; tool: WriteTool }
  /** The question has to be put to people again: votes are void. */
  | { kind: "again"; why: string; principal: Principal }
  | { kind: "end"; state: "failed" | "cancelled"; why: string };

const end = (state: "failed" | "cancelled", why: string): Recheck => ({ kind: "end", state, why });

/** The rules' questions as they are now; undefined when one of them was never put to anybody. */
const asksNow = (action: LedgerAction, decided: readonly Ask[]): readonly Ask[] | undefined => {
  // Policy asks for less than when people were asked: what they were asked still has to be met.
  const nothingNew = decided.every(({ policy }) => policy === confirmRule) && action.asks.length > 0;
  if (nothingNew) return action.asks;
  const known = (ask: Ask): boolean =>
    action.asks.some((asked) => asked.policy === ask.policy && asked.group === ask.group);
  return decided.every(known) ? decided : undefined;
};

/** The approvals that count now, by voters as the directory has them now. */
const voicesNow = (
  parts: Parts,
  votes: readonly LedgerVote[],
  asks: readonly Ask[],
  request: PolicyRequest,
): Promise<Voice[]> =>
  Promise.all(
    votes.map(async ({ person, voter }) => {
      const known = await parts.directory.person(voter.workspace, voter.user);
      const may = known === undefined ? [] : await answerable(parts, known, asks, request);
      return { person, asks: may.map(({ policy }) => policy) };
    }),
  );

/** A person's own account may have been disconnected since; the service's is the operator's and stays. */
const stillSigned = async (parts: Parts, { system, credential }: LedgerAction, principal: Principal) =>
  credential === credentialName({ system, as: "service" }) ||
  credential === credentialOf(await parts.connections.of(principal), system, principal);

const versionNow = async (
  parts: Parts,
  tool: WriteTool,
  action: LedgerAction,
  principal: Principal,
): Promise<Recheck> => {
  try {
    const version = await readVersion(parts, tool, action, limits.readRequestSeconds);
    return version === action.targetVersion
      ? { kind: "go", tool }
      : { kind: "again", why: whyMoved, principal };
  } catch (error) {
    if (error instanceof TerminalError) return end("failed", `Nothing was sent. ${error.message}`);
    throw error;
  }
};

/**
 * R7 (a): everything that takes the network, looked at again outside any transaction: the stored request is what was
 * approved, the tool is the same, policy still says yes, those who approved still may, the target has not moved.
 * Throws what cannot be looked up at the moment; the job is then tried again.
 */
export const recheck = async (parts: Parts, action: LedgerAction): Promise<Recheck> => {
  const principal = await parts.directory.person(action.principal.workspace, action.principal.user);
  if (principal?.active !== true) {
    return end("cancelled", `${action.principal.name} is no longer active here.`);
  }
  const tool = parts.catalogue.unchanged(action.tool, action.definition);
  if (tool === undefined) return { kind: "again", why: whyChanged, principal };
  if (actionDigest(action) !== action.digest) {
    parts.log.error({ action: action.id }, "an approved action does not match its digest");
    return end("failed", "What is stored is not what was approved. Nothing was sent; tell an admin.");
  }
  const stored = requestOf(action);
  const [marks, votes] = await Promise.all([
    parts.ledger.marks.of(action.conversation),
    parts.ledger.votes.of(action.id),
  ]);
  const context = { ...stored.context, untrusted: marks.length > 0 };
  const request = { ...stored, principal, context };
  const assessment = await assess(parts, request);
  if (assessment.kind === "denied") return end("cancelled", `${deniedText(tool, assessment)}.`);
  const asks = asksNow(action, assessment.asks);
  if (asks === undefined) return { kind: "again", why: "The rules ask for more than before.", principal };
  const approvals = votes.filter(({ verdict }) => verdict === "approve");
  if (!allMet(asks, await voicesNow(parts, approvals, asks, request))) {
    return { kind: "again", why: "Somebody who approved may no longer approve this.", principal };
  }
  if (!(await stillSigned(parts, action, principal))) {
    return {
      kind: "again",
      why: `The account in ${action.system} it was to be done with is gone.`,
      principal,
    };
  }
  return versionNow(parts, tool, action, principal);
};
