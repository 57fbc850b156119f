import { z } from "zod";
import { json } from "../../http/reply.ts";
import type { Call, Reply } from "../../http/types.ts";
import { checked, notFound, queryOf, startApi, type Around, type SandboxApi } from "../api.ts";
import { services, type Service } from "./services.ts";

interface MetricsWorld extends Around {
  /** When the seed was made: incidents count back from there. */
  readonly began: number;
}

/** A running metrics store: numbers of each service by the minute, made up but steady. */
export type Metrics = SandboxApi<MetricsWorld, object>;

const minuteMs = 60_000;
const minutesOf: Readonly<Record<string, number>> = {
  "15m": 15,
  "1h": 60,
  "6h": 360,
  "24h": 1_440,
  "7d": 10_080,
};
const window = z.enum(["15m", "1h", "6h", "24h", "7d"]);
const metric = z.enum(["error_rate", "latency_p95", "requests"]);
const units = { error_rate: "percent", latency_p95: "ms", requests: "per minute" } as const;
const pointsMax = 60;

/** Starts the metrics store; the token may only read. */
export const startMetrics = ({ port }: { port?: number } = {}): Promise<Metrics> =>
  startApi<MetricsWorld, object>({
    token: "metrics-sandbox-steward",
    port,
    seed: (around) => ({ ...around, began: around.clock.now() }),
    show: () => ({}),
    routes: (route) => [
      route("GET", "/services", (_, world) =>
        json(200, { services: services.map((one) => health(one, world, 15)), total: services.length }),
      ),
      route("GET", "/services/:service", (call, world) => {
        const { window: asked } = checked(z.object({ window: window.default("1h") }), queryOf(call));
        return json(200, health(serviceOf(call), world, minutesOf[asked] ?? 60));
      }),
      route("GET", "/services/:service/series", series),
    ],
  });

const serviceOf = (call: Call): Service => {
  const name = call.param("service");
  const found = services.find((one) => one.name === name);
  if (found === undefined)
    throw notFound(`service ${name}: there are ${services.map((one) => one.name).join(", ")}`);
  return found;
};

/** A value at a minute: the usual one or the incident's, with a little noise that is the same each time. */
function valueAt(service: Service, name: z.infer<typeof metric>, at: number, began: number): number {
  const since = service.incidentMinutes;
  const bad = since !== undefined && at >= began - since * minuteMs;
  const noise = 1 + ((Math.trunc(at / minuteMs) * 7_919 + service.name.length * 31) % 17) / 100 - 0.08;
  const [usual, incident] = name === "error_rate" ? service.errors : service.latency;
  const base = name === "requests" ? service.traffic : bad ? incident : usual;
  return Math.round(base * noise * 100) / 100;
}

function mean(
  service: Service,
  name: z.infer<typeof metric>,
  { from, to, began }: { from: number; to: number; began: number },
): number {
  const values: number[] = [];
  for (let at = from; at < to; at += minuteMs) values.push(valueAt(service, name, at, began));
  return Math.round((values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length)) * 100) / 100;
}

/** A service now, against the same time a day before. */
function health(service: Service, { clock, began }: MetricsWorld, minutes: number) {
  const to = clock.now();
  const from = to - minutes * minuteMs;
  const now = { from, to, began };
  const dayMs = 1_440 * minuteMs;
  const before = { from: from - dayMs, to: to - dayMs, began };
  const rate = mean(service, "error_rate", now);
  const usual = mean(service, "error_rate", before);
  const since = service.incidentMinutes;
  const degraded = rate > 2 * usual;
  return {
    name: service.name,
    team: service.team,
    status: degraded ? "degraded" : "healthy",
    error_rate_percent: rate,
    error_rate_percent_day_before: usual,
    latency_p95_ms: mean(service, "latency_p95", now),
    latency_p95_ms_day_before: mean(service, "latency_p95", before),
    requests_per_minute: mean(service, "requests", now),
    degraded_since: degraded && since !== undefined ? new Date(began - since * minuteMs).toISOString() : null,
    version: service.version,
    deployed_at: new Date(began - service.deployedMinutes * minuteMs).toISOString(),
  };
}

function series(call: Call, { clock, began }: MetricsWorld): Reply {
  const service = serviceOf(call);
  const wanted = checked(z.object({ metric, window: window.default("1h") }), queryOf(call));
  const minutes = minutesOf[wanted.window] ?? 60;
  const step = Math.max(1, Math.ceil(minutes / pointsMax));
  const to = Math.trunc(clock.now() / minuteMs) * minuteMs;
  const points: { at: string; value: number }[] = [];
  for (let at = to - minutes * minuteMs; at < to; at += step * minuteMs) {
    const value = mean(service, wanted.metric, { from: at, to: at + step * minuteMs, began });
    points.push({ at: new Date(at).toISOString(), value });
  }
  const unit = units[wanted.metric];
  return json(200, { service: service.name, ...wanted, unit, step_minutes: step, points });
}
