import { randomUUID } from "node:crypto";
import { createAgents } from "../agent/agents.ts";
import { linkRows } from "../audit/chain.ts";
import type { Config } from "../config.ts";
import { limits } from "../core/limits.ts";
import { sdkFetch } from "../http/sdk-fetch.ts";
import { bounded } from "../memory/recollection.ts";
import { slackInvite } from "../slack/connect/invite.ts";
import { slackWhisper } from "../slack/whisper.ts";
import { connectionWaits } from "../store/connection-waits.ts";
import { formStore } from "../store/forms.ts";
import { forgetOldMcp, mcpDefinitions } from "../store/mcp.ts";
import { offerStore } from "../store/offers.ts";
import { questionStore } from "../store/questions.ts";
import { lineStore } from "../store/line.ts";
import { openLanes } from "../store/queue/lanes.ts";
import { changeStore } from "../store/changes.ts";
import { stopStore } from "../store/turn-stops.ts";
import { turnSweep } from "../store/turn-sweep.ts";
import { turnStore } from "../store/turns.ts";
import { openLog, type Log } from "../telemetry/log.ts";
import { createAdmission } from "../turn/admission.ts";
import { createChanges } from "../turn/change.ts";
import { countFiles } from "../slack/markdown/csv.ts";
import type { Correction } from "../turn/corrections.ts";
import { createLine } from "../turn/line.ts";
import { createTurns } from "../turn/turns.ts";
import { openClosers, type Closers } from "./closers.ts";
import { connectionLook } from "./connection-look.ts";
import { crashAt } from "./crash.ts";
import { type DataSide, openDataSide } from "./data-side.ts";
import { openUploads } from "./uploads.ts";
import { openDeliverySide } from "./delivery-side.ts";
import { openGateSide } from "./gate-side.ts";
import { openFront } from "./front.ts";
import type { Knowledge } from "./knowledge.ts";
import { fetchOutside } from "./outside.ts";
import { accountsOf } from "./systems.ts";
import { plannerLine } from "./planner.ts";
import { knownCorrections, openRouter } from "./router.ts";
import { handlersOf } from "./lanes-side.ts";
import { openSlackSide, type SlackSide } from "./slack-side.ts";

/** A running product. */
export interface Product {
  /** Where it listens. */
  port: number;
  /** One line for people: which planner answers. */
  planner: string;
  /** Takes nothing new, waits for what runs, closes everything in reverse. */
  stop(): Promise<void>;
}

/** How long a stop waits for running turns: longer than the longest turn. */
const graceMs = (limits.turnSecondsMax + 10) * 1000;

/** What the two roles share, wired. */
const wire = (
  config: Config,
  { vocabulary, outside, agents: files, policies }: Knowledge,
  data: DataSide,
  slack: SlackSide,
  corrections: readonly Correction[],
  log: Log,
  closers: Closers,
) => {
  const worker = randomUUID();
  const crash = crashAt(config.crashAt);
  const { store, audit, memory } = data;
  const { transact } = store;
  const side = { worker, crash, log };
  const opened = openGateSide(config, { vocabulary, outside, policies }, data, slack, side, closers);
  const { identity, askers, systems, gate, ledger, groups, elsewhere, channels } = opened;
  const router = openRouter(systems.toolbox.tools, files, corrections);
  // Trained beside everything else, so that nobody waits for it on the day the provider is down; whoever asks sooner waits.
  // A training that fails is tried again when it is asked for, and told then.
  if (config.models === undefined || config.production) router().catch(() => {});
  const agents = createAgents({
    gate: gate.gate,
    toolbox: systems.toolbox,
    agents: files,
    models: config.models && modelsOf(config.models),
    router,
    transact,
    log,
  });
  const delivery = openDeliverySide(config, data, slack, { mayLink: systems.mayLink, crash }, log);
  closers.push(delivery.voice.idle);
  const uploads = openUploads(config.slack.apiUrl);
  closers.push(uploads.close);
  const line = createLine(
    lineStore(store.pool),
    (conversation, text) =>
      slack.workspaces.within(conversation.workspace, () => delivery.voice.status(conversation, text)),
    log,
  );
  const turns = createTurns({
    store: turnStore(store.pool),
    lost: turnSweep(store.pool),
    offers: offerStore,
    questions: questionStore,
    forms: formStore(store.pool),
    stops: stopStore(store.pool),
    connections: connectionWaits(store.pool, transact),
    invite: slackInvite(connectionLook(store.pool, identity), slack.calls, log),
    transact,
    agents,
    gate: gate.turns,
    memory,
    bounded,
    countFiles,
    marks: ledger.marks,
    audit,
    voice: delivery.voice,
    line,
    threads: slack.threads,
    files: slack.files,
    people: slack.directory,
    whisper: slackWhisper(slack.calls, log),
    admit: createAdmission({ settings: channels, forbidden: gate.turns.forbiddenTo }),
    crash,
    log,
    worker,
  });
  const changes = createChanges({ changes: changeStore, transact, audit }, turns.stop);
  const { workspaces } = slack;
  return {
    ...{ workspaces, worker, crash, gate, agents, turns, line, askers },
    ...{ identity, changes, delivery, uploads, systems, channels, elsewhere, groups },
    marks: ledger.marks,
  };
};

/** Everything that is wired. */
export type Wired = ReturnType<typeof wire>;

const modelsOf = ({ apiKey, baseUrl, sees, ...models }: NonNullable<Config["models"]>) => ({
  apiKey,
  baseUrl,
  fetch: sdkFetch("the language model", [baseUrl]),
  models,
  sees,
});

/**
 * The composition root: opens everything this process needs and answers how to stop it. What it opens it closes in
 * reverse, also when a later opening fails. What is refused from outside is thrown in words for an operator.
 */
export const start = async (config: Config, knowledge: Knowledge): Promise<Product> => {
  const log = openLog(config.logLevel);
  const closers = openClosers((error) => log.error({ err: error }, "closing failed"));
  try {
    const data = await openDataSide(config, log, closers);
    const slack = await openSlackSide(config, data, log, closers);
    const corrections = await knownCorrections(config, slack, data);
    const outside = await fetchOutside(knowledge.outside, config.dataFolder, {
      ...{ accounts: accountsOf(config, knowledge.outside), known: mcpDefinitions(data.store.pool), log },
    });
    const wired = wire(config, { ...knowledge, outside }, data, slack, corrections, log, closers);
    if (config.role !== "gateway") await work(config, data, wired, log, closers);
    const port = await openFront(config, data, slack, wired, log, closers);
    return { port, planner: plannerLine(wired.agents), stop: closers.close };
  } catch (error) {
    await closers.close();
    throw error;
  }
};

/** The worker's side: the lanes, and the chores that keep state true. */
const work = async (
  config: Config,
  data: DataSide,
  wired: Wired,
  log: Log,
  closers: Closers,
): Promise<void> => {
  const { turns, line, gate, worker, delivery } = wired;
  const lanes = await openLanes({
    url: data.databaseUrl,
    pool: data.store.pool,
    worker,
    version: "1",
    role: config.role,
    handlers: handlersOf(data, wired, log),
    chores: [
      { name: "runs", seconds: 0.5, run: turns.beat },
      { name: "line", seconds: 0.3, run: line.tell },
      { name: "turns", seconds: 3, run: turns.sweep },
      { name: "actions", seconds: 3, run: gate.sweep.sweep },
      { name: "askers", seconds: 60, run: wired.askers.forget },
      ...delivery.chores,
      { name: "tokens to give back", seconds: 5, run: () => wired.identity.accounts.giveBack() },
      { name: "people who left", seconds: 60, run: () => wired.identity.leavers.look() },
      { name: "old MCP requests", seconds: 3_600, run: () => forgetOldMcp(data.store.pool) },
      { name: "audit chain", seconds: 1, run: () => linkRows(data.store.transact) },
    ],
    graceMs,
    log,
    onLost: (error) => {
      log.fatal({ err: error }, "the proof of life is gone: ending, so that others take over safely");
      process.exit(70);
    },
  });
  closers.push(lanes.stop);
};
