import { messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { withDeadline } from "./deadline.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import { assessCall } from "./propose.ts";
import type { GateTurns } from "./types.ts";

/** Looks, within the time that a click has, whether a call would be refused to this person. Plans and records nothing. */
export const createObjection =
  (parts: Parts): GateTurns["objection"] =>
  async (call, { principal, conversation }) => {
    try {
      await withDeadline(limits.clickVersionSeconds, undefined, (signal) =>
        assessCall(parts, call, { principal, conversation, origin: "chat", signal }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof Refusal && !error.passing) return error.message;
      // Its turn finds out; a slow system must not cost the person's click.
      parts.log.info({ tool: call.tool, why: messageOf(error) }, "a button's call could not be looked at");
      return undefined;
    }
  };
