import type { Ask } from "../../core/action.ts";
import type { Principal } from "../../core/principal.ts";
import type { PolicyRequest } from "../policy-port.ts";
import type { Sets } from "./decide.ts";
import { personId } from "./entities.ts";
import { approvalRequest, type RequestParts } from "./request.ts";

const isRequester = (voter: Principal, requester: Principal): boolean =>
  requester.kind === "person" && personId(voter) === personId(requester);

/**
 * Whether a vote counts: the voter is one of those asked, and the rules allow them to `approve`. Asking is for
 * calls, so only the rules without `@ask` are weighed. Whatever cannot be evaluated does not count.
 */
export const createMayApprove =
  (sets: Sets, parts: RequestParts) =>
  async (voter: Principal, ask: Ask, request: PolicyRequest): Promise<boolean> => {
    try {
      if (voter.kind !== "person" || !voter.active) return false;
      const isAsked =
        ask.group === "requester"
          ? isRequester(voter, request.principal)
          : await parts.groups.isMember(ask.group, voter);
      if (!isAsked) return false;
      const answer = sets.hard(await approvalRequest(voter, ask.group, request, parts));
      return answer.allowed && answer.errors.length === 0;
    } catch {
      // The directory or the engine failed: the vote can be cast again when they are back.
      return false;
    }
  };
