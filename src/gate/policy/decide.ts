import type { Decision } from "../../core/decision.ts";
import { messageOf } from "../../core/errors.ts";
import type { PolicyRequest } from "../policy-port.ts";
import type { CedarAnswer, CedarSet } from "./engine.ts";
import type { LoadedPolicies, Rule } from "./load.ts";
import { asksOf } from "./owners.ts";
import { callRequest, type RequestParts } from "./request.ts";

/** The two sets: `full` is all rules, `hard` all but the forbids with `@ask`. */
export type Sets = Record<"full" | "hard", CedarSet>;

const deny = (reason: string, policies: string[] = []): Decision => ({ kind: "deny", policies, reason });

const place = (rule: Rule | undefined): string => (rule === undefined ? "" : ` (${rule.file}:${rule.line})`);

/** A rule that cannot be evaluated denies everything it might have forbidden; Cedar itself would skip it. */
const broken = ({ errors }: CedarAnswer, { rules }: LoadedPolicies): Decision => {
  const named = errors.map(({ policy, message }) => `'${policy}'${place(rules.get(policy))}: ${message}`);
  return deny(
    `A rule could not be evaluated, so this is denied until it is mended: ${named.join("; ")}.`,
    errors.map(({ policy }) => policy),
  );
};

const refused = (request: PolicyRequest, { reasons }: CedarAnswer, { rules }: LoadedPolicies): Decision => {
  const { principal, tool, target } = request;
  if (reasons.length === 0) {
    return deny(
      `No rule lets ${principal.name} use ${tool.name} on ${target.label}. An admin can add one to policies/.`,
    );
  }
  const said = reasons.map((id) => rules.get(id)?.because ?? `Rule ${id} forbids it.`);
  return deny(said.join(" "), reasons);
};

const asked = (
  request: PolicyRequest,
  { reasons }: CedarAnswer,
  { rules, folder, files }: LoadedPolicies,
): Decision => {
  const determining = [...rules.values()].filter(({ name }) => reasons.includes(name));
  const asks = determining.map((rule) =>
    rule.ask === undefined ? undefined : asksOf(rule.name, rule.ask, request.target, files.owners),
  );
  const ownerless = determining.filter((_, i) => asks[i] === undefined);
  if (ownerless.length > 0) {
    const { target } = request;
    return deny(
      `Rule ${ownerless[0]?.name ?? ""} asks the owners of ${target.label}, and ${folder}/owners.yml names none for ${target.type}/${target.id} or anything above it. Add one.`,
      ownerless.map(({ name }) => name),
    );
  }
  if (asks.length === 0) return deny("No rule says who is to be asked.");
  return { kind: "ask", asks: asks.flatMap((some) => some ?? []) };
};

/**
 * Decides one request, fail-closed: allowed only by all rules together; denied when the rules without `@ask` deny
 * (so that nobody is asked in vain); else asked, by exactly the `@ask` rules that stood in the way.
 */
export const createDecide =
  (loaded: LoadedPolicies, sets: Sets, parts: RequestParts) =>
  async (request: PolicyRequest): Promise<Decision> => {
    try {
      if (!request.principal.active)
        return deny(`${request.principal.name} is deactivated and may do nothing.`);
      const cedar = await callRequest(request, parts);
      const full = sets.full(cedar);
      if (full.errors.length > 0) return broken(full, loaded);
      if (full.allowed) return { kind: "allow", policies: full.reasons };
      const hard = sets.hard(cedar);
      if (hard.errors.length > 0) return broken(hard, loaded);
      return hard.allowed ? asked(request, full, loaded) : refused(request, hard, loaded);
    } catch (error) {
      return deny(
        `Policy could not be evaluated for ${request.tool.name}, so it is denied: ${messageOf(error)}.`,
      );
    }
  };
