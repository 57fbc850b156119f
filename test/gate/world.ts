import { randomUUID } from "node:crypto";
import pg from "pg";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { openAudit } from "../../src/audit/append.ts";
import type { Ask } from "../../src/core/action.ts";
import type { Audit } from "../../src/core/audit.ts";
import type { CrashPoint } from "../../src/core/crash.ts";
import type { Decision } from "../../src/core/decision.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Principal } from "../../src/core/principal.ts";
import type { Found, Progress, ReadTool, Target, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import type { ConversationRef } from "../../src/core/turn.ts";
import { openCapabilities } from "../../src/gate/capabilities.ts";
import { createGate } from "../../src/gate/gate.ts";
import type { PolicyRequest } from "../../src/gate/policy-port.ts";
import type { Click, RunContext } from "../../src/gate/types.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";

const person = (user: string, name: string): Principal => ({
  ...{ kind: "person", workspace: "T1", user, name, email: `${user.slice(1).toLowerCase()}@example.com` },
  ...{ timezone: "Europe/Berlin", guest: false, external: false, bot: false, active: true },
});

/** The people of the tests: Anna asks, Boris and Elif lead payments, Grace leads sales, Carla may decide nothing. */
export const people = {
  anna: person("UANNA", "Anna Petrosyan"),
  boris: person("UBORIS", "Boris Sokolov"),
  carla: person("UCARLA", "Carla Weiss"),
  elif: person("UELIF", "Elif Demir"),
  grace: person("UGRACE", "Grace Okafor"),
  hugo: { ...person("UHUGO", "Hugo Guest"), guest: true },
};

/** A question to a group. */
export const ask = (group: string, more: Partial<Ask> = {}): Ask => ({
  ...{ policy: `${group}-decide`, group, count: 1, because: "", reason: false },
  ...more,
});

/** A system of boxes with items: what was sent to it, and how it behaves. */
interface Boxes {
  versions: Map<string, string>;
  /** Short names of items. */
  names: Map<string, string>;
  sent: { id: string; args: JsonObject }[];
  /** What the next sends do after they were received; default: they succeed. */
  onSend: (args: JsonObject, signal: AbortSignal) => Promise<ToolOutput>;
  onVersion: (item: string) => Promise<string>;
  onFind: () => Promise<Found>;
  onFollow: () => Promise<Progress>;
  readUntrusted: string[];
}

const itemOf = (args: JsonObject): string => (typeof args["item"] === "string" ? args["item"] : "");

const output = (text: string, untrusted: string[] = []): ToolOutput => ({ text, sources: [], untrusted });

const targetOf = (item: string): Target => ({
  ...{ type: "Item", id: item, label: `item ${item}` },
  ...{ parents: [{ type: "Box", id: "main" }], ancestors: [{ type: "Box", id: "main", parents: [] }] },
});

const common = {
  system: "boxes",
  slots: {},
  examples: [],
  targetTypes: ["Item"],
  policyArgs: {},
  step: () => "Working",
};

const boxTools = (boxes: Boxes): { read: ReadTool; write: WriteTool; start: WriteTool } => {
  const versionOf = (item: string): string => boxes.versions.get(item) ?? "v1";
  const writing = (name: string, title: string): WriteTool => ({
    ...common,
    ...{ name, title, description: `${title}.`, effect: "write", lagMs: 1_000 },
    input: z.object({
      item: z.string(),
      value: z.string(),
      risk: z.enum(["R1", "R2", "R3"]).default("R2"),
    }),
    resolve: async (input) => {
      const { item: named, value, risk } = input as { item: string; value: string; risk: string };
      const item = boxes.names.get(named) ?? named;
      return {
        args: { item, value, risk },
        target: targetOf(item),
        policyArgs: {},
        risk: Number(risk.slice(1)) as 1 | 2 | 3,
        preview: {
          sentence: `Set item ${item} to ${value}`,
          fields: [{ label: "Version", value: versionOf(item) }],
        },
        version: versionOf(item),
      };
    },
    version: (args) => boxes.onVersion(itemOf(args)),
    run: async (args, context) => {
      boxes.sent.push({ id: context.callId, args });
      return boxes.onSend(args, context.signal);
    },
    find: () => boxes.onFind(),
  });
  const write = writing("boxes_item_set", "Set an item");
  return {
    read: {
      ...common,
      ...{ name: "boxes_item_read", title: "Read an item", description: "Reads an item.", effect: "read" },
      input: z.object({ item: z.string().min(1), form: z.enum(["short", "long"]).optional() }),
      resolve: async (input) => ({ args: input, target: targetOf(itemOf(input)), policyArgs: {} }),
      run: async (args) => output(`item ${itemOf(args)}`, boxes.readUntrusted),
    },
    write,
    start: { ...writing("boxes_job_start", "Start a job"), follow: () => boxes.onFollow() },
  };
};

export interface WorldOptions {
  /** What policy says; asked of the payments leads by default. */
  decide?: (request: PolicyRequest) => Decision | Promise<Decision>;
  serviceAccountActs?: boolean;
  conversation?: Partial<ConversationRef>;
}

/**
 * A gate on a real database, with a system of boxes, people, and policies that a test can change while it goes on.
 * `crashed` lists the crash points passed.
 */
export const world = async (options: WorldOptions = {}) => {
  const db = await freshDatabase();
  const ledger = createLedger(db.pool);
  const boxes: Boxes = {
    versions: new Map(),
    names: new Map(),
    sent: [],
    onSend: async () => output("Done."),
    onVersion: async (item) => boxes.versions.get(item) ?? "v1",
    onFind: async () => ({ kind: "unknown", why: "Nothing to see." }),
    onFollow: async () => ({ text: "running", ended: false }),
    readUntrusted: [],
  };
  const rules = {
    decide: options.decide ?? ((): Decision => ({ kind: "ask", asks: [ask("payments-leads")] })),
    mayApprove: (_voter: Principal, _ask: Ask, _request: PolicyRequest): boolean => true,
  };
  const members: Record<string, Principal[]> = {
    "payments-leads": [people.boris, people.elif],
    "sales-leads": [people.grace, people.boris],
  };
  const present = new Set(["UANNA", "UBORIS"]);
  const directory = new Map<string, Principal>(Object.values(people).map((p) => [p.user, p]));
  const crashed: CrashPoint[] = [];
  const onCrash: { at: (point: CrashPoint) => void } = { at: () => {} };
  const real = openAudit(db.transact);
  const audit: Audit & { broken?: string } = {
    append: (entry) => real.append(entry),
    appendIn: (tx, entry) =>
      audit.broken === entry.kind
        ? Promise.reject(new Error("The audit log is full"))
        : real.appendIn(tx, entry),
  };
  /** Accounts that people have connected, and the systems where they can. */
  const accounts = { connected: new Map<string, string[]>(), offered: new Set<string>() };
  const capabilities = openCapabilities();
  const clock = { skewMs: 0 };
  const tools = boxTools(boxes);
  const worker = randomUUID();
  const build = (toolbox = [tools.read, tools.write, tools.start] as (ReadTool | WriteTool)[]) =>
    createGate({
      toolbox: { tools: toolbox, entityTypes: { Box: [], Item: ["Box"] } },
      policy: {
        digest: "policies-1",
        decide: async (request) => rules.decide(request),
        forbids: () => Promise.resolve(undefined),
        mayApprove: async (...asked) => rules.mayApprove(...asked),
      },
      groups: {
        names: Object.keys(members),
        isMember: async (group, who) => (members[group] ?? []).some(({ user }) => user === who.user),
        people: async (group) => members[group] ?? [],
      },
      directory: {
        person: async (_workspace, user) => directory.get(user),
        usergroup: async () => [],
        personByEmail: async () => undefined,
        inChannel: async (_workspace, _channel, user) => present.has(user),
      },
      elsewhere: () => ({}),
      connections: {
        of: async ({ user }) =>
          new Map((accounts.connected.get(user) ?? []).map((system) => [system, user.toLowerCase()])),
        offers: (system) => accounts.offered.has(system),
      },
      capabilities,
      ledger,
      transact: db.transact,
      audit,
      crash: (point) => {
        crashed.push(point);
        onCrash.at(point);
      },
      clock: { now: () => new Date(), monotonicMs: () => performance.now() + clock.skewMs },
      log: silent,
      worker,
      serviceAccountActs: options.serviceAccountActs ?? false,
    });
  const gate = build();

  const conversation: ConversationRef = {
    ...{ key: "T1/C1/1.1", workspace: "T1", channel: "C1", threadTs: "1.1", kind: "channel" },
    ...options.conversation,
  };
  await db.pool.query(
    `insert into steward.conversation (id, workspace, channel, thread_ts, kind) values ($1, $2, $3, $4, $5)`,
    [conversation.key, "T1", conversation.channel, conversation.threadTs, conversation.kind],
  );

  /** A running turn of Anna's. */
  const startTurn = async (principal = people.anna): Promise<RunContext> => {
    const turn = randomUUID();
    const token = randomUUID();
    await db.pool.query(
      `insert into steward.turn (id, conversation, state, token, owner, origin, principal, request)
       values ($1, $2, 'running', $3, $4, 'chat', $5, $6)`,
      [
        turn,
        conversation.key,
        token,
        worker,
        JSON.stringify(principal),
        JSON.stringify({ kind: "ask", text: "Set it, please" }),
      ],
    );
    return { turn, token, conversation, principal, origin: "chat", signal: new AbortController().signal };
  };
  const setTurn = (turn: string, state: string) =>
    db.pool.query(`update steward.turn set state = $2 where id = $1`, [turn, state]);

  const propose = async (
    run: RunContext,
    args: JsonObject = {},
    confirmed = false,
    tool = "boxes_item_set",
  ) => {
    const call = { id: randomUUID(), tool, args: { item: "a", value: "1", ...args } };
    const proposal = await gate.gate.propose(call, run, { confirmed });
    if (proposal.kind !== "planned") throw new Error(proposal.text);
    return proposal;
  };
  /** R4 as a turn does it: waiting with everything published. */
  const publish = async (run: RunContext) => {
    const plan = await gate.turns.preparePublish(run.turn, run.conversation);
    return db.transact(async (tx) => {
      await tx.query(`update steward.turn set state = 'waiting', token = null where id = $1`, [run.turn]);
      return gate.turns.publish(tx, plan);
    });
  };
  /** Every post of the outbox is in Slack now; a card's message is `<ts>` of its channel. */
  const post = async (): Promise<void> => {
    await db.pool.query(
      `update steward.outbox set state = 'sent', ts = 'ts-' || seq, posted_channel =
         case when channel like 'U%' then 'D-' || channel else channel end, sent_at = now()
       where state = 'pending' and kind = 'post'`,
    );
  };
  const posts = async () => {
    const { rows } = await db.pool.query<{
      key: string;
      channel: string;
      kind: string;
      posted_channel: string;
      ts: string;
      card: string | null;
      view: string;
    }>(`select * from steward.outbox order by seq`);
    return rows;
  };
  const messageOf = async (action: string): Promise<Click["message"]> => {
    const card = (await ledger.actions.get(action))?.card;
    const found = (await posts()).find((row) => row.card === card && row.kind === "post");
    if (found === undefined) throw new Error("The card was not posted");
    return { channel: found.posted_channel, ts: found.ts };
  };
  /** A click on the card's first message. */
  const click = async (
    action: string,
    clicker: Principal,
    kind: Click["kind"] = "approve",
    more: Partial<Click> = {},
  ) => gate.decisions.decide({ kind, action, clicker, message: await messageOf(action), ...more });
  /** Proposed, published and posted: a card that waits. */
  const waiting = async (args: JsonObject = {}, tool = "boxes_item_set") => {
    const run = await startTurn();
    const { action } = await propose(run, args, false, tool);
    await publish(run);
    await post();
    return { run, action };
  };
  const approved = async (args: JsonObject = {}, tool = "boxes_item_set") => {
    const made = await waiting(args, tool);
    const answer = await click(made.action, people.boris);
    if (answer.kind !== "decided") throw new Error(answer.text);
    return made;
  };
  const stateOf = async (action: string) => (await ledger.actions.get(action))?.state;
  const newest = async (action: string) => {
    const found = (await ledger.actions.newest([action])).get(action);
    if (found === undefined) throw new Error("No such action");
    return found;
  };
  const turnOf = async (turn: string) => {
    const { rows } = await db.pool.query<{ state: string; wake: boolean }>(
      `select state, wake from steward.turn where id = $1`,
      [turn],
    );
    return rows[0];
  };
  const jobs = async (task: string) => {
    const { rows } = await db.pool.query<{ key: string | null; queue_name: string }>(
      `select key, queue_name from graphile_worker.jobs where task_identifier = $1 order by id`,
      [task],
    );
    return rows;
  };
  const auditKinds = async (action: string): Promise<string[]> => {
    const { rows } = await db.pool.query<{ kind: string }>(
      `select kind from steward.audit where action = $1 order by id`,
      [action],
    );
    return rows.map(({ kind }) => kind);
  };
  const refusals = async () => {
    const { rows } = await db.pool.query<{ body: string }>(
      `select body from steward.audit where kind = 'click.refused' order by id`,
    );
    return rows.map(({ body }) => JSON.parse(body) as { actor: string; fields: { answer: string } });
  };
  /** Makes this world's worker alive, as the lanes do. */
  const live = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: db.url });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query(`select pg_advisory_lock(7747, hashtext($1))`, [worker]);
  };

  return {
    ...{
      db,
      ledger,
      boxes,
      tools,
      rules,
      members,
      present,
      directory,
      crashed,
      onCrash,
      audit,
      clock,
      worker,
      build,
      accounts,
      capabilities,
    },
    ...gate,
    ...{
      conversation,
      startTurn,
      setTurn,
      propose,
      publish,
      post,
      posts,
      messageOf,
      click,
      waiting,
      approved,
    },
    ...{ stateOf, newest, turnOf, jobs, auditKinds, refusals, live },
  };
};

export type World = Awaited<ReturnType<typeof world>>;
