import { once } from "node:events";
import type { AgentOutcome, TurnStart } from "../agent/types.ts";
import { FencedError, messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Principal } from "../core/principal.ts";
import { type ConversationRef, noUsage } from "../core/turn.ts";
import { earlierInThread, recollect } from "./context.ts";
import { detachTurn, endTurn, type Last, putBack, type Running, waitForActions } from "./finish.ts";
import { fileNotes, readFiles } from "./files.ts";
import { foldBurst, takeSteering } from "./fold.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem, Run, TurnRecord } from "./ports.ts";
import { failed, gaveUp, noLongerHere, outOfTime } from "./words.ts";

/** Runs of a turn that end in an error, or in the process's death, before it is given up with an answer. */
export const attemptsMax = 3;

/** A turn that R1 gave to this run. */
export interface Claimed {
  conversation: ConversationRef;
  run: Run;
  turn: TurnRecord;
  /** Where it comes from; absent for a turn that was woken. */
  item: InboxItem | undefined;
  /** Turns that ended last in the conversation, oldest first. */
  ended: readonly string[];
  /** Aborts when the turn is no longer ours. */
  fenced: AbortSignal;
  /** Aborts when the process may wait no longer. */
  shutdown: AbortSignal;
}

/** Rejects when the signal aborts, for work that does not look at it. */
const aborted = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
};

const startOf = (
  { turn, run, conversation }: Claimed,
  more: Pick<
    TurnStart,
    "request" | "recollection" | "untrusted" | "signal" | "emit" | "steering" | "files" | "connections"
  > & {
    earlier?: string;
  },
): TurnStart => ({
  ...{ turn: run.turn, token: run.token, conversation, principal: turn.principal, origin: turn.origin },
  ...(turn.agent !== null && { agent: turn.agent }),
  ...more,
});

/** A resumed turn goes on from its checkpoint, or not at all (R2, R11). */
const resume = async (
  parts: TurnParts,
  claimed: Claimed,
  start: TurnStart,
): Promise<AgentOutcome | undefined> => {
  if (claimed.turn.shape !== parts.agents.shape) return undefined;
  parts.crash("resuming");
  return parts.agents.resume(start);
};

/** Who asked, as they are now: hours may lie before a resume. Acts look by themselves, and refuse where they cannot. */
const personNow = async ({ people, log }: TurnParts, { id, principal }: TurnRecord): Promise<Principal> => {
  try {
    return await people.principal(principal.workspace, principal.user);
  } catch (error) {
    log.warn({ turn: id, reason: messageOf(error) }, "who asked could not be looked up anew");
    return principal;
  }
};

/** Nothing more is read or proposed for somebody who has left. */
const gone = ({ agent, principal }: TurnRecord): AgentOutcome => ({
  ...{ kind: "failed", agent: agent ?? "steward", usage: noUsage(), planner: "none" },
  reason: noLongerHere(principal.name),
});

/** One pass of the agents; `undefined`: the checkpoint does not fit. */
const think = async (
  parts: TurnParts,
  claimed: Claimed,
  running: Running,
  signal: AbortSignal,
  emit: TurnStart["emit"],
): Promise<AgentOutcome | undefined> => {
  const { conversation, turn, run, item, ended } = claimed;
  running.recollection = await recollect(parts, conversation, turn.principal, ended);
  if (turn.waited) {
    const principal = await personNow(parts, turn);
    if (!principal.active) return gone(turn);
    const untrusted = await parts.marks.of(conversation.key);
    const { recollection, request } = running;
    const connections = await parts.connections.of(run.turn);
    return resume(
      parts,
      claimed,
      startOf(
        { ...claimed, turn: { ...turn, principal } },
        { request, recollection, untrusted, signal, emit, connections },
      ),
    );
  }
  const earlier =
    item === undefined || (ended.length > 0 && turn.overheard !== true)
      ? undefined
      : await earlierInThread(parts, claimed, item, ended.length === 0 ? "the beginning" : "my last words");
  const files = await readFiles(parts, claimed, { emit, signal });
  running.notes = fileNotes(files);
  const untrusted = await parts.marks.of(conversation.key);
  const folding = item && { conversation, run, item };
  if (folding !== undefined) running.request = await foldBurst(parts, folding, turn.request);
  const { recollection, request } = running;
  return parts.agents.start(
    startOf(claimed, {
      ...{ request, recollection, untrusted, signal, emit },
      ...(earlier !== undefined && { earlier }),
      ...(files.length > 0 && { files }),
      ...(folding !== undefined && { steering: () => takeSteering(parts, folding, running) }),
    }),
  );
};

/** An answer with what code says below it. */
const answered = (outcome: AgentOutcome & { kind: "answer" }, notes: readonly string[]): Last => ({
  state: "done",
  text: [outcome.text, ...notes].join("\n\n"),
  outcome: { ...outcome, notes: [...outcome.notes, ...notes] },
});

const commit = (parts: TurnParts, running: Running, outcome: AgentOutcome | undefined): Promise<void> => {
  if (outcome === undefined) return detachTurn(parts, running);
  switch (outcome.kind) {
    case "waiting":
      return waitForActions(parts, running, outcome);
    case "answer":
      return endTurn(parts, running, answered(outcome, running.notes));
    case "failed":
      return endTurn(parts, running, {
        state: "failed",
        text: failed(outcome.reason, running.run.turn),
        outcome,
      });
    default:
      return outcome satisfies never;
  }
};

/**
 * What an error of a run means: fenced is quiet, out of time is an answer, a shutdown gives the turn back at once, all
 * else is tried again a little later and given up, with an answer, after the last try.
 */
const recover = async (
  parts: TurnParts,
  claimed: Claimed,
  running: Running,
  deadline: AbortSignal,
  error: unknown,
): Promise<void> => {
  const { run, turn, conversation, fenced, shutdown } = claimed;
  if (error instanceof FencedError || fenced.aborted) return;
  if (shutdown.aborted) return putBack(parts, conversation, run, { seconds: 0, counted: false });
  if (deadline.aborted) {
    const seconds = parts.secondsMax ?? limits.turnSecondsMax;
    return endTurn(parts, running, { state: "failed", text: outOfTime(seconds, turn.waited, run.turn) });
  }
  parts.log.error({ err: error, turn: run.turn, attempt: turn.attempts }, "a run of a turn failed");
  if (turn.attempts < attemptsMax) {
    return putBack(parts, conversation, run, { seconds: turn.attempts ** 2, counted: true });
  }
  const text = gaveUp(turn.attempts, error, turn.waited, run.turn);
  return endTurn(parts, running, { state: "failed", text });
};

const quietWhenFenced = (error: unknown): void => {
  if (!(error instanceof FencedError)) throw error;
};

/** Runs a claimed turn to one of its ends. Throws only when not even its state could be written. */
export const runTurn = async (parts: TurnParts, claimed: Claimed): Promise<void> => {
  const { run, turn, conversation, fenced, shutdown } = claimed;
  const running: Running = {
    ...{ conversation, run, turn, request: turn.request },
    recollection: { summary: "", recent: [] },
    notes: [],
  };
  if (turn.attempts > attemptsMax) {
    // Its runs ended with their processes: whatever it does to them, it is not done again.
    const text = gaveUp(attemptsMax, undefined, turn.waited, run.turn);
    // Its row keeps the conversation's summary as all others do: nothing older is forgotten with it.
    running.recollection = await recollect(parts, conversation, turn.principal, claimed.ended);
    return endTurn(parts, running, { state: "failed", text }).catch(quietWhenFenced);
  }
  const deadline = AbortSignal.timeout((parts.secondsMax ?? limits.turnSecondsMax) * 1000);
  const signal = AbortSignal.any([fenced, shutdown, deadline]);
  const watch = parts.voice.watch(conversation, {
    ...{ turn: run.turn, token: run.token, person: turn.principal, request: turn.request.text },
    ...{ first: claimed.ended.length === 0, waited: turn.waited },
  });
  let waits = false;
  try {
    const thinking = think(parts, claimed, running, signal, (event) => watch.event(event));
    const outcome = await Promise.race([thinking, aborted(signal)]);
    parts.crash("graph-done");
    await commit(parts, running, outcome);
    waits = outcome?.kind === "waiting";
  } catch (error) {
    await recover(parts, claimed, running, deadline, error).catch(quietWhenFenced);
  } finally {
    parts.agents.drop(run.turn);
    watch.close(waits);
  }
};
