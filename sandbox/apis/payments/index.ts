import { z } from "zod";
import { command } from "../../http/control.ts";
import { json } from "../../http/reply.ts";
import type { Call, Reply } from "../../http/types.ts";
import {
  ApiError,
  checked,
  etag,
  idempotencyKey,
  ifMatch,
  notFound,
  page,
  paging,
  queryOf,
  startApi,
  type SandboxApi,
} from "../api.ts";
import { seedPayments } from "./seed.ts";
import type { PaymentsWorld, Payout } from "./types.ts";

export interface PaymentsOptions {
  readonly port?: number;
  /** How long the bank takes for a retried payout, ms; Infinity: until `finish`. */
  readonly bankMs?: number;
}

/** What the drawer shows of the payments API. */
interface PaymentsState {
  readonly payouts: readonly Payout[];
}

/** A running payments API: payouts, their events, retries. */
export interface Payments extends SandboxApi<PaymentsWorld, PaymentsState> {
  /** The bank answers: the running attempt ends so. */
  finish(id: string, outcome: "paid" | "returned"): void;
  /** Somebody else changes the payout, as in another tool. */
  touch(id: string, reason: string): void;
}

const statuses = ["scheduled", "processing", "stuck", "returned", "paid", "cancelled"] as const;
const findQuery = z.object({
  status: z.enum(statuses).optional(),
  merchant: z.string().optional(),
  email: z.string().optional(),
  ...paging(50),
});
const eventsQuery = z.object(paging(50));
const retryBody = z.strictObject({
  source: z.string().min(1),
  reason: z.string().max(500).optional(),
  debug: z.boolean().optional(),
});

const finishBody = z.strictObject({ payout: z.string(), outcome: z.enum(["paid", "returned"]) });

/** Starts the payments API; the token is the service's own. */
export async function startPayments({ port, bankMs = 6_000 }: PaymentsOptions = {}): Promise<Payments> {
  const api = await startApi<PaymentsWorld, PaymentsState>({
    token: "pay-sandbox-steward",
    port,
    seed: seedPayments,
    show: ({ payouts }) => ({
      payouts: payouts.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at)),
    }),
    routes: (route) => [
      route("GET", "/payouts", find),
      route("GET", "/payouts/:payout", (call, world) => {
        const payout = payoutOf(call, world);
        return json(200, payout, etag(payout.revision));
      }),
      route("GET", "/payouts/:payout/attempts", attempts),
      route("GET", "/payouts/:payout/events", events),
      route("POST", "/payouts/:payout/retry", (call, world) => retry(call, world, bankMs)),
    ],
    commands: (world) => [
      command("POST", "finish", finishBody, ({ payout, outcome }) =>
        finish(world(), payoutNamed(world(), payout), outcome),
      ),
    ],
  });
  const named = (id: string) => payoutNamed(api.world(), id);
  return {
    ...api,
    finish: (id, outcome) => finish(api.world(), named(id), outcome),
    touch: (id, reason) => change(api.world(), named(id), "noted", reason),
  };
}

function payoutNamed(world: PaymentsWorld, id: string): Payout {
  const found = world.payouts.find((one) => one.id === id);
  if (found === undefined) throw notFound(`payout ${id}`);
  return found;
}

const payoutOf = (call: Call, world: PaymentsWorld): Payout => payoutNamed(world, call.param("payout"));

function find(call: Call, world: PaymentsWorld): Reply {
  const wanted = checked(findQuery, queryOf(call));
  const has = (text: string, part: string | undefined) =>
    part === undefined || text.toLowerCase().includes(part.toLowerCase());
  const found = world.payouts.filter(
    (one) =>
      (wanted.status === undefined || one.status === wanted.status) &&
      has(one.merchant, wanted.merchant) &&
      (wanted.email === undefined || one.recipient.email === wanted.email.toLowerCase()),
  );
  const newest = found.toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  const { rows, ...rest } = page(newest, wanted);
  return json(200, { payouts: rows, ...rest });
}

function events(call: Call, world: PaymentsWorld): Reply {
  const { id } = payoutOf(call, world);
  const own = world.events.filter((one) => one.payout === id);
  const { rows, ...rest } = page(own, checked(eventsQuery, queryOf(call)));
  return json(200, { payout: id, events: rows, ...rest });
}

function attempts(call: Call, world: PaymentsWorld): Reply {
  const payout = payoutOf(call, world);
  const { key } = checked(z.object({ key: z.string().optional() }), queryOf(call));
  const found = payout.attempts.filter((one) => key === undefined || one.key === key);
  return json(200, { payout: payout.id, status: payout.status, attempts: found, total: found.length });
}

function retry(call: Call, world: PaymentsWorld, bankMs: number): Reply {
  const { clock } = world;
  const payout = payoutOf(call, world);
  const asked = checked(retryBody, call.body ?? {});
  const key = idempotencyKey(call);
  const before = key === null ? undefined : world.keys.get(key);
  if (before === payout.id) return json(200, payout, { "idempotent-replayed": "true" });
  if (before !== undefined) {
    throw new ApiError(422, "key_reused", `This Idempotency-Key was used for payout ${before}.`);
  }
  ifMatch(call, `Payout ${payout.id}`, payout.revision);
  if (payout.status !== "stuck" && payout.status !== "returned") {
    const message = `Payout ${payout.id} is ${payout.status}; only stuck and returned payouts can be retried.`;
    throw new ApiError(409, "not_retryable", message);
  }
  if (key !== null) world.keys.set(key, payout.id);
  const number = payout.attempts.length + 1;
  payout.attempts.push({ number, key, started_at: clock.iso(), source: asked.source, outcome: "running" });
  payout.status = "processing";
  change(world, payout, "retried", `Order sent to the bank again, attempt ${number} by ${asked.source}`);
  clock.after(bankMs, () => payout.status === "processing" && finish(world, payout, "paid"));
  return json(202, payout);
}

function finish(world: PaymentsWorld, payout: Payout, outcome: "paid" | "returned"): void {
  const running = payout.attempts.find((one) => one.outcome === "running");
  if (running === undefined) throw new Error(`no attempt of payout ${payout.id} is running`);
  running.outcome = outcome;
  payout.status = outcome;
  change(
    world,
    payout,
    outcome,
    outcome === "paid" ? "The bank confirmed the payment" : "The bank returned it",
  );
}

/** Notes what happened, and tells the watchers. */
function change(world: PaymentsWorld, payout: Payout, kind: string, text: string): void {
  const { clock, feed } = world;
  payout.revision += 1;
  payout.updated_at = clock.iso();
  payout.reason = kind === "noted" || kind === "returned" ? text : null;
  world.events.push({ id: world.nextEvent++, payout: payout.id, at: clock.iso(), kind, text });
  feed.publish(`payout.${kind}`, { id: payout.id, status: payout.status });
}
