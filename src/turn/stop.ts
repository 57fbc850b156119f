import { personKey, type Principal } from "../core/principal.ts";
import { storable } from "../core/text.ts";
import type { Tx } from "../core/tx.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { Running } from "./running.ts";
import { mayNotStop, nothingRuns, stopped, stoppedBefore, whoIsUnknown } from "./words.ts";

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
  /** It was Slack's own Stop, which is anybody's; words stop for others only where a button would. */
  anybody?: boolean;
}

const open = new Set(["queued", "running", "waiting"]);
/** Characters of a message that was not taken up, as the receipt shows it. */
const droppedCharsMax = 200;

/**
 * Guests, other organisations' people and programs stop nothing of others, and silence no thread of others, by a button
 * or by words; Slack's own Stop is anybody's.
 */
export const mayStop = (by: Principal): boolean => by.active && !by.external && !by.guest && !by.bot;

/** The same account is the same person, also while the directory does not say which address is theirs. */
const isOwn = (of: Principal, by: Principal): boolean =>
  isSameAccount(of, by) || personKey(of) === personKey(by);

type Account = Pick<Principal, "workspace" | "user">;
const isSameAccount = (one: Account, other: Account): boolean =>
  one.workspace === other.workspace && one.user === other.user;

/**
 * R9, in the caller's transaction and under the turn's lock: the turn stops, what nobody has sent yet is cancelled, what
 * its person asked after it is not taken up, its checkpoint goes, the receipt goes out. What is under way settles onto
 * its card and onto the receipt.
 */
const stopLocked = async (
  { store, stops, gate, agents, audit, connections }: TurnParts,
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
  await connections.cancel(tx, turn);
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
      if (!isOwn(found.principal, by) && !mayStop(by)) {
        await refused("not_yours");
        return { kind: "not_yours", text: mayNotStop(found.principal.name) };
      }
      if (!open.has(found.state)) return { kind: "ended", text: "This request has already ended." };
      await stopLocked(parts, tx, { turn, ...found }, by, alone ? undefined : new Date());
      return { kind: "stopped", text: stopped };
    });
    if (answer.kind === "stopped") running.abort(turn);
    return answer;
  };

/** What a Stop is answered that stopped no turn; nothing where it needs no answer. */
const answerOf = (
  { by, answerAlways }: Pick<ThreadStop, "by" | "answerAlways">,
  found: { begun: boolean; refused: boolean; asker: string | undefined },
): string | undefined => {
  if (found.begun) return stoppedBefore(by.name);
  if (found.refused) return by.active ? mayNotStop(found.asker) : whoIsUnknown;
  return answerAlways === true ? nothingRuns : undefined;
};

/**
 * Stops what runs in a thread: whatever is being worked on, else what waits there for people, else what was about to
 * begin; of those, what the person may stop. One transaction, once; whoever pressed is recorded.
 */
export const stopThread =
  (parts: TurnParts, running: Running) =>
  async (stop: ThreadStop): Promise<{ stopped: string[] }> => {
    const { id, conversation, by, at } = stop;
    const { stops, store, audit } = parts;
    const turns = await parts.transact(async (tx) => {
      if (!(await stops.once(tx, id))) return [];
      const forOthers = stop.anybody === true || mayStop(by);
      const going = await stops.openIn(tx, conversation.key, at);
      const found = going.filter(({ principal }) => forOthers || isOwn(principal, by));
      const busy = found.filter(({ state }) => state !== "waiting");
      const meant = busy.length > 0 ? busy : found;
      for (const { id: turn } of meant) {
        const locked = await store.lock(tx, turn);
        if (locked !== undefined) await stopLocked(parts, tx, { turn, ...locked }, by, at);
      }
      if (meant.length > 0) return meant.map((one) => one.id);
      const next = await stops.nextAsker(tx, conversation.key);
      const asker = forOthers ? next?.person : by;
      const dropped =
        next === undefined || asker === undefined
          ? []
          : await stops.dropUnstarted(tx, conversation.key, asker, at);
      const others = going.length > 0 || (next !== undefined && !isSameAccount(next.person, by));
      const refused = !forOthers && others;
      const text = answerOf(stop, { begun: dropped.length > 0, refused, asker: going[0]?.principal.name });
      if (text !== undefined) {
        await store.post(tx, `receipt:${id}`, conversation, { view: "notice", text });
      }
      await audit.appendIn(tx, {
        ...{ kind: "stop.heard", actor: personKey(by), conversation: conversation.key },
        fields: { dropped: dropped.length, refused },
      });
      return [];
    });
    for (const turn of turns) running.abort(turn);
    return { stopped: turns };
  };
