import { messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Progress, WriteTool } from "../core/tool.ts";
import { inThread } from "./audience.ts";
import { entry } from "./audit-entries.ts";
import { callerOf, contextOf } from "./calls.ts";
import { withDeadline } from "./deadline.ts";
import { followDelaySeconds } from "./follow-pace.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import type { GateExecutor } from "./types.ts";

/** An edited card notifies nobody: after this long the requester is told by a reply of its own. */
const tellAfterSeconds = 5 * 60;

const ageSeconds = (parts: Parts, since: Date | null): number =>
  since === null ? 0 : (parts.clock.now().getTime() - since.getTime()) / 1000;

const look = async (parts: Parts, tool: WriteTool, action: LedgerAction): Promise<Progress | undefined> => {
  const { follow } = tool;
  const output = action.outcome?.output;
  if (follow === undefined || output === undefined) return undefined;
  return withDeadline(limits.readRequestSeconds, undefined, async (signal) =>
    follow.call(tool, action.args, output, contextOf(parts, await callerOf(parts, action), signal)),
  );
};

const record = (parts: Parts, action: LedgerAction, progress: Progress): Promise<void> =>
  parts.transact(async (tx) => {
    const { actions, effects } = parts.ledger;
    const outcome = { ...action.outcome, text: action.outcome?.text ?? "", progress: progress.text };
    const changed = await actions.setProgress(tx, action.id, outcome, progress.ended);
    if (!changed) return;
    if (progress.text !== action.outcome?.progress || progress.ended)
      await effects.updateCard(tx, action.card);
    if (!progress.ended) {
      await effects.followSoon(tx, action.id, followDelaySeconds(ageSeconds(parts, action.settledAt)));
      return;
    }
    await parts.audit.appendIn(tx, {
      ...entry("action.followed", "steward", action, { ok: progress.ok ?? null }),
      payload: { text: progress.text },
    });
    const conversation = await effects.conversationIn(tx, action.conversation);
    if (conversation === undefined || ageSeconds(parts, action.createdAt) < tellAfterSeconds) return;
    const text = `${action.preview.sentence}: ${progress.text}`;
    await effects.postNotice(
      tx,
      `followed:${action.id}`,
      inThread(conversation),
      text,
      action.principal.user,
    );
  });

/** One look at what runs on after a write, onto its card; the next look is scheduled with it. At most for a day. */
export const createFollow =
  (parts: Parts): GateExecutor["follow"] =>
  async (id) => {
    const action = await parts.ledger.actions.get(id);
    if (action?.state !== "succeeded" || action.followEndedAt !== null) return;
    const entry = parts.catalogue.write(action.tool);
    const last = action.outcome?.progress ?? "its state could not be read yet";
    if (entry === undefined || ageSeconds(parts, action.settledAt) > limits.followSecondsMax) {
      await record(parts, action, { text: `${last}; not followed any longer`, ended: true });
      return;
    }
    try {
      const progress = await look(parts, entry.tool, action);
      await record(parts, action, progress ?? { text: last, ended: true });
    } catch (error) {
      parts.log.info(
        { action: id, why: messageOf(error) },
        "what runs on could not be looked at; later again",
      );
      await record(parts, action, { text: last, ended: false });
    }
  };
