import type { AgentOutcome, Exchange, Recollection } from "../agent/types.ts";
import { FencedError, messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { personKey } from "../core/principal.ts";
import { withChoices } from "../core/question.ts";
import { storable } from "../core/text.ts";
import { noUsage, type ConversationRef, type TurnRequest } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import { giveBackOffer } from "./offers.ts";
import { keepQuestion } from "./questions.ts";
import type { TurnParts } from "./parts.ts";
import { lostItsPlace } from "./words.ts";
import type { Ending, Run, TurnRecord } from "./ports.ts";

/** A run under way: what its endings need to know. */
export interface Running {
  conversation: ConversationRef;
  run: Run;
  turn: TurnRecord;
  /** As folded. */
  request: TurnRequest;
  recollection: Recollection;
  /** What code says below the answer. */
  notes: string[];
}

/** A turn with nothing open that would wake it is looked at again after this long, should it still say it waits. */
const idleResumeSeconds = 5;

const entryOf = ({ conversation, run, turn }: Running, kind: string) => ({
  kind,
  actor: `worker:${run.owner}`,
  conversation: conversation.key,
  turn: run.turn,
  fields: { person: personKey(turn.principal), origin: turn.origin },
});

/** Each system that the person has still to connect waits like an approval, in the caller's transaction. */
const waitForAccounts = async (
  { connections }: Pick<TurnParts, "connections">,
  tx: Tx,
  { run, conversation, turn }: Running,
  needs: readonly string[],
): Promise<{ open: number; invited: string[] }> => {
  const invited: string[] = [];
  let open = 0;
  for (const system of needs) {
    const { workspace, user } = turn.principal;
    const seconds = limits.approvalSecondsMax;
    const wait = { turn: run.turn, system, person: { workspace, user }, conversation, seconds };
    const state = await connections.add(tx, wait);
    if (state !== "connected") open += 1;
    if (state === "waiting") invited.push(system);
  }
  return { open, invited };
};

/**
 * R4: the turn waits, its checkpoint is kept, its cards and acts go out, its inbox rows are done: one transaction.
 * Nothing is visible or clickable before it.
 */
export const waitForActions = async (
  parts: TurnParts,
  running: Running,
  outcome: Extract<AgentOutcome, { kind: "waiting" }>,
): Promise<void> => {
  const { store, gate, agents, audit, crash } = parts;
  const { run, conversation, turn } = running;
  const { agent, planner, usage, needs } = outcome;
  const plan = await gate.preparePublish(run.turn, conversation);
  const invited = await parts.transact(async (tx) => {
    const waiting = await store.wait(tx, run, { shape: agents.shape, agent, planner, usage });
    if (waiting === undefined) throw new FencedError("waiting for a decision");
    const published = await gate.publish(tx, plan);
    const accounts = await waitForAccounts(parts, tx, running, needs);
    const open = published.open + accounts.open;
    await agents.keep(run.turn, tx);
    crash("checkpoint");
    await store.done(tx, run.turn);
    if (waiting.wake || open === 0) {
      const seconds = turn.waited && !waiting.wake ? idleResumeSeconds : 0;
      await store.job(tx, conversation, await store.wake(tx, run.turn, seconds));
    }
    const entry = entryOf(running, "turn.waiting");
    await audit.appendIn(tx, {
      ...entry,
      fields: { ...entry.fields, actions: outcome.actions, needs, open },
    });
    crash("waiting");
    return accounts.invited;
  });
  if (conversation.kind === "dm") return;
  for (const system of invited) {
    await parts.invite(conversation, turn.principal.user, { turn: run.turn, system });
  }
};

/** What is said at the end, whatever it is. */
export interface Last {
  state: Ending["state"];
  text: string;
  agent?: string;
  outcome?: AgentOutcome;
}

const endingOf = (running: Running, last: Last, summary: string): Ending => {
  const { turn } = running;
  const answer = last.outcome?.kind === "answer" ? last.outcome : undefined;
  return {
    state: last.state,
    agent: last.outcome?.agent ?? turn.agent ?? "steward",
    answer: last.text,
    outcome: {
      kind: last.state,
      claims: answer?.claims ?? false,
      notes: answer?.notes ?? [],
      sources: (answer?.sources ?? []).map((source) => ({
        ...source,
        links: source.links.map((link) => ({ ...link })),
      })),
    },
    ...(answer !== undefined && {
      route: {
        ...answer.route,
        candidates: answer.route.candidates.map((candidate) => ({ ...candidate })),
      },
    }),
    summary,
    planner: last.outcome?.planner ?? "none",
    usage: last.outcome?.usage ?? noUsage(),
  };
};

/**
 * The files of an answer: into its thread where only the asking person reads it, else into their direct messages, since
 * nobody can say what each reader of a channel may see.
 */
const postFiles = async (
  { store, countFiles }: Pick<TurnParts, "store" | "countFiles">,
  tx: Tx,
  { run, conversation, turn }: Running,
  answer: string,
): Promise<void> => {
  const here = conversation.kind === "dm";
  const place = here ? conversation : { ...conversation, channel: turn.principal.user };
  const count = countFiles(answer);
  for (let index = 0; index < count; index++) {
    const view = { view: "file", turn: run.turn, index, ...(!here && { from: conversation.channel }) };
    await store.post(tx, `file:${run.turn}:${index}`, place, view);
  }
};

/**
 * R5: the answer goes into the outbox, the checkpoint away, the turn and its inbox rows are done: one transaction.
 * Memory follows after the commit and is idempotent; when it fails, it is rebuilt at the next turn.
 */
export const endTurn = async (parts: TurnParts, running: Running, last: Last): Promise<void> => {
  const { store, gate, agents, audit, memory, log } = parts;
  const { run, conversation, turn, recollection } = running;
  const text = storable(last.text);
  const asked = last.outcome?.kind === "answer" ? last.outcome.question : undefined;
  const exchange: Omit<Exchange, "at"> = {
    turn: run.turn,
    by: turn.principal.name,
    person: personKey(turn.principal),
    ask: running.request.text,
    answer: withChoices(text, asked?.choices ?? []),
  };
  const summary = storable(agents.summarise(recollection, { ...exchange, at: "" }));
  const ending = endingOf(running, { ...last, text }, summary);
  const endedAt = await parts.transact(async (tx) => {
    const ended = await store.end(tx, run, ending);
    if (ended === undefined) throw new FencedError("ending the turn");
    if (turn.waited) {
      await agents.end(run.turn, tx);
      await parts.connections.cancel(tx, run.turn);
    }
    const entry = entryOf(running, "turn.ended");
    const offers = last.outcome?.kind === "answer" ? last.outcome.offers : [];
    // Each goes out without waiting for the one before; Postgres runs them in this order.
    await Promise.all([
      gate.supersedePlanned(tx, run.turn),
      giveBackOffer(parts, tx, running),
      store.done(tx, run.turn),
      store.addOffers(
        tx,
        run.turn,
        conversation.key,
        offers.map((offer) => ({ ...offer, label: storable(offer.label) })),
      ),
      keepQuestion(parts, tx, running, asked),
      store.post(tx, `answer:${run.turn}`, conversation, { view: "answer", turn: run.turn }),
      postFiles(parts, tx, running, text),
      audit.appendIn(tx, {
        ...entry,
        fields: {
          ...entry.fields,
          ...{ state: last.state, agent: ending.agent, planner: ending.planner, ...ending.usage },
        },
        payload: { answer: text },
      }),
    ]);
    return ended;
  });
  try {
    await memory.append(conversation.key, { ...exchange, at: endedAt.toISOString() }, summary);
  } catch (error) {
    log.warn(
      { turn: run.turn, reason: messageOf(error) },
      "memory was not written; it is rebuilt when needed",
    );
  }
};

/**
 * R11: the checkpoint is gone or was made by other code. Open cards stay valid; each outcome is posted by code and
 * becomes the fact a fresh turn starts from, once.
 */
export const detachTurn = async (parts: TurnParts, running: Running): Promise<void> => {
  const { store, agents, audit } = parts;
  const { run, conversation } = running;
  const waits = await parts.connections.of(run.turn);
  await parts.transact(async (tx) => {
    if (!(await store.detach(tx, run))) throw new FencedError("detaching the turn");
    await agents.end(run.turn, tx);
    await store.done(tx, run.turn);
    await parts.connections.cancel(tx, run.turn);
    const settled = await store.settledActions(tx, run.turn);
    for (const action of settled) await store.addOutcome(tx, action, run.turn, conversation);
    if (settled.length === 0 && waits.size > 0) {
      // It waited for an account, and no outcome continues it: said, so that the person asks again.
      const lost = { view: "notice", text: lostItsPlace, mention: running.turn.principal.user };
      await store.post(tx, `detached:${run.turn}`, conversation, lost);
    }
    await audit.appendIn(tx, entryOf(running, "turn.detached"));
  });
};

/** The state as before the run, with the job that tries again; quiet when somebody else owns the turn by now. */
export const putBack = async (
  { store, transact }: TurnParts,
  conversation: ConversationRef,
  run: Run,
  how: { seconds: number; counted: boolean },
): Promise<void> =>
  transact(async (tx) => {
    const retryAt = await store.putBack(tx, run, how);
    if (retryAt !== undefined) await store.job(tx, conversation, retryAt);
  });
