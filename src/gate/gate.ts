import { createAct } from "./act.ts";
import { createCancelOpen } from "./cancel.ts";
import { createCards } from "./cards.ts";
import { createCatalogue } from "./catalogue.ts";
import { createCheck } from "./check.ts";
import { createDecide } from "./decide.ts";
import { createFollow } from "./follow.ts";
import { allowable, createForbiddenTo } from "./forbidden.ts";
import { createObjection } from "./objection.ts";
import type { GateParts, Parts } from "./parts.ts";
import { createPropose } from "./propose.ts";
import { createPublish } from "./publish.ts";
import { createRead } from "./read.ts";
import { createSweep } from "./sweep.ts";
import type { Gate, GateDecisions, GateExecutor, GateSweep, GateTurns } from "./types.ts";

const createOutcomes =
  ({ ledger }: Parts): Gate["outcomes"] =>
  async (ids) => {
    const newest = await ledger.actions.newest(ids);
    return ids.flatMap((id) => newest.get(id) ?? []);
  };

/**
 * The only way to a tool. Five doors onto one ledger: what agents may do, what turns do in their transactions, what
 * people decide, what workers execute, and what the sweep mends.
 */
export const createGate = (
  given: GateParts,
): {
  gate: Gate;
  turns: GateTurns;
  decisions: GateDecisions;
  executor: GateExecutor;
  sweep: GateSweep;
} => {
  const parts: Parts = { ...given, catalogue: createCatalogue(given.toolbox.tools) };
  return {
    gate: {
      // What policy denies mostly depends on the target, which is not known before a call: only what could never be
      // allowed is not offered; everything else is decided, and explained, call by call.
      visible: ({ principal }) => allowable(parts, principal),
      read: createRead(parts),
      propose: createPropose(parts),
      outcomes: createOutcomes(parts),
    },
    turns: {
      ...createPublish(parts),
      cancelOpen: createCancelOpen(parts),
      objection: createObjection(parts),
      forbiddenTo: createForbiddenTo(parts),
    },
    decisions: { decide: createDecide(parts), check: createCheck(parts), ...createCards(parts) },
    executor: { act: createAct(parts), follow: createFollow(parts) },
    sweep: { sweep: createSweep(parts) },
  };
};
