import { setMaxListeners } from "node:events";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Command } from "@langchain/langgraph";
import type { Action } from "../core/action.ts";
import { limits } from "../core/limits.ts";
import { noUsage } from "../core/turn.ts";
import type { Toolbox } from "../core/tool.ts";
import type { Transact } from "../core/tx.ts";
import type { Gate } from "../gate/types.ts";
import { mayUse, supervisorName, type AgentFile } from "./agent-file.ts";
import { briefRoot } from "./briefing.ts";
import { answeringWork } from "./delegate.ts";
import { directPlanner } from "./direct-planner.ts";
import { fileSources } from "./files.ts";
import { findingOf } from "./find-tools.ts";
import { compileGraph, recursionLimit, type Graph } from "./graph.ts";
import { ModelFailure } from "./model-failure.ts";
import { ModelPlanner } from "./model-planner.ts";
import { openAiModels, type ModelsConfig, type OpenModel } from "./models.ts";
import { offeringOf } from "./offered.ts";
import { offlinePlanner } from "./offline-planner.ts";
import { outcomeOf } from "./outcome.ts";
import type { AgentLog, Parts } from "./parts.ts";
import type { Planner } from "./planner.ts";
import type { Catalogue, Router } from "./router/types.ts";
import type { Run } from "./run.ts";
import { DamagedCheckpoint, HeldSaver } from "./saver.ts";
import { shape, stateSchema, type GraphState } from "./state.ts";
import { summarise } from "./summary.ts";
import type { Agents, TurnStart } from "./types.ts";
import { newWork, rootOf, type Work } from "./works.ts";

/** What the agents are made of. */
export interface AgentsParts {
  gate: Gate;
  toolbox: Toolbox;
  /** From `readAgents`. */
  agents: readonly AgentFile[];
  /** Absent: the offline router answers. */
  models: ModelsConfig | undefined;
  /** Asked for when it is first needed. */
  router: () => Promise<Router>;
  catalogue?: () => Catalogue;
  /** Reads a kept checkpoint. */
  transact: Transact;
  log: AgentLog;
  clock?: () => Date;
  /** Opens models by name; tests give scripted ones. */
  openModel?: OpenModel;
}

/** Kept back from the turn's time for its end: the answer's transaction. */
const endingMs = 3_000;
const listenersMax = 100;
const noModel = "No language model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL.";

/** For a turn that was kept while a model was configured, and resumes without one. */
const noPlanner: Planner = {
  think: () => Promise.reject(new ModelFailure("model_missing", noModel, { passing: false })),
};

/** The supervisor and its specialists behind `Agents`: one compiled graph, one graph thread a turn. */
export const createAgents = (given: AgentsParts): Agents => {
  const { gate, toolbox, models, log, transact } = given;
  const clock = given.clock ?? (() => new Date());
  const agents = new Map(given.agents.map((agent) => [agent.name, agent]));
  const tools = new Map(toolbox.tools.map((tool) => [tool.name, tool]));
  const modelPlanner =
    models === undefined ? undefined : new ModelPlanner(given.openModel ?? openAiModels(models), models);
  const parts: Parts = {
    agents,
    tools,
    gate,
    offering: offeringOf(agents, toolbox.tools),
    finding: findingOf(agents, toolbox.tools),
    planners: {
      model: modelPlanner ?? noPlanner,
      direct: directPlanner,
      offline: offlinePlanner({
        agents: given.agents,
        router: given.router,
        clock,
        ...(given.catalogue !== undefined && { catalogue: given.catalogue }),
      }),
    },
    clock,
    log,
  };
  const saver = new HeldSaver();
  const graph = compileGraph(parts, saver);

  return {
    shape,
    list: () =>
      given.agents.map((agent) => ({
        name: agent.name,
        title: agent.title,
        description: agent.description,
        owner: agent.owner,
        tools: toolbox.tools.map(({ name }) => name).filter((name) => mayUse(agent, name)),
      })),
    planner() {
      if (modelPlanner === undefined) return { kind: "offline", why: noModel };
      const { name, failure } = modelPlanner.health;
      return failure === undefined ? { kind: "model", name } : { kind: "offline", why: failure };
    },
    sees: (agent) => {
      const role = agents.get(agent ?? supervisorName)?.model ?? "default";
      return modelPlanner?.sees(role) ?? false;
    },
    async start(start) {
      const outcome = await factOf(start, gate);
      const root = rootWork(start, parts, modelPlanner !== undefined, outcome);
      const run = openRun(start, parts, false, outcome);
      saver.begin(start.turn);
      announce(run, root);
      return outcomeOf(await drive(graph, run, { works: [root], usage: noUsage(), shape }), parts);
    },
    async resume(start) {
      if (!(await openKept(saver, start.turn, transact, log))) return undefined;
      const state = await resumable(graph, start.turn);
      if (state === undefined) {
        saver.drop(start.turn);
        log.warn({ turn: start.turn }, "the kept checkpoint was made by other code and is not resumed");
        return undefined;
      }
      const run = openRun(start, parts, true, await factOf(start, gate));
      run.answering = answeringWork(state.works);
      return outcomeOf(await drive(graph, run, new Command({ resume: true })), parts);
    },
    keep: (turn, tx) => saver.keep(turn, tx),
    end: (turn, tx) => saver.end(turn, tx),
    drop: (turn) => saver.drop(turn),
    summarise,
  };
};

const threadOf = (turn: string) => ({ configurable: { thread_id: turn } });

/** The settled action that a continued request starts from. */
const factOf = async ({ request }: TurnStart, gate: Gate): Promise<Action | undefined> =>
  request.kind === "outcome" ? (await gate.outcomes([request.action]))[0] : undefined;

const openRun = (start: TurnStart, parts: Parts, resumed: boolean, outcome: Action | undefined): Run => {
  const opened = performance.now();
  const ms = limits.turnSecondsMax * 1_000 - endingMs;
  const signal = AbortSignal.any([start.signal, AbortSignal.timeout(ms)]);
  // Every parallel work listens for the abort; the default warning at ten would cry wolf.
  setMaxListeners(listenersMax, start.signal, signal);
  const { turn, token, conversation, principal, origin } = start;
  const context = { turn, token, conversation, principal, origin, signal };
  const begun = new Map<string, number>();
  let visible: ReturnType<Run["visible"]> | undefined;
  return {
    start,
    context,
    resumed,
    outcome,
    left(work, secondsMax) {
      const now = performance.now();
      const began = begun.get(work) ?? now;
      begun.set(work, began);
      return Math.min(ms - (now - opened), secondsMax * 1_000 - (now - began));
    },
    visible: () => (visible ??= parts.gate.visible({ turn, conversation, principal, origin })),
    answering: "root",
    emit(event) {
      try {
        start.emit(event);
      } catch (error) {
        parts.log.warn({ err: error, turn }, "a live event could not be shown");
      }
    },
  };
};

/** Who begins: the agent that is named, else the supervisor; by a model, by the router, or by code for an exact call. */
const rootWork = (start: TurnStart, parts: Parts, hasModel: boolean, outcome: Action | undefined): Work => {
  const named = start.agent === undefined ? undefined : parts.agents.get(start.agent);
  const direct = start.request.kind === "call" ? ownerOf(parts, start.request.tool) : undefined;
  const agent = direct ?? named?.name ?? supervisorName;
  const why =
    direct !== undefined
      ? "the tool was named"
      : named !== undefined
        ? "named by the message, the thread or the channel"
        : "no agent was named";
  const root = newWork({
    id: "root",
    agent,
    parent: null,
    planner: start.request.kind === "call" ? "direct" : hasModel ? "model" : "offline",
    messages: briefRoot(start, parts.clock(), outcome),
    route: { agent, why, candidates: [] },
  });
  return { ...root, sources: fileSources(start.files ?? []) };
};

const ownerOf = (parts: Parts, tool: string): string =>
  [...parts.agents.values()].find((agent) => agent.name !== supervisorName && mayUse(agent, tool))?.name ??
  supervisorName;

const announce = (run: Run, root: Work): void => {
  run.emit({ kind: "agent", agent: root.agent, why: root.route.why });
  if (root.planner === "offline") run.emit({ kind: "planner", name: "offline" });
};

/** Runs the graph to its end or to its wait. */
const drive = async (graph: Graph, run: Run, input: Parameters<Graph["invoke"]>[0]): Promise<GraphState> => {
  const { turn, signal } = run.start;
  signal.throwIfAborted();
  const state = await graph.invoke(input, {
    ...threadOf(turn),
    context: { run },
    signal,
    recursionLimit,
    durability: "exit",
  } as RunnableConfig);
  if (!("works" in state)) throw new Error(`Turn ${turn} ended without a state.`);
  return state;
};

const openKept = async (
  saver: HeldSaver,
  turn: string,
  transact: Transact,
  log: AgentLog,
): Promise<boolean> => {
  try {
    return await saver.open(turn, transact);
  } catch (error) {
    if (!(error instanceof DamagedCheckpoint)) throw error;
    log.warn({ err: error, turn }, "the kept checkpoint cannot be read and is not resumed");
    return false;
  }
};

/** The kept state, where this code can go on with it: made by the same shape, waiting in `wait`, works that parse. */
const resumable = async (graph: Graph, turn: string): Promise<GraphState | undefined> => {
  const { next, values } = await graph.getState(threadOf(turn));
  if (next.length !== 1 || next[0] !== "wait") return undefined;
  const state = stateSchema.safeParse(values);
  if (!state.success || state.data.shape !== shape) return undefined;
  return rootOf(state.data.works).status === "waiting" ? state.data : undefined;
};
