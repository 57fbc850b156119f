import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { startModel, type Model } from "../../sandbox/model/index.ts";
import { createAgents, type AgentsParts } from "../../src/agent/agents.ts";
import { frontMatterSchema, type AgentFile } from "../../src/agent/agent-file.ts";
import type { Router } from "../../src/agent/router/types.ts";
import type { AgentEvent, Agents, TurnStart } from "../../src/agent/types.ts";
import type { Action, ActionOutcome, ActionState } from "../../src/core/action.ts";
import type { Principal } from "../../src/core/principal.ts";
import type { Tool, ToolOutput } from "../../src/core/tool.ts";
import type { Transact } from "../../src/core/tx.ts";
import type { Call, Gate, Proposal, ReadResult, RunContext } from "../../src/gate/types.ts";

const anna: Principal = {
  kind: "person",
  workspace: "T1",
  user: "U1",
  name: "Anna Petrosyan",
  email: "anna@example.com",
  timezone: "Europe/Berlin",
  guest: false,
  external: false,
  bot: false,
  active: true,
};

/** 2026-11-20 is a Friday. */
export const friday = () => new Date("2026-11-20T10:00:00Z");

const never = () => Promise.reject(new Error("only the gate runs tools"));

const base = (name: string, title: string) => ({
  name,
  title,
  description: `${title}.`,
  system: name.split("_")[0] ?? "",
  input: z.strictObject({ subject: z.string() }),
  slots: {},
  examples: [`${title.toLowerCase()} of {project}`],
  targetTypes: ["Thing"],
  policyArgs: {},
  step: ({ subject }: { subject?: unknown }) => `${title}: ${String(subject)}`,
  resolve: never,
  run: never,
});

export const readTool = (name: string, title: string): Tool => ({ ...base(name, title), effect: "read" });

const writeTool = (name: string, title: string): Tool => ({
  ...base(name, title),
  effect: "write",
  version: never,
  find: never,
  lagMs: 0,
});

export const tools: Tool[] = [
  readTool("gitlab_pipeline_explain", "Explain a pipeline"),
  readTool("gitlab_merge_request_find", "Find merge requests"),
  writeTool("gitlab_merge_request_merge", "Merge a merge request"),
  readTool("crm_deal_find", "Find deals"),
  writeTool("crm_deal_update", "Update a deal"),
];

export const output = (text: string, more: Partial<ToolOutput> = {}): ToolOutput => ({
  text,
  sources: [],
  untrusted: [],
  ...more,
});

/** A gate of memory alone: reads answer what the test says, writes stand in a small ledger that the test settles. */
export class LedgerGate implements Gate {
  readonly reads: Call[] = [];
  readonly proposals: (Call & { confirmed: boolean })[] = [];
  readonly contexts: RunContext[] = [];
  readonly actions: Map<string, Action> = new Map();
  /** How often the ledger was asked. */
  asked = 0;
  onRead: (call: Call, run: RunContext) => ReadResult | Promise<ReadResult> = (call) => ({
    kind: "output",
    output: output(`${call.tool} says ${JSON.stringify(call.args)}`),
  });
  onPropose: (call: Call) => Proposal | undefined = () => undefined;

  tools: readonly Tool[] = tools;

  visible(): Promise<Tool[]> {
    return Promise.resolve([...this.tools].reverse());
  }

  async read(call: Call, run: RunContext): Promise<ReadResult> {
    this.reads.push(call);
    this.contexts.push(run);
    return this.onRead(call, run);
  }

  async propose(call: Call, run: RunContext, options?: { confirmed?: boolean }): Promise<Proposal> {
    this.proposals.push({ ...call, confirmed: options?.confirmed ?? false });
    const refused = this.onPropose(call);
    if (refused !== undefined) return Promise.resolve(refused);
    const id = randomUUID();
    this.actions.set(id, actionOf(id, call, run.turn));
    return Promise.resolve({ kind: "planned", action: id, asks: true });
  }

  outcomes(ids: string[]): Promise<Action[]> {
    this.asked++;
    return Promise.resolve(ids.flatMap((id) => this.actions.get(id) ?? []));
  }

  settle(id: string, state: ActionState, outcome: ActionOutcome | null = null): void {
    const action = this.actions.get(id);
    if (action === undefined) throw new Error(`no action ${id}`);
    this.actions.set(id, { ...action, state, outcome });
  }
}

export const actionOf = (
  id: string,
  call: Pick<Call, "tool" | "args">,
  turn: string = randomUUID(),
): Action => ({
  id,
  turn,
  conversation: "T1/C1/1",
  card: id,
  state: "planned",
  tool: call.tool,
  system: "gitlab",
  effect: "write",
  risk: 2,
  args: call.args,
  digest: "digest",
  target: { type: "Thing", id: "1", label: "thing 1", parents: [], ancestors: [] },
  targetVersion: "1",
  preview: { sentence: `${call.tool} on ${JSON.stringify(call.args["subject"])}`, fields: [] },
  principal: anna,
  untrusted: [],
  asks: [],
  policyRequest: {},
  policyDigest: "policies",
  credential: "service:gitlab",
  nonce: "nonce",
  expiresAt: friday(),
  token: null,
  owner: null,
  sendUntil: null,
  outcome: null,
  supersededBy: null,
  createdAt: friday(),
  decidedAt: null,
  settledAt: null,
  followEndedAt: null,
});

export const agentFile = (name: string, more: Record<string, unknown> = {}): AgentFile => ({
  ...frontMatterSchema.parse({ name, title: name, description: `Does ${name}.`, owner: "platform", ...more }),
  instructions: `You are the ${name} agent.`,
});

export const agentFiles = [
  agentFile("supervisor", { delegates: ["engineering", "revenue"] }),
  agentFile("engineering", { title: "Engineering", tools: { allow: ["gitlab_*"] } }),
  agentFile("revenue", { title: "Revenue", tools: { allow: ["crm_*"] } }),
];

/** Knows nothing, so that a test that does not mean the router sees at once when it is asked. */
export const noRouter: Router = {
  route: () => ({ ranked: [], none: 1, confident: null }),
  thresholds: new Map(),
  tools: [],
};

const noDatabase: Transact = () => Promise.reject(new Error("this test has no database"));

/** Collects what the agents log, so that a test can look into a failure. */
export const logged: object[] = [];

export interface Bench {
  agents: Agents;
  gate: LedgerGate;
  model: Model;
  events: AgentEvent[];
  start(text: string, more?: Partial<TurnStart>): TurnStart;
}

/** The agents on a scripted OpenAI-compatible server and a ledger of memory. */
export const bench = async (more: Partial<AgentsParts> = {}): Promise<Bench> => {
  const model = await startModel();
  onTestFinished(() => model.close());
  const gate = new LedgerGate();
  const events: AgentEvent[] = [];
  const agents = createAgents({
    gate,
    toolbox: { tools, entityTypes: {} },
    agents: agentFiles,
    models: { apiKey: "sk-test-secret", baseUrl: model.baseUrl, fetch, models: { default: "scripted" } },
    router: () => Promise.resolve(noRouter),
    transact: noDatabase,
    log: { warn: (fields) => logged.push(fields) },
    clock: friday,
    ...more,
  });
  return { agents, gate, model, events, start: (text, given) => startOf(text, events, given) };
};

export const startOf = (text: string, events: AgentEvent[], more: Partial<TurnStart> = {}): TurnStart => ({
  turn: randomUUID(),
  token: randomUUID(),
  conversation: { key: "T1/C1/1", workspace: "T1", channel: "C1", threadTs: "1", kind: "channel" },
  principal: anna,
  origin: "chat",
  request: { kind: "ask", text },
  recollection: { summary: "", recent: [] },
  untrusted: [],
  signal: new AbortController().signal,
  emit: (event) => void events.push(event),
  ...more,
});
