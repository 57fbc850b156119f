import type { Ask } from "../core/action.ts";
import { limits } from "../core/limits.ts";
import type { Tool } from "../core/tool.ts";
import { mayAnswer } from "./eligible.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { PolicyRequest } from "./policy-port.ts";

/** The gate's own question, where policy alone would let a write run: the requester's click. */
export const confirmRule = "gate-requester-confirms";

const confirmation = (because: string): Ask => ({
  policy: confirmRule,
  group: "requester",
  count: 1,
  because,
  reason: false,
});

const forcedBecause = async (
  parts: Parts,
  { context, tool, principal }: PolicyRequest,
  askedBefore: boolean,
): Promise<string | undefined> => {
  if (context.untrusted) return "Untrusted text was read in this conversation.";
  // Where the person's own account acts, the system itself tells who may.
  const own = parts.serviceAccountActs && (await parts.connections.of(principal)).has(tool.system);
  if (parts.serviceAccountActs && !own) return `${tool.system} is reached by a service account.`;
  return askedBefore ? "What this was about has changed." : undefined;
};

/** What policy says of a write, with the gate's own floor: no asks means that it may run unattended. */
export type Assessment =
  | { kind: "may"; asks: Ask[] }
  | { kind: "denied"; policies: string[]; reason: string };

/**
 * Asks policy about a write. An `allow` still becomes a question to the requester in a conversation that has read
 * untrusted text (I13), while a service account acts for people, and where the call was put to people before.
 */
export const assess = async (
  parts: Parts,
  request: PolicyRequest,
  askedBefore = false,
): Promise<Assessment> => {
  const decision = await parts.policy.decide(request);
  if (decision.kind === "deny") {
    return { kind: "denied", policies: decision.policies, reason: decision.reason };
  }
  if (decision.kind === "ask") return { kind: "may", asks: decision.asks };
  const because = await forcedBecause(parts, request, askedBefore);
  return { kind: "may", asks: because === undefined ? [] : [confirmation(because)] };
};

/** The asks of a write that may be put to people; throws a `Refusal` for a denial, or where a question would be in vain. */
export const asksOrRefuse = async (
  parts: Parts,
  tool: Tool,
  request: PolicyRequest,
  askedBefore = false,
): Promise<Ask[]> => {
  const assessment = await assess(parts, request, askedBefore);
  if (assessment.kind === "denied") {
    throw new Refusal("policy_denied", deniedText(tool, assessment));
  }
  for (const ask of assessment.asks.filter(({ group }) => group === "requester")) {
    if (await mayAnswer(parts, request.principal, ask, request)) continue;
    const text = `${tool.title} would need ${request.principal.name}'s own confirmation (rule ${ask.policy}), which the rules on approving do not let count. Let a policy name a group to be asked (@ask), or ask somebody else to do it.`;
    throw new Refusal("nobody_may_approve", text);
  }
  return assessment.asks;
};

/** A denial in words; the rule stands in it so that a person can look it up. */
export const deniedText = (tool: Tool, denied: { policies: string[]; reason: string }): string =>
  `${tool.title} is not allowed here: ${denied.reason}${
    denied.policies.length === 0 ? "" : ` (rule ${denied.policies.join(", ")})`
  }`;

/** How long an approval stays open: the shortest of the rules' own times and the shipped one. Seconds. */
export const expirySeconds = (asks: readonly Ask[]): number =>
  Math.min(limits.approvalSecondsMax, ...asks.flatMap((ask) => ask.expiresSeconds ?? []));
