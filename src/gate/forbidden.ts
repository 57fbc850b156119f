import { messageOf } from "../core/errors.ts";
import type { Principal } from "../core/principal.ts";
import type { Tool } from "../core/tool.ts";
import { deniedText } from "./assess.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";

/** What rules forbid this person whatever it is about; nothing when that cannot be told now, since each call is decided anyway. */
const forbiddenTo = async (parts: Parts, principal: Principal, tool: Tool) => {
  try {
    return await parts.policy.forbids(principal, tool);
  } catch (error) {
    parts.log.warn(
      { tool: tool.name, why: messageOf(error) },
      "what is forbidden to a person could not be told",
    );
    return undefined;
  }
};

/** Refuses what could never be allowed before any system is asked about it, with the rule's own words. */
export const refuseForbidden = async (parts: Parts, principal: Principal, tool: Tool): Promise<void> => {
  const denial = await forbiddenTo(parts, principal, tool);
  if (denial !== undefined) throw new Refusal("policy_denied", deniedText(tool, denial));
};

/** The tools worth offering to somebody: all but what could never be allowed. */
export const allowable = async (parts: Parts, principal: Principal): Promise<Tool[]> => {
  if (!principal.active || principal.bot) return [];
  const { all } = parts.catalogue;
  const denials = await Promise.all(all.map((tool) => forbiddenTo(parts, principal, tool)));
  return all.filter((_, at) => denials[at] === undefined);
};

/** Why somebody may use no tool at all; nothing where the rules leave them any, or there are none. */
export const createForbiddenTo =
  (parts: Parts) =>
  async (principal: Principal): Promise<string | undefined> => {
    if (!principal.active) return "Your account is not known here, or not active.";
    const { all } = parts.catalogue;
    const denials = await Promise.all(all.map((tool) => forbiddenTo(parts, principal, tool)));
    return denials.every((denial) => denial !== undefined) ? denials[0]?.reason : undefined;
  };
