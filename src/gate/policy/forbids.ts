import { type Context, isAuthorizedPartial } from "@cedar-policy/cedar-wasm/nodejs";
import { StewardError } from "../../core/errors.ts";
import type { Policy } from "../policy-port.ts";
import { principalEntities, principalUid } from "./entities.ts";
import type { LoadedPolicies } from "./load.ts";
import type { RequestParts } from "./request.ts";

/** Answers kept: they depend on nothing but the rules, the person's groups and the tool. */
const keptMax = 5_000;

type Denial = Awaited<ReturnType<Policy["forbids"]>>;

const unknown = (name: string) => ({ __extn: { fn: "unknown", arg: name } });
const anywhere: Context = Object.fromEntries(
  ["risk", "untrusted", "kind", "mode", "frozen", "granted", "channel", "args"].map((name) => [
    name,
    unknown(name),
  ]),
);

/**
 * Whether rules forbid a tool to somebody before its target, place and arguments are known: Cedar evaluates them with
 * those left open, and only a forbid that holds in any case counts. Rules with `@ask` forbid nobody anything for good.
 */
export const createForbids = (loaded: LoadedPolicies, parts: RequestParts): Policy["forbids"] => {
  const hard = [...loaded.rules.values()].filter(({ ask }) => ask === undefined);
  const policies = { staticPolicies: Object.fromEntries(hard.map(({ name, text }) => [name, text])) };
  const kept = new Map<string, Denial>();

  return async (principal, tool) => {
    const member = await Promise.all(
      parts.groupsNamed.map((group) => parts.groups.isMember(group, principal)),
    );
    const entities = principalEntities(
      principal,
      parts.groupsNamed.filter((_, at) => member[at] === true),
    );
    const key = JSON.stringify([tool.name, entities]);
    const known = kept.get(key);
    if (known !== undefined || kept.has(key)) return known;
    const answer = isAuthorizedPartial({
      principal: principalUid(principal),
      action: { type: "Action", id: tool.name },
      resource: null,
      context: anywhere,
      schema: loaded.schema,
      // Unknowns are of no type, which is what they are here for.
      validateRequest: false,
      policies,
      entities,
    });
    if (answer.type === "failure") {
      throw new StewardError("policy_request", answer.errors.map(({ message }) => message).join("; "));
    }
    const { decision, mustBeDetermining } = answer.response;
    const denial: Denial =
      decision === "deny" && mustBeDetermining.length > 0
        ? {
            policies: mustBeDetermining,
            reason: mustBeDetermining
              .map((name) => loaded.rules.get(name)?.because ?? `Rule ${name} forbids it.`)
              .join(" "),
          }
        : undefined;
    if (kept.size >= keptMax) kept.clear();
    kept.set(key, denial);
    return denial;
  };
};
