import { limits } from "../core/limits.ts";
import { isWrite } from "../core/tool.ts";
import { entry } from "./audit-entries.ts";
import { followFirstSeconds } from "./follow-pace.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import { settle } from "./settle.ts";
import { tellTurn } from "./tell-turn.ts";
import type { GateSweep } from "./types.ts";

/** A live owner whose outcome could not be stored: long after anything could still be sent or answered. */
const executingGraceSeconds = limits.writeRequestSeconds + 60;

const lostText = "The process that was sending this ended before the answer was stored.";

const expire = (parts: Parts, found: LedgerAction): Promise<void> =>
  parts.transact(async (tx) => {
    const turn = await parts.ledger.actions.lockTurn(tx, found.turn);
    const step = { state: "expired", settled: true } as const;
    const expired = await parts.ledger.actions.move(tx, found.id, ["waiting", "approved"], step);
    if (expired === undefined) return;
    await parts.audit.appendIn(tx, entry("action.expired", "steward", expired));
    await tellTurn(parts, tx, expired, turn);
  });

const lose = async (parts: Parts, action: LedgerAction): Promise<void> => {
  if (action.token === null) return;
  const by = { token: action.token, from: ["executing"] as const, actor: "steward" };
  await settle(parts, action, { state: "unknown", outcome: { text: lostText } }, by);
};

/** R10 for actions: re-derives from state what a lost job, a dead process or the clock left undone. */
export const createSweep = (parts: Parts): GateSweep["sweep"] => {
  const { lost, effects } = parts.ledger;
  const followed = parts.catalogue.all
    .filter((tool) => isWrite(tool) && tool.follow !== undefined)
    .map(({ name }) => name);

  const each = async (
    what: string,
    find: () => Promise<LedgerAction[]>,
    mend: (action: LedgerAction) => Promise<void>,
  ): Promise<void> => {
    for (const action of await find()) {
      try {
        await mend(action);
        parts.log.info({ action: action.id, what }, "the sweep mended an action");
      } catch (error) {
        // One that cannot be mended must not keep the others from it; the next sweep tries again.
        parts.log.error({ err: error, action: action.id, what }, "the sweep could not mend an action");
      }
    }
  };

  return async () => {
    await each(
      "expired",
      () => lost.expired(),
      (action) => expire(parts, action),
    );
    await each(
      "executing",
      () => lost.lostExecuting(executingGraceSeconds),
      (action) => lose(parts, action),
    );
    await each(
      "approved",
      () => lost.approvedWithoutJob(),
      (action) => parts.transact((tx) => effects.actSoon(tx, action)),
    );
    await each(
      "followed",
      () => lost.unfollowed(followed, limits.followSecondsMax),
      (action) => parts.transact((tx) => effects.followSoon(tx, action.id, followFirstSeconds)),
    );
  };
};
