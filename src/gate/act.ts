import { randomUUID } from "node:crypto";
import type { Capability } from "../core/capability.ts";
import { limits } from "../core/limits.ts";
import type { WriteTool } from "../core/tool.ts";
import { entry } from "./audit-entries.ts";
import { type Caller, callerOf, contextOf } from "./calls.ts";
import { withDeadline } from "./deadline.ts";
import { TargetBusyError } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import { recheck } from "./recheck.ts";
import { endUnsent, refresh } from "./refresh.ts";
import { isExpired } from "./request.ts";
import { runTool } from "./run-tool.ts";
import { settle, type Settlement, succeeded, thrown } from "./settle.ts";
import type { GateExecutor } from "./types.ts";

/** A settlement is in memory alone until it commits: how often it is tried, doubling the pause each time. */
const settleTries = 7;
const settlePauseMs = 200;

/** One send: what was approved, by which accounts, and when its window began (monotonic milliseconds). */
interface Sending {
  tool: WriteTool;
  action: LedgerAction;
  caller: Caller;
  startedMs: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** R7 (b): the one transaction that makes an action ours to send, with the intent row: no audit row, no effect. */
const begin = (parts: Parts, action: LedgerAction, token: string): Promise<LedgerAction | undefined> =>
  parts.transact(async (tx) => {
    const begun = await parts.ledger.actions.beginExecuting(tx, action.id, {
      digest: action.digest,
      token,
      owner: parts.worker,
      windowSeconds: limits.sendWindowSeconds,
    });
    if (begun === "busy") throw new TargetBusyError();
    if (begun === undefined) return undefined;
    await Promise.all([
      parts.audit.appendIn(tx, entry("action.intent", `worker:${parts.worker}`, begun)),
      parts.ledger.effects.updateCard(tx, begun.card),
    ]);
    return begun;
  });

/** The right to send exactly this action, and nothing after the deadline of its request. */
const grantFor = (parts: Parts, { tool, digest, target, credential }: LedgerAction): Capability => ({
  ...{ tool, digest, credential, target: `${target.type}/${target.id}` },
  expires: parts.clock.monotonicMs() + limits.writeRequestSeconds * 1000,
});

/** R7 (c): sends once, and only while the local deadline, counted from before the intent, holds. */
const send = async (parts: Parts, { tool, action, caller, startedMs }: Sending): Promise<Settlement> => {
  if (parts.clock.monotonicMs() - startedMs > limits.sendLocalSeconds * 1000) {
    const text = "Nothing was sent: the time in which it may be sent had passed. Ask again.";
    return { state: "failed", outcome: { text } };
  }
  try {
    const output = await parts.capabilities.lend(grantFor(parts, action), (capability) =>
      withDeadline(limits.writeRequestSeconds, undefined, (signal) => {
        parts.crash("send");
        return runTool(tool, action.args, contextOf(parts, caller, signal, capability));
      }),
    );
    return succeeded(output);
  } catch (error) {
    return thrown(parts, action, error);
  }
};

/** Tries hard to store what happened; when it cannot, the action stays executing and the sweep calls it unknown. */
const settleSurely = async (
  parts: Parts,
  action: LedgerAction,
  settlement: Settlement,
  token: string,
): Promise<void> => {
  const by = { token, from: ["executing", "unknown"], actor: `worker:${parts.worker}` } as const;
  for (let tried = 1; ; tried++) {
    try {
      await settle(parts, action, settlement, by);
      return;
    } catch (error) {
      parts.log.error({ err: error, action: action.id, tried }, "an outcome could not be stored");
      if (tried === settleTries) throw error;
      await pause(settlePauseMs * 2 ** (tried - 1));
    }
  }
};

const execute = async (parts: Parts, action: LedgerAction, tool: WriteTool): Promise<void> => {
  const startedMs = parts.clock.monotonicMs();
  const token = randomUUID();
  // Looked up before the intent: what fails here has surely sent nothing.
  const caller = await callerOf(parts, action);
  const begun = await begin(parts, action, token);
  if (begun === undefined) return;
  parts.crash("intent");
  const settlement = await send(parts, { tool, action: begun, caller, startedMs });
  parts.crash("outcome");
  await settleSurely(parts, begun, settlement, token);
};

/** Runs one approved action. Called any number of times, by anybody, it sends at most once. */
export const createAct =
  (parts: Parts): GateExecutor["act"] =>
  async (id) => {
    const action = await parts.ledger.actions.get(id);
    // Expired ones are the sweep's; all others were done, or are being done, by somebody else.
    if (action?.state !== "approved" || isExpired(action)) return;
    const checked = await recheck(parts, action);
    switch (checked.kind) {
      case "end":
        await endUnsent(parts, action, ["approved"], checked.state, checked.why);
        return;
      case "again":
        await refresh(parts, { action, from: "approved", why: checked.why, principal: checked.principal });
        return;
      case "go":
        try {
          await execute(parts, action, checked.tool);
        } catch (error) {
          if (!(error instanceof TargetBusyError)) throw error;
          await parts.transact((tx) => parts.ledger.effects.actSoon(tx, action, error.afterMs / 1000));
        }
    }
  };
