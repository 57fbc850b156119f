import { z } from "zod";
import { json } from "../http/reply.ts";
import type { Call, Reply } from "../http/types.ts";
import {
  ApiError,
  checked,
  idempotencyKey,
  notFound,
  page,
  paging,
  queryOf,
  startApi,
  type Around,
  type SandboxApi,
} from "./api.ts";

/** Somebody who can be paged. */
interface OnCallPerson {
  readonly email: string;
  readonly name: string;
  readonly phone: string;
}

/** A page that went out to somebody's phone. */
export interface Page {
  readonly id: string;
  readonly to: string;
  readonly team: string;
  readonly service: string | null;
  readonly summary: string;
  readonly urgency: "high" | "low";
  readonly key: string | null;
  status: "triggered" | "acknowledged";
  acknowledged_by: string | null;
  readonly created_at: string;
}

interface OnCallWorld extends Around {
  readonly began: number;
  /** Oldest first. */
  readonly pages: Page[];
}

/** What the drawer shows: the newest first. */
export interface OnCallState {
  readonly pages: readonly Page[];
}

/** A running on-call service: who is on duty, and pages. */
export type OnCall = SandboxApi<OnCallWorld, OnCallState>;

const hourMs = 3_600_000;
const person = (email: string, name: string, last: string): OnCallPerson => ({
  email,
  name,
  phone: `+44 20 7946 00${last}`,
});
const boris = person("boris@example.com", "Boris Novak", "21");
const anna = person("anna@example.com", "Anna Petrosyan", "22");
const elif = person("elif@example.com", "Elif Kaya", "23");
const grace = person("grace@example.com", "Grace Okafor", "24");
const carla = person("carla@example.com", "Carla Mendes", "25");
const people = [boris, anna, elif, grace, carla];

const teams: readonly {
  readonly team: string;
  readonly services: readonly string[];
  readonly primary: OnCallPerson;
  readonly secondary: OnCallPerson;
}[] = [
  { team: "payments", services: ["ledger-api", "payout-worker"], primary: boris, secondary: anna },
  { team: "platform", services: ["card-auth", "checkout-web"], primary: elif, secondary: grace },
  { team: "support", services: [], primary: carla, secondary: boris },
];

const dutyQuery = z.object({ team: z.string().optional(), service: z.string().optional() });
const pagesQuery = z.object({
  status: z.enum(["triggered", "acknowledged"]).optional(),
  team: z.string().optional(),
  key: z.string().optional(),
  ...paging(50),
});
const pageBody = z.strictObject({
  to: z.email(),
  summary: z.string().trim().min(1).max(300),
  service: z.string().optional(),
  urgency: z.enum(["high", "low"]).default("high"),
});

/** Starts the on-call service; the token is the service's own. */
export const startOnCall = ({ port }: { port?: number } = {}): Promise<OnCall> =>
  startApi<OnCallWorld, OnCallState>({
    token: "oncall-sandbox-steward",
    port,
    seed: (around) => ({ ...around, began: around.clock.now(), pages: [] }),
    show: ({ pages }) => ({ pages: pages.toReversed() }),
    routes: (route) => [
      route("GET", "/on-call", duty),
      route("GET", "/people/:email", (call) => json(200, personOf(call.param("email")))),
      route("GET", "/pages", list),
      route("POST", "/pages", send),
      route("GET", "/pages/:page", (call, world) => json(200, pageOf(call, world))),
      route("POST", "/pages/:page/acknowledge", acknowledge),
    ],
  });

function personOf(email: string): OnCallPerson & { team: string } {
  const found = people.find((one) => one.email === email.toLowerCase());
  const own = teams.find(({ primary, secondary }) => found === primary || found === secondary);
  if (found === undefined || own === undefined) throw notFound(`person ${email} on any schedule`);
  return { ...found, team: own.team };
}

function duty(call: Call, { began }: OnCallWorld): Reply {
  const { team, service } = checked(dutyQuery, queryOf(call));
  const wanted = teams.filter(
    (one) =>
      (team === undefined || one.team === team) && (service === undefined || one.services.includes(service)),
  );
  if (wanted.length === 0) {
    throw notFound(
      `${service === undefined ? `team ${team}` : `service ${service}`} with a schedule; teams: ${teams.map((one) => one.team).join(", ")}`,
    );
  }
  const until = new Date(began + 62 * hourMs).toISOString();
  return json(200, { on_call: wanted.map((one) => ({ ...one, until })), total: wanted.length });
}

function list(call: Call, { pages }: OnCallWorld): Reply {
  const wanted = checked(pagesQuery, queryOf(call));
  const found = pages.filter(
    (one) =>
      (wanted.status === undefined || one.status === wanted.status) &&
      (wanted.team === undefined || one.team === wanted.team) &&
      (wanted.key === undefined || one.key === wanted.key),
  );
  const { rows, ...rest } = page(found.toReversed(), wanted);
  return json(200, { pages: rows, ...rest });
}

function send(call: Call, { pages, clock, feed }: OnCallWorld): Reply {
  const given = checked(pageBody, call.body);
  const key = idempotencyKey(call);
  const before = key === null ? undefined : pages.find((one) => one.key === key);
  if (before !== undefined) return json(200, before, { "idempotent-replayed": "true" });
  const { email, team } = personOf(given.to);
  const sent: Page = {
    ...given,
    id: `p-${301 + pages.length}`,
    to: email,
    team,
    service: given.service ?? null,
    key,
    status: "triggered",
    acknowledged_by: null,
    created_at: clock.iso(),
  };
  pages.push(sent);
  feed.publish("page.sent", { id: sent.id, to: email });
  return json(201, sent);
}

function pageOf(call: Call, { pages }: OnCallWorld): Page {
  const found = pages.find(({ id }) => id === call.param("page"));
  if (found === undefined) throw notFound(`page ${call.param("page")}`);
  return found;
}

function acknowledge(call: Call, world: OnCallWorld): Reply {
  const found = pageOf(call, world);
  const { by } = checked(z.strictObject({ by: z.email() }), call.body);
  if (found.status === "acknowledged" && found.acknowledged_by !== by) {
    throw new ApiError(
      409,
      "acknowledged",
      `Page ${found.id} was acknowledged by ${found.acknowledged_by} already.`,
    );
  }
  found.status = "acknowledged";
  found.acknowledged_by = by;
  world.feed.publish("page.acknowledged", { id: found.id, by });
  return json(200, found);
}
