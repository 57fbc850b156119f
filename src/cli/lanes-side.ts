import { z } from "zod";
import { sendChannel } from "../slack/delivery/sender.ts";
import { drawFile } from "../slack/views/file.ts";
import { drawView } from "../slack/views/draw.ts";
import { answerViews } from "../store/answers.ts";
import { outboxQueue } from "../store/outbox.ts";
import type { LanesOptions } from "../store/queue/lanes.ts";
import type { Log } from "../telemetry/log.ts";
import { atHome } from "./at-home.ts";
import { connectionLook } from "./connection-look.ts";
import type { DataSide } from "./data-side.ts";
import type { Wired } from "./start.ts";

const actionSchema = z.object({ action: z.string() });
const channelSchema = z.object({ channel: z.string() });

/** The four kinds of jobs. Each names what to look at; what is to be done stands in the tables. */
export const handlersOf = (
  data: DataSide,
  { turns, gate, agents, identity, systems, delivery, uploads, workspaces }: Wired,
  log: Log,
): LanesOptions["handlers"] => {
  const titles = new Map(agents.list().map((agent) => [agent.name, agent.title]));
  const views = {
    ...answerViews(data.store.pool, (agent) => titles.get(agent) ?? "Steward"),
    connection: connectionLook(data.store.pool, identity),
  };
  const sender = {
    ...delivery.take,
    queue: outboxQueue(data.store.pool),
    draw: drawView(views, gate.decisions, systems.mayLink, delivery.pageChars),
    files: { draw: drawFile(views), upload: uploads.upload },
    within: workspaces.within,
    log,
  };
  const handlers: LanesOptions["handlers"] = {
    converse: (payload, signal) => turns.converse(payload, signal),
    act: (payload) => gate.executor.act(actionSchema.parse(payload).action),
    follow: (payload) => gate.executor.follow(actionSchema.parse(payload).action),
    send: (payload) => sendChannel(channelSchema.parse(payload).channel, sender),
  };
  return atHome(handlers, workspaces, data.store.pool, log);
};
