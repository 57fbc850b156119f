import { randomUUID } from "node:crypto";
import type { AgentOutcome, Agents, TurnStart } from "../../src/agent/types.ts";
import { openAudit } from "../../src/audit/append.ts";
import type { Crash } from "../../src/core/crash.ts";
import type { Offer } from "../../src/core/tool.ts";
import type { Principal } from "../../src/core/principal.ts";
import { type ConversationRef, noUsage } from "../../src/core/turn.ts";
import type { Action } from "../../src/core/action.ts";
import type { GateTurns } from "../../src/gate/types.ts";
import { bounded } from "../../src/memory/recollection.ts";
import { openPostgresMemory } from "../../src/memory/postgres.ts";
import { inboxWriter } from "../../src/store/inbox.ts";
import { ledgerMarks } from "../../src/store/ledger-marks.ts";
import { connectionWaits } from "../../src/store/connection-waits.ts";
import { formStore } from "../../src/store/forms.ts";
import { offerStore } from "../../src/store/offers.ts";
import { questionStore } from "../../src/store/questions.ts";
import { addPost } from "../../src/store/outbox.ts";
import type { Store } from "../../src/store/pool.ts";
import { stopStore } from "../../src/store/turn-stops.ts";
import { turnSweep } from "../../src/store/turn-sweep.ts";
import { turnStore } from "../../src/store/turns.ts";
import { createIntake } from "../../src/turn/accept.ts";
import type { TurnParts } from "../../src/turn/parts.ts";
import { createTurns } from "../../src/turn/turns.ts";
import type { Inbound, ThreadReader } from "../../src/turn/types.ts";
import { silent } from "../support/silent.ts";

const person = (user: string, name: string): Principal => ({
  ...{ kind: "person", workspace: "T1", user, name, email: `${name.toLowerCase()}@example.com` },
  ...{ timezone: "Europe/Berlin", guest: false, external: false, bot: false, active: true },
});
export const anna = person("UANNA", "Anna");
export const boris = person("UBORIS", "Boris");
const everybody = [anna, boris];

const conversation = (thread = "1.0"): ConversationRef => ({
  ...{ key: `T1/C1/${thread}`, workspace: "T1", channel: "C1", threadTs: thread, kind: "channel" },
});

let lastTs = 100;
/** An ask, in words, of Anna's unless said otherwise. */
export const ask = (
  text: string,
  more: { user?: string; thread?: string; id?: string; threadFrom?: string } = {},
): Inbound => ({
  kind: "ask",
  id: more.id ?? `T1/C1/${String((lastTs += 1))}.0`,
  conversation: conversation(more.thread),
  person: { workspace: "T1", user: more.user ?? "UANNA" },
  text,
  origin: "chat",
  ...(more.threadFrom !== undefined && { threadFrom: more.threadFrom }),
});

export const answer = (text: string, offers: Offer[] = []): AgentOutcome => ({
  ...{
    kind: "answer",
    agent: "supervisor",
    text,
    notes: [],
    claims: false,
    sources: [],
    offers,
    usage: noUsage(),
    planner: "script",
  },
  route: { agent: "supervisor", why: "script", candidates: [] },
});
export const waiting = (...actions: string[]): AgentOutcome => ({
  ...{
    kind: "waiting",
    agent: "supervisor",
    actions,
    needs: [],
    usage: noUsage(),
    planner: "script",
    note: "",
  },
});

/** What the agents of a test do. */
interface Script {
  start(start: TurnStart): Promise<AgentOutcome>;
  resume?(start: TurnStart): Promise<AgentOutcome | undefined>;
  shape?: string;
}

/**
 * Agents that follow a script. Checkpoints are rows of a table, written in the caller's transaction as the graph's are;
 * `proposes` is the gate's planned row.
 */
const scripted = (script: Script): Agents => ({
  shape: script.shape ?? "shape-1",
  list: () => [],
  planner: () => ({ kind: "model", name: "script" }),
  sees: () => false,
  start: (start) => script.start(start),
  resume: (start) => script.resume?.(start) ?? Promise.resolve(undefined),
  keep: async (turn, tx) => {
    await tx.query(`insert into test_kept (turn) values ($1) on conflict do nothing`, [turn]);
  },
  end: async (turn, tx) => {
    await tx.query(`delete from test_kept where turn = $1`, [turn]);
  },
  drop: () => {},
  summarise: (previous, exchange) => `${previous.summary}${exchange.ask};`,
});

/** A gate that keeps its actions in a table of three columns, moved in the caller's transactions as the ledger is. */
const gateOf = (store: Store): GateTurns => ({
  supersedePlanned: async (tx, turn) => {
    await tx.query(`update test_action set state = 'superseded' where turn = $1 and state = 'planned'`, [
      turn,
    ]);
  },
  preparePublish: (turn, conversation) => Promise.resolve({ turn, conversation, cards: [] }),
  publish: async (tx, { turn, conversation: { workspace, channel, threadTs } }) => {
    const { rows } = await tx.query<{ id: string }>(
      `update test_action set state = 'waiting' where turn = $1 and state = 'planned' returning id`,
      [turn],
    );
    for (const { id } of rows) {
      await addPost(tx, {
        ...{ key: `card:${id}`, workspace, channel, threadTs },
        view: { view: "card", card: id },
      });
    }
    const open = await store.pool.query(`select from test_action where turn = $1 and state = 'waiting'`, [
      turn,
    ]);
    return { open: rows.length + (open.rowCount ?? 0) };
  },
  objection: () => Promise.resolve(undefined),
  forbiddenTo: () => Promise.resolve(undefined),
  cancelOpen: async (tx, turn) => {
    const { rows } = await tx.query<{ id: string }>(
      `update test_action set state = 'cancelled' where turn = $1 and state in ('planned', 'waiting') returning id`,
      [turn],
    );
    const cancelled = rows.map(({ id }) => ({
      id,
      preview: { sentence: `Do ${id.slice(0, 4)}`, fields: [] },
    }));
    return { cancelled: cancelled as unknown as Action[], running: [] };
  },
});

/** A planned action of a turn, as a tool call of a run would leave it. */
export const propose = async (store: Pick<Store, "pool">, turn: string): Promise<string> => {
  const id = randomUUID();
  await store.pool.query(`insert into test_action values ($1, $2, 'planned')`, [id, turn]);
  return id;
};

export interface WorldOptions {
  store: Store;
  script: Script;
  worker?: string;
  crash?: Crash;
  threads?: ThreadReader["read"];
  secondsMax?: number;
  gate?: Partial<GateTurns>;
  parts?: Partial<TurnParts>;
}

/** The room of turns on a real database, with scripted agents. */
export const openWorld = async ({ store, script, ...more }: WorldOptions) => {
  await store.pool.query(`create table if not exists test_kept (turn uuid primary key)`);
  await store.pool.query(
    `create table if not exists test_action (id uuid primary key, turn uuid not null, state text not null)`,
  );
  const { pool, transact } = store;
  const said: string[] = [];
  const whispered: string[] = [];
  const audit = openAudit(transact);
  const memory = openPostgresMemory(transact);
  const marks = ledgerMarks(pool);
  const turns = createTurns({
    ...{
      store: turnStore(pool),
      offers: offerStore,
      questions: questionStore,
      forms: formStore(pool),
      stops: stopStore(pool),
      connections: connectionWaits(pool, transact),
      lost: turnSweep(pool),
      transact,
    },
    ...{
      agents: scripted(script),
      gate: { ...gateOf(store), ...more.gate },
      memory,
      bounded,
      countFiles: () => 0,
      marks,
      audit,
      log: silent,
    },
    line: { crowded: () => false },
    files: { read: () => Promise.resolve([]) },
    voice: {
      status: (_, text) => {
        said.push(text);
        return Promise.resolve();
      },
      watch: () => ({ event: () => {}, close: () => {} }),
    },
    whisper: (_, user, text) => {
      whispered.push(`${user}: ${text}`);
      return Promise.resolve();
    },
    invite: (_, user, { system }) => {
      whispered.push(`${user}: connect ${system}`);
      return Promise.resolve();
    },
    admit: () => Promise.resolve({ kind: "in" }),
    threads: { read: more.threads ?? (() => Promise.resolve([])) },
    people: {
      principal: (_, user) => {
        const found = everybody.find((one) => one.user === user);
        return found === undefined ? Promise.reject(new Error("Slack is away")) : Promise.resolve(found);
      },
    },
    crash: more.crash ?? (() => {}),
    worker: more.worker ?? "worker-1",
    ...(more.secondsMax !== undefined && { secondsMax: more.secondsMax }),
    ...more.parts,
  });
  const intake = createIntake(inboxWriter(pool));
  const rows = async <T>(text: string, values: unknown[] = []): Promise<T[]> =>
    (await pool.query(text, values)).rows as T[];
  return {
    ...{ turns, intake, memory, marks, audit, said, whispered, rows },
    /** Does all that is due in a conversation, as one job would. */
    work: (thread?: string, shutdown = new AbortController().signal) =>
      turns.converse({ conversation: { ...conversation(thread) } }, shutdown),
    /** States of all turns, in the order they were made. */
    states: async () =>
      (await rows<{ state: string }>(`select state from steward.turn order by created_at, id`)).map(
        (row) => row.state,
      ),
    /** What the conversation was told, in order: texts of answers, and other views by name. */
    told: async () =>
      (
        await rows<{ said: string }>(
          `select coalesce(t.answer, o.view::json ->> 'text', o.view::json ->> 'view') as said
           from steward.outbox o left join steward.turn t on o.key = 'answer:' || t.id
           where o.kind = 'post' order by o.seq`,
        )
      ).map((row) => row.said),
    kept: () => rows(`select turn from test_kept`),
    actions: async () =>
      (await rows<{ state: string }>(`select state from test_action order by state`)).map((row) => row.state),
  };
};

export type World = Awaited<ReturnType<typeof openWorld>>;
