import { randomUUID } from "node:crypto";
import { z } from "zod";
import { FencedError, messageOf, TerminalError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { personKey } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem, Run, TurnRecord } from "./ports.ts";
import { answering, takeWords } from "./questions.ts";
import { NotAdmitted, refuse } from "./refuse.ts";
import { isShared, readItem } from "./request.ts";
import { attemptsMax, runTurn } from "./run.ts";
import type { Running } from "./running.ts";
import { notStarted } from "./words.ts";

const payloadSchema = z.object({
  conversation: z.object({
    key: z.string(),
    workspace: z.string(),
    channel: z.string(),
    threadTs: z.string(),
    kind: z.enum(["channel", "private", "dm", "group_dm"]),
  }),
});

const working = "is working…";

interface Lane {
  parts: TurnParts;
  running: Running;
  conversation: ConversationRef;
  shutdown: AbortSignal;
}

const startedEntry = (conversation: ConversationRef, run: Run, turn: TurnRecord) => ({
  kind: "turn.started",
  actor: `worker:${run.owner}`,
  conversation: conversation.key,
  turn: run.turn,
  fields: {
    person: personKey(turn.principal),
    origin: turn.origin,
    request: turn.request.kind,
    attempt: turn.attempts,
    resumed: turn.waited,
  },
  payload: { text: turn.request.text },
});

/** R1 for a turn that exists; nothing when there is nothing to do for us. */
const claim = ({ parts, conversation }: Lane, run: Run): Promise<TurnRecord | undefined> =>
  parts.transact(async (tx) => {
    const turn = await parts.store.claim(tx, run);
    if (turn === undefined) return undefined;
    await parts.gate.supersedePlanned(tx, run.turn);
    await parts.audit.appendIn(tx, startedEntry(conversation, run, turn));
    return turn;
  });

/** R1 for a row that is no turn yet. */
const create = async (
  { parts, conversation }: Lane,
  run: Run,
  item: InboxItem,
  question: string | null,
): Promise<TurnRecord | undefined> => {
  const principal = await parts.people.principal(item.person.workspace, item.person.user);
  const asked = await readItem(item, parts.store);
  const answers = question !== null && item.kind === "ask" && asked.origin === "chat" ? question : undefined;
  const admission = await parts.admit(principal, conversation, isShared(item));
  if (admission.kind === "out") throw new NotAdmitted(principal, admission);
  return parts.transact(async (tx) => {
    const open = answers === undefined ? undefined : await takeWords(parts, tx, answers, principal);
    const request = answering(asked.request, open);
    const created = await parts.store.create(tx, run, {
      ...{ item: item.id, conversation: conversation.key, principal },
      ...asked,
      ...{ request, version: item.version },
      ...(admission.agent !== undefined && { channelAgent: admission.agent }),
    });
    // Taken by another run meanwhile: that one has used the question up.
    if (created === undefined && open !== undefined) throw new FencedError("answering a question");
    if (created === undefined) return undefined;
    const turn: TurnRecord = {
      ...{ id: run.turn, principal, origin: asked.origin, request, ...created },
      ...{ waited: false, attempts: 1, shape: null },
    };
    await parts.audit.appendIn(tx, startedEntry(conversation, run, turn));
    return turn;
  });
};

/** Takes a turn and runs it. Answers false when it was not ours to take. */
const take = async (
  lane: Lane,
  turnId: string,
  item: InboxItem | undefined,
  ended: readonly string[],
  begin: (run: Run) => Promise<TurnRecord | undefined>,
): Promise<boolean> => {
  const { parts, running, conversation, shutdown } = lane;
  if (running.has(turnId)) return false;
  const run: Run = { turn: turnId, token: randomUUID(), owner: parts.worker };
  const fenced = running.add(run).signal;
  try {
    const turn = await begin(run);
    if (turn === undefined) return false;
    running.began(run);
    await runTurn(parts, { conversation, run, turn, item, ended, fenced, shutdown });
    return true;
  } finally {
    running.remove(run);
  }
};

/** A row that could not become a turn (nobody could say who asks): later again, and at last an honest word. */
const notTaken = async ({ parts, conversation }: Lane, item: InboxItem, error: unknown): Promise<void> => {
  const { store, transact, audit, log } = parts;
  log.error({ err: error, inbox: item.id }, "a request could not be started");
  const final = error instanceof TerminalError || item.attempts + 1 >= attemptsMax;
  await transact(async (tx) => {
    if (!final) {
      const retryAt = await store.rest(tx, item.id, (item.attempts + 1) ** 2);
      if (retryAt !== undefined) await store.job(tx, conversation, retryAt);
      return;
    }
    if (!(await store.giveUp(tx, item.id, messageOf(error)))) return;
    await store.post(tx, `notice:${item.id}`, conversation, {
      ...{ view: "notice", text: notStarted(error), mention: item.person.user },
    });
    await audit.appendIn(tx, {
      ...{ kind: "inbox.given_up", actor: `worker:${parts.worker}`, conversation: conversation.key },
      fields: { inbox: item.id, kind: item.kind },
    });
  });
};

/** What a step has done: whether there was anything, and whose row it was. */
interface Step {
  done: boolean;
  by?: string;
}

/**
 * While others wait for a place, a row behind another one of the same person waits too: its own job stands in line for
 * it, and one thread full of somebody's messages would keep a place from everybody.
 */
const givesWay = ({ parts }: Lane, item: InboxItem, before: string | undefined): boolean =>
  before === whose(item) && parts.line.crowded();

const whose = ({ person }: InboxItem): string => `${person.workspace}/${person.user}`;

/** Does the next thing of a conversation: a woken turn first, then the oldest row. */
const step = async (lane: Lane, before: string | undefined): Promise<Step> => {
  const { parts, conversation } = lane;
  const { woken, item, ended, question } = await parts.store.work(conversation.key);
  const status = (): void => {
    parts.voice
      .status(conversation, working)
      .catch((error: unknown) => parts.log.warn({ reason: messageOf(error) }, "a status was not shown"));
  };
  if (woken !== null) {
    status();
    if (await take(lane, woken, undefined, ended, (run) => claim(lane, run))) return { done: true };
  }
  if (item === null || item.resting || givesWay(lane, item, before)) return { done: false };
  const by = whose(item);
  status();
  if (item.turn !== null)
    return { done: await take(lane, item.turn, item, ended, (run) => claim(lane, run)), by };
  let failure: unknown;
  const taken = await take(lane, randomUUID(), item, ended, async (run) => {
    try {
      return await create(lane, run, item, question);
    } catch (error) {
      if (error instanceof FencedError) return undefined;
      failure = error;
      return undefined;
    }
  });
  if (failure === undefined) return { done: taken, by };
  if (failure instanceof NotAdmitted) {
    await refuse(parts, conversation, item, failure);
    return { done: true, by };
  }
  await notTaken(lane, item, failure);
  return { done: true, by };
};

/**
 * The handler of `converse` jobs. A job says only that there may be something to do; it does all that is due, in order,
 * so that a job that was lost or came twice changes nothing.
 */
export const converse =
  (parts: TurnParts, running: Running) =>
  async (payload: JsonObject, shutdown: AbortSignal): Promise<void> => {
    const { conversation } = payloadSchema.parse(payload);
    const lane: Lane = { parts, running, conversation, shutdown };
    let last: Step = { done: true };
    while (!shutdown.aborted && last.done) last = await step(lane, last.by);
  };
