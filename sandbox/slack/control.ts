import { z } from "zod";
import { agentRoutes } from "./agent-control.ts";
import { backstageRoutes } from "./backstage.ts";
import { command } from "../http/control.ts";
import type { Route } from "../http/types.ts";
import { formRoutes } from "./form-control.ts";
import type { SlackSim } from "./sim.ts";
import type { SlackFault } from "./faults.ts";

const who = { as: z.string() };
const where = { ...who, channel: z.string() };
const newFile = z.strictObject({
  name: z.string().min(1),
  content: z.string(),
  base64: z.boolean().optional(),
  mimetype: z.string().optional(),
});
const message = { ...where, ts: z.string() };
const nothing = z.unknown();

const clickSchema = z.strictObject({
  ...message,
  action_id: z.string(),
  block_id: z.string().optional(),
  value: z.string().optional(),
  ephemeral: z.boolean().optional(),
  state: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** Answer with the payload; send nothing. */
  dry: z.boolean().optional(),
});

const forgerySchema = z.strictObject({
  payload: z.unknown().optional(),
  form: z.record(z.string(), z.string()).optional(),
  event: z.unknown().optional(),
  signing: z.enum(["good", "bad", "stale"]).optional(),
});

const socketSchema = z.strictObject({
  end: z.enum(["warning", "refresh_requested", "link_disabled", "too_many_websockets", "silence", "cut"]),
  id: z.string().optional(),
});

/** The commands of the control interface: what people do in the workspace. */
const deeds = (sim: SlackSim): Route[] => [
  command(
    "POST",
    "say",
    z
      .strictObject({
        ...where,
        text: z.string(),
        thread_ts: z.string().optional(),
        broadcast: z.boolean().optional(),
        files: z.array(newFile).max(10).optional(),
      })
      .refine(({ text, files }) => text !== "" || (files?.length ?? 0) > 0, "give a text or files"),
    (input) => sim.say(input),
  ),
  command("POST", "edit", z.strictObject({ ...message, text: z.string().min(1) }), (input) =>
    sim.edit(input),
  ),
  command("POST", "delete", z.strictObject(message), (input) => sim.delete(input)),
  command("POST", "dm", z.strictObject(who), ({ as }) => ({ channel: sim.dm(as) })),
  command("POST", "home", z.strictObject({ ...who, tab: z.enum(["home", "messages"]) }), ({ as, tab }) => ({
    channel: sim.openHome(as, tab),
  })),
  command("POST", "read", z.strictObject(where), ({ as, channel }) => sim.read(as, channel)),
  command("POST", "join", z.strictObject(where), ({ as, channel }) => sim.join(as, channel)),
  command("POST", "leave", z.strictObject(where), ({ as, channel }) => sim.leave(as, channel)),
  command(
    "POST",
    "slash",
    z.strictObject({
      ...where,
      command: z.string(),
      text: z.string().default(""),
      thread_ts: z.string().optional(),
    }),
    (input) => sim.slash(input),
  ),
  command("POST", "click", clickSchema, ({ dry, ...click }) =>
    dry ? sim.clickPayload(click) : sim.click(click),
  ),
  command("POST", "forge", forgerySchema, (input) => sim.forge(input)),
];

/** The commands that steer the simulator itself, and what it has on record. */
const steering = (sim: SlackSim): Route[] => [
  command("GET", "calls", nothing, (_, { query }) => sim.calls(query.get("method") ?? undefined)),
  command("GET", "violations", nothing, () => sim.violations()),
  command("GET", "delivery", nothing, () => sim.deliveries()),
  command("POST", "redeliver", z.strictObject({ event_id: z.string() }), ({ event_id }) =>
    sim.redeliver(event_id),
  ),
  command(
    "POST",
    "order",
    z.strictObject({
      order: z.enum(["messageFirst", "mentionFirst", "together"]).optional(),
      duplicates: z.boolean().optional(),
    }),
    (input) => sim.deliverEvents(input),
  ),
  command("GET", "faults", nothing, () => sim.faults()),
  command("POST", "faults", nothing, (input) => ({
    ids: (Array.isArray(input) ? input : [input]).map((fault) => sim.fault(fault as SlackFault)),
  })),
  command("DELETE", "faults", nothing, () => sim.clearFaults()),
  command("POST", "limits", z.strictObject({ on: z.boolean() }), ({ on }) => sim.limits(on)),
  command("POST", "advance", z.strictObject({ ms: z.number().nonnegative() }), ({ ms }) => sim.advance(ms)),
  command(
    "POST",
    "product",
    z.strictObject({ url: z.url().optional(), pid: z.int().min(2).optional() }),
    ({ url, pid }) => {
      if (url !== undefined) sim.connect(url);
      if (pid !== undefined) sim.productProcess(pid);
    },
  ),
  command("GET", "sockets", nothing, () => sim.sockets.list()),
  command("POST", "sockets", socketSchema, ({ end, id }) => {
    if (end === "silence" || end === "cut") sim.sockets[end](id);
    else sim.sockets.disconnect(end, id);
  }),
  command("POST", "reset", nothing, () => sim.reset()),
];

/** Everything under /control/ that takes or gives JSON, beside the state (server.ts serves that and the change feed). */
export const controlRoutes = (sim: SlackSim): Route[] => [
  ...deeds(sim),
  ...formRoutes(sim),
  ...steering(sim),
  ...agentRoutes(sim.agent),
  ...backstageRoutes(sim.backstage),
];
