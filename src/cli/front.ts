import type { Config } from "../config.ts";
import { TerminalError } from "../core/errors.ts";
import { openSlackApp } from "../slack/app.ts";
import { connectRoutes } from "../slack/connect/routes.ts";
import { boundValues } from "../slack/bound-value.ts";
import { routesServer } from "../slack/routes.ts";
import { inboxWriter } from "../store/inbox.ts";
import { lanesState } from "../store/queue/upkeep.ts";
import { pendingPosts } from "../store/outbox.ts";
import { openPool } from "../store/pool.ts";
import type { Log } from "../telemetry/log.ts";
import { openMetrics } from "../telemetry/metrics.ts";
import { createIntake } from "../turn/accept.ts";
import { incidentsFirst } from "../turn/urgency.ts";
import { answersSide } from "./answers-side.ts";
import type { Closers } from "./closers.ts";
import { formsSide } from "./forms-side.ts";
import type { DataSide } from "./data-side.ts";
import { type Health, healthRoutes } from "./health.ts";
import { mcpSide } from "./mcp-side.ts";
import { agentNames, messagesSide } from "./messages-side.ts";
import { installSide } from "./install-side.ts";
import { plannerLine } from "./planner.ts";
import type { SlackSide } from "./slack-side.ts";
import type { Wired } from "./start.ts";

/** Well within the three seconds that Slack waits. */
const intakeMs = 1_500;

/** The product's one HTTP port: Slack for gateways, health and metrics for all. Answers the port it listens on. */
export const openFront = async (
  config: Config,
  data: DataSide,
  slack: SlackSide,
  wired: Wired,
  log: Log,
  closers: Closers,
): Promise<number> => {
  const metrics = metricsOf(data);
  let ready = true;
  let sockets = (): number | undefined => undefined;
  const routes = healthRoutes({
    health: () => healthOf(config, data, wired, sockets()),
    metrics: () => metrics.text(),
    ready: () => ready,
    onError: (error) => log.error({ err: error }, "a health route failed"),
  });
  if (config.role === "worker") return openHealthServer(config, routes, closers);
  const bound = boundValues(config.slack.secret);
  // Connections of its own: what turns and acts hold never delays an acknowledgement, and an outage is refused in time.
  const intakePool = openPool({
    url: data.databaseUrl,
    log,
    max: 3,
    connectMs: intakeMs,
    statementMs: intakeMs,
  });
  closers.push(() => intakePool.end());
  const intake = createIntake(inboxWriter(intakePool), incidentsFirst(wired.channels));
  const install = installSide(config, slack, log);
  const forms = formsSide(slack, wired, log);
  const mcp = mcpSide(config, data, slack, wired, intake, log);
  const below = answersSide(
    ...([config, data, slack, wired] as const),
    { intake, forms, health: () => healthOf(config, data, wired, sockets()) },
    log,
  );
  const app = openSlackApp({
    workspaces: slack.workspaces,
    door: config.slack.door,
    apiUrl: config.slack.apiUrl,
    routes: [...routes, ...install.routes, ...connectSide(slack, wired, log), ...mcp.routes, below.route],
    events: {
      intake,
      audit: data.audit,
      ...messagesSide(data, slack, wired, log),
      ...install.leave,
      personLeft: wired.identity.leavers.left,
      ...below.events,
      count: (kind) => metrics.inbound(kind),
    },
    commands: {
      intake,
      people: slack.directory,
      decisions: wired.gate.decisions,
      openings: wired.delivery.openings,
      visible: (principal, conversation) =>
        wired.gate.gate.visible({ turn: "", conversation, principal, origin: "slash" }),
      runsOf: wired.turns.runsOf,
      connect: wired.identity,
      mcp: mcp.connect,
      settings: wired.channels,
      agents: agentNames(wired),
      bound,
      mayLink: wired.systems.mayLink,
      log,
    },
    forms,
    actions: {
      ...below.clicks,
      decisions: wired.gate.decisions,
      acceptOffer: wired.turns.acceptOffer,
      answerQuestion: wired.turns.answerQuestion,
      stop: wired.turns.stop,
      runAgain: wired.changes.runAgain,
    },
    answers: below.answers,
    log,
  });
  sockets = app.sockets;
  const port = await app.start(config.port, config.host).catch((error: unknown) => {
    throw listening(config, error);
  });
  wired.identity.listensOn(port);
  closers.push(() => {
    ready = false;
    return app.stop();
  });
  return port;
};

const metricsOf = ({ store: { pool } }: DataSide) =>
  openMetrics(async () => {
    const [lanes, outbox] = await Promise.all([lanesState(pool), pendingPosts(pool)]);
    return { waiting: lanes.runnable, oldestSeconds: lanes.oldestSeconds, orphans: lanes.orphans, outbox };
  });

const healthOf = async (
  config: Config,
  data: DataSide,
  wired: Wired,
  sockets: number | undefined,
): Promise<Health> => {
  const [postgres, memory] = await Promise.all([
    data.store.pool.query("select 1").then(
      () => "ok" as const,
      () => "down" as const,
    ),
    data.memoryLine(),
  ]);
  return {
    // Without a socket nobody is heard.
    ok: postgres === "ok" && sockets !== 0,
    postgres,
    memory,
    slack: slackLine(config, sockets),
    planner: plannerLine(wired.agents),
    role: config.role,
  };
};

const slackLine = (config: Config, sockets: number | undefined): string => {
  if (config.role === "worker") return "workers take nothing from Slack";
  if (sockets === undefined) return "http";
  return sockets === 1 ? "1 socket is open" : `${sockets} sockets are open`;
};

/** Why a port cannot be listened on, in words for an operator. */
const listening = ({ port, host }: Config, error: unknown): Error => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why: Record<string, string> = {
    EADDRINUSE: "another program listens there",
    EACCES: "this user may not listen there",
    EADDRNOTAVAIL: "this machine has no such address",
  };
  if (why[code] === undefined) return error instanceof Error ? error : new Error(String(error));
  const where = `port ${port}${host === undefined ? "" : ` of ${host}`}`;
  return new TerminalError("port", `Cannot listen on ${where}: ${why[code]}. Set PORT or STEWARD_HOST.`);
};

/** The pages of a sign-in. */
const connectSide = (slack: SlackSide, { identity }: Wired, log: Log) =>
  connectRoutes({ ...identity, people: slack.directory, within: slack.workspaces.within, log });

/** A worker takes nothing from Slack: it answers for its health alone. */
const openHealthServer = async (
  config: Config,
  routes: ReturnType<typeof healthRoutes>,
  closers: Closers,
): Promise<number> => {
  const server = routesServer(routes);
  const port = await server.listen(config.port, config.host).catch((error: unknown) => {
    throw listening(config, error);
  });
  closers.push(server.close);
  return port;
};
