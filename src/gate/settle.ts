import type { ActionOutcome, ActionState } from "../core/action.ts";
import { TerminalError, UnknownOutcomeError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { ToolOutput } from "../core/tool.ts";
import { entry } from "./audit-entries.ts";
import { followFirstSeconds } from "./follow-pace.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import { tellTurn } from "./tell-turn.ts";

/** How a sent write ended. */
export interface Settlement {
  state: Extract<ActionState, "succeeded" | "failed" | "unknown">;
  outcome: ActionOutcome;
}

const capped = (text: string): string =>
  text.length > limits.toolTextCharsMax ? `${text.slice(0, limits.toolTextCharsMax)}…` : text;

/** The write happened, and this is what the system says of it. */
export const succeeded = (output: ToolOutput): Settlement => ({
  state: "succeeded",
  outcome: { text: capped(output.text), output: { ...output, text: capped(output.text) } },
});

/**
 * What a write threw. Only a `TerminalError` proves that nothing happened; everything else may have reached the system,
 * so nobody can say, and nothing repeats it.
 */
export const thrown = (parts: Parts, action: LedgerAction, error: unknown): Settlement => {
  if (error instanceof TerminalError) return { state: "failed", outcome: { text: error.message } };
  if (error instanceof UnknownOutcomeError) return { state: "unknown", outcome: { text: error.message } };
  parts.log.warn({ err: error, action: action.id, tool: action.tool }, "a write's outcome is unknown");
  const text = `${action.system} did not answer, so nobody can say yet whether it happened.`;
  return { state: "unknown", outcome: { text } };
};

/**
 * R7 (d), R8: writes an outcome, once: only while the action still carries this token and stands in `from`. Outcome,
 * audit row, untrusted marks, card and the turn's wake commit together. Nothing when somebody else settled it first.
 */
export const settle = (
  parts: Parts,
  action: LedgerAction,
  { state, outcome }: Settlement,
  by: { token: string; from: readonly ActionState[]; actor: string; postKey?: string },
): Promise<LedgerAction | undefined> =>
  parts.transact(async (tx) => {
    const { actions, effects, marks } = parts.ledger;
    const turn = await actions.lockTurn(tx, action.turn);
    const followed = state === "succeeded" && parts.catalogue.write(action.tool)?.tool.follow !== undefined;
    const settled = await actions.settle(tx, action.id, { ...by, state, outcome, followed });
    if (settled === undefined) return undefined;
    const names = outcome.output?.untrusted ?? [];
    if (names.length > 0 && turn.conversation !== undefined) await marks.addIn(tx, turn.conversation, names);
    await Promise.all([
      parts.audit.appendIn(tx, {
        ...entry(`action.${state}`, by.actor, settled),
        payload: { text: outcome.text, ...(outcome.by !== undefined && { by: outcome.by }) },
      }),
      tellTurn(parts, tx, settled, turn, by.postKey),
    ]);
    if (followed) await effects.followSoon(tx, action.id, followFirstSeconds);
    return settled;
  });
