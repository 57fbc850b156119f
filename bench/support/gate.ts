import { randomUUID } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { openAudit } from "../../src/audit/append.ts";
import { outsideVocabulary, readOutside } from "../../src/cli/outside.ts";
import type { Principal } from "../../src/core/principal.ts";
import type { ConversationRef } from "../../src/core/turn.ts";
import { openCapabilities } from "../../src/gate/capabilities.ts";
import { createGate } from "../../src/gate/gate.ts";
import { openPolicy } from "../../src/gate/policy/index.ts";
import { loadPolicies } from "../../src/gate/policy/load.ts";
import type { RunContext } from "../../src/gate/types.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openStore, type Store } from "../../src/store/pool.ts";
import { allTools } from "../../tools/index.ts";
import type { WriteTool } from "../../src/core/tool.ts";
import { noopTypes } from "./noop-tool.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const person: Principal = {
  ...{ kind: "person", workspace: "T1", user: "UANNA", name: "Anna Petrosyan", email: "anna@example.com" },
  ...{ timezone: "Europe/Berlin", guest: false, external: false, bot: false, active: true },
};

const directory = {
  person: () => Promise.resolve(person),
  usergroup: () => Promise.resolve([]),
  personByEmail: () => Promise.resolve(person),
  inChannel: () => Promise.resolve(true),
};

/** A running turn of its own for each write, as R1 would have made it. */
const beginTurn = async (
  { pool }: Store,
  worker: string,
  conversation: ConversationRef,
): Promise<RunContext> => {
  const turn = randomUUID();
  const token = randomUUID();
  const request = JSON.stringify({ kind: "ask", text: "Set it, please" });
  await pool.query(
    `insert into steward.turn (id, conversation, state, token, owner, origin, principal, request)
     values ($1, $2, 'running', $3, $4, 'chat', $5, $6)`,
    [turn, conversation.key, token, worker, JSON.stringify(person), request],
  );
  return {
    turn,
    token,
    conversation,
    principal: person,
    origin: "chat",
    signal: new AbortController().signal,
  };
};

const addConversation = async ({ pool }: Store, n: number): Promise<ConversationRef> => {
  const conversation: ConversationRef = {
    ...{ key: `T1/C1/${n}.0`, workspace: "T1", channel: "C1", threadTs: `${n}.0`, kind: "channel" },
  };
  await pool.query(
    `insert into steward.conversation (id, workspace, channel, thread_ts, kind) values ($1, 'T1', 'C1', $2, 'channel')`,
    [conversation.key, conversation.threadTs],
  );
  return conversation;
};

const listed = join(import.meta.dirname, "../../tools");
const toolFolders = { apis: join(listed, "apis"), mcp: join(listed, "mcp") };

/** The gate as the product wires it, in this process: shipped policies, real Postgres, the durable audit log. */
export const openGate = async (url: string, tool: WriteTool) => {
  const store = openStore({ url, log: silent });
  const shipped = allTools([outsideVocabulary(readOutside(toolFolders))]);
  const vocabulary = {
    tools: [...shipped.tools, tool],
    entityTypes: { ...shipped.entityTypes, ...noopTypes },
  };
  const policies = loadPolicies(join(import.meta.dirname, "../../policies"), vocabulary);
  const channelFacts = () => Promise.resolve({ name: "bench", shared: false });
  const { policy, groups, elsewhere } = openPolicy(policies, vocabulary, { directory, channelFacts });
  const worker = randomUUID();
  const gate = createGate({
    ...{ toolbox: { tools: [tool], entityTypes: noopTypes }, policy, groups, directory, elsewhere },
    ...{ ledger: createLedger(store.pool), transact: store.transact, audit: openAudit(store.transact) },
    ...{
      connections: { of: () => Promise.resolve(new Map()), offers: () => false },
      capabilities: openCapabilities(),
    },
    ...{ crash: () => {}, log: silent, worker, serviceAccountActs: true },
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  });
  // Proof of life, as the lanes hold it: without it the executing row would count as lost.
  const alive = new pg.Client({ connectionString: url });
  await alive.connect();
  await alive.query("select pg_advisory_lock_shared(7747, hashtext($1))", [worker]);
  return {
    ...gate,
    transact: store.transact,
    addConversation: (n: number) => addConversation(store, n),
    beginTurn: (conversation: ConversationRef) => beginTurn(store, worker, conversation),
    close: async () => {
      await alive.end();
      await store.close();
    },
  };
};
