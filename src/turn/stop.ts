import { personKey, type Principal } from "../core/principal.ts";
import { storable } from "../core/text.ts";
import type { Tx } from "../core/tx.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { Running } from "./running.ts";
import { nothingRuns, stopped, stoppedBefore } from "./words.ts";

/** What became of a stop; `text` is for the person who asked for it. */
export interface StopAnswer {
  kind: "stopped" | "ended" | "not_yours" | "unknown";
  text: string;
}

/** Somebody's Stop of whatever runs in a thread. */
export interface ThreadStop {
  /** What makes it one, however often it arrives. */
  id: string;
  conversation: ConversationRef;
  by: Principal;
  /** When it was said: what began later is not meant. */
  at: Date;
  /** Say so in the thread when nothing runs there. */
  answerAlways?: boolean;
}

const open = new Set(["queued", "running", "waiting"]);
/** Characters of a message that was not taken up, as the receipt shows it. */
const droppedCharsMax = 200;

/** Guests, other organisations' people and programs stop nothing by a button; Slack's own Stop is anybody's. */
const mayStop = (by: Principal): boolean => by.active && !by.external && !by.guest && !by.bot;

/**
 * R9, in the caller's transaction and under the turn's lock: the turn stops, what nobody has sent yet is cancelled, what
 * its person asked after it is not taken up, its checkpoint goes, the receipt goes out. What is under way settles onto
 * its card and onto the receipt.
 */
const stopLocked = async (
  { store, stops, gate, agents, audit }: TurnParts,
  tx: Tx,
  found: { turn: string; state: string; principal: Principal; conversation: ConversationRef },
  by: Principal,
  at: Date | undefined,
): Promise<void> => {
  const { turn, conversation, principal } = found;
  const unstarted = at === undefined ? [] : await stops.dropUnstarted(tx, conversation.key, principal, at);
  const dropped = unstarted.map((text) => storable(text.slice(0, droppedCharsMax)));
  await store.stop(tx, turn, { by: { name: by.name, user: by.user }, dropped });
  const { cancelled, running } = await gate.cancelOpen(tx, turn, personKey(by));
  await agents.end(turn, tx);
  await store.done(tx, turn);
  await store.post(tx, `receipt:${turn}`, conversation, { view: "receipt", turn });
  await audit.appendIn(tx, {
    ...{ kind: "turn.stopped", actor: personKey(by), conversation: conversation.key, turn },
    fields: {
      was: found.state,
      person: personKey(principal),
      cancelled: cancelled.map(({ id }) => id),
      running: running.map(({ id }) => id),
      dropped: dropped.length,
    },
  });
};

/**
 * Stops one turn (R9); the run is then aborted, here at once, elsewhere within a second. `channel`: where it was pressed.
 * `alone`: what its person asked after it stays.
 */
export const stopTurn =
  (parts: TurnParts, running: Running) =>
  async (turn: string, by: Principal, channel?: string, alone = false): Promise<StopAnswer> => {
    const answer = await parts.transact(async (tx): Promise<StopAnswer> => {
      const found = await parts.store.lock(tx, turn);
      const refused = (kind: StopAnswer["kind"]): Promise<void> =>
        parts.audit.appendIn(tx, {
          ...{ kind: "click.refused", actor: personKey(by), fields: { click: "stop", answer: kind } },
          ...(found !== undefined && { conversation: found.conversation.key, turn }),
          payload: { value: turn.slice(0, 200) },
        });
      if (found === undefined || (channel !== undefined && channel !== found.conversation.channel)) {
        await refused("unknown");
        return { kind: "unknown", text: "This request is not known here; nothing was stopped." };
      }
      const own = personKey(found.principal) === personKey(by);
      if (!own && !mayStop(by)) {
        const text = `Guests and people of other organisations cannot stop this. ${found.principal.name}, who asked for it, and their colleagues can.`;
        await refused("not_yours");
        return { kind: "not_yours", text };
      }
      if (!open.has(found.state)) return { kind: "ended", text: "This request has already ended." };
      await stopLocked(parts, tx, { turn, ...found }, by, alone ? undefined : new Date());
      return { kind: "stopped", text: stopped };
    });
    if (answer.kind === "stopped") running.abort(turn);
    return answer;
  };

/**
 * Stops what runs in a thread: whatever is being worked on, else what waits there for people, else what was about to
 * begin. One transaction, once; whoever pressed is recorded.
 */
export const stopThread =
  (parts: TurnParts, running: Running) =>
  async ({ id, conversation, by, at, answerAlways }: ThreadStop): Promise<{ stopped: string[] }> => {
    const { stops, store, audit } = parts;
    const turns = await parts.transact(async (tx) => {
      if (!(await stops.once(tx, id))) return [];
      const found = await stops.openIn(tx, conversation.key, at);
      const busy = found.filter(({ state }) => state !== "waiting");
      const meant = busy.length > 0 ? busy : found;
      for (const { id: turn } of meant) {
        const locked = await store.lock(tx, turn);
        if (locked !== undefined) await stopLocked(parts, tx, { turn, ...locked }, by, at);
      }
      if (meant.length > 0) return meant.map((one) => one.id);
      const next = await stops.nextAsker(tx, conversation.key);
      const dropped =
        next === undefined ? [] : await stops.dropUnstarted(tx, conversation.key, next.person, at);
      const begun = next !== undefined && dropped.length > 0;
      if (begun || answerAlways === true) {
        const text = begun ? stoppedBefore(by.name) : nothingRuns;
        await store.post(tx, `receipt:${id}`, conversation, { view: "notice", text });
      }
      await audit.appendIn(tx, {
        ...{ kind: "stop.heard", actor: personKey(by), conversation: conversation.key },
        fields: { dropped: dropped.length },
      });
      return [];
    });
    for (const turn of turns) running.abort(turn);
    return { stopped: turns };
  };
