import type { Capability } from "../core/capability.ts";
import { AmbiguousError, NeedsConnectionError, RetryableError, TerminalError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { PersonElsewhere, Principal } from "../core/principal.ts";
import type { CallContext, Resolved, Tool, WriteTool } from "../core/tool.ts";
import { accountsOfAction, type Own } from "./accounts.ts";
import { DeadlineError, withDeadline } from "./deadline.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";

/** Names resolved to ids: a handful of look-ups, each with its own deadline. */
const resolveSecondsMax = 25;

type Named = Pick<Tool, "name" | "title" | "system">;

/** For whom, under which id, by whose accounts, and what ends it early. */
export interface Caller {
  principal: Principal;
  callId: string;
  own: Own;
  place?: CallContext["place"];
  signal?: AbortSignal;
}

/** The caller of whatever is done about a stored action. */
export const callerOf = async (parts: Parts, action: LedgerAction): Promise<Caller> => ({
  principal: action.principal,
  callId: action.id,
  own: await accountsOfAction(parts, action),
});

/** Who the person is elsewhere: as they connected it themselves, else as the people map has it. */
const elsewhereOf = (parts: Parts, { principal, own }: Caller): PersonElsewhere => {
  const gitlab = own.get("gitlab");
  return { ...parts.elsewhere(principal), ...(gitlab !== undefined && gitlab !== "" && { gitlab }) };
};

/** What a tool gets to know of a call; a capability only where the executor makes it. */
export const contextOf = (
  parts: Parts,
  caller: Caller,
  signal: AbortSignal,
  capability?: Capability,
): CallContext => ({
  principal: caller.principal,
  elsewhere: elsewhereOf(parts, caller),
  signal,
  callId: caller.callId,
  ...(caller.place !== undefined && { place: caller.place }),
  actsAs: (system) => (caller.own.has(system) ? "person" : "service"),
  ...(capability !== undefined && { capability }),
  now: () => parts.clock.now(),
});

/**
 * What a tool threw, as a refusal in words that say what to do next. Errors that are not meant for people are logged
 * and told by their reference alone. The caller's own abort is rethrown: it is nobody's fault and nobody reads it.
 */
export const toolTrouble = (parts: Parts, tool: Named, caller: Caller, error: unknown): Refusal => {
  if (caller.signal?.aborted === true) throw error;
  if (error instanceof Refusal) return error;
  if (error instanceof AmbiguousError) {
    const { ambiguity } = error;
    return new Refusal(error.code, error.message, { cause: error, ambiguity });
  }
  if (error instanceof NeedsConnectionError) {
    return new Refusal(error.code, error.message, { cause: error, needs: error.system });
  }
  if (error instanceof TerminalError) return new Refusal(error.code, error.message, { cause: error });
  if (error instanceof RetryableError) {
    const seconds = Math.ceil(error.afterMs / 1000);
    const again = `It may work again in ${seconds} s.`;
    return new Refusal(error.code, `${error.message} ${again}`, { cause: error, passing: true });
  }
  if (error instanceof DeadlineError) {
    const text = `${tool.title}: ${tool.system} gave no answer in time. Ask for less at once, or try again later.`;
    return new Refusal("deadline", text, { cause: error, passing: true });
  }
  parts.log.error({ err: error, tool: tool.name, call: caller.callId }, "a tool failed unexpectedly");
  const text = `${tool.title} failed for a reason it did not foresee; nothing was changed (reference ${caller.callId}).`;
  return new Refusal("tool_failed", text, { cause: error, passing: true });
};

/** Resolves a call's names under a deadline. Throws a `Refusal` in words. */
export const resolveCall = async <R extends Resolved>(
  parts: Parts,
  tool: Named & { resolve(input: JsonObject, context: CallContext): Promise<R> },
  input: JsonObject,
  caller: Caller,
): Promise<R> => {
  try {
    return await withDeadline(resolveSecondsMax, caller.signal, (signal) =>
      tool.resolve(input, contextOf(parts, caller, signal)),
    );
  } catch (error) {
    throw toolTrouble(parts, tool, caller, error);
  }
};

/** The target's version now. Throws what the tool throws, or a `DeadlineError`. */
export const readVersion = (
  parts: Parts,
  tool: WriteTool,
  action: LedgerAction,
  seconds: number,
): Promise<string> =>
  withDeadline(seconds, undefined, async (signal) =>
    tool.version(action.args, contextOf(parts, await callerOf(parts, action), signal)),
  );
