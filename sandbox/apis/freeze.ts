import { z } from "zod";
import { command } from "../http/control.ts";
import { json } from "../http/reply.ts";
import type { Call, Reply } from "../http/types.ts";
import { checked, page, paging, queryOf, startApi, type Around, type SandboxApi } from "./api.ts";

/** A time in which something may not be changed. */
interface Freeze {
  readonly id: string;
  readonly title: string;
  readonly environment: "production" | "staging";
  /** A project, a group, or everything. */
  readonly scope: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly owner: string;
  readonly reason: string;
}

interface FreezeWorld extends Around {
  readonly freezes: Freeze[];
}

/** A running freeze calendar. */
export interface FreezeCalendar extends SandboxApi<FreezeWorld, { freezes: readonly Freeze[] }> {
  /** A freeze that begins now, as the release manager enters it. */
  begin(freeze: { hours: number; scope?: string; reason?: string }): Freeze;
}

const hourMs = 3_600_000;
const environment = z.enum(["production", "staging"]);
const beginBody = z.strictObject({
  hours: z.number().positive(),
  scope: z.string().optional(),
  reason: z.string().optional(),
});

/** Starts the freeze calendar; anybody inside may read it. */
export async function startFreezeCalendar({ port }: { port?: number } = {}): Promise<FreezeCalendar> {
  const api = await startApi<FreezeWorld, { freezes: readonly Freeze[] }>({
    token: null,
    port,
    seed: (around) => ({ ...around, freezes: seedFreezes(around.clock.now()) }),
    show: ({ freezes }) => ({ freezes }),
    routes: (route) => [route("GET", "/freezes", list), route("GET", "/freezes/now", now)],
    commands: (world) => [command("POST", "begin", beginBody, (given) => begin(world(), given))],
  });
  return { ...api, begin: (given) => begin(api.world(), given) };
}

function begin(
  { freezes, clock, feed }: FreezeWorld,
  { hours, scope = "everything", reason = "Unplanned: an incident is being worked on" }: BeginFreeze,
): Freeze {
  const freeze: Freeze = {
    id: `fz-${freezes.length + 1}`,
    title: "Unplanned freeze",
    environment: "production",
    scope,
    starts_at: clock.iso(),
    ends_at: new Date(clock.now() + hours * hourMs).toISOString(),
    owner: "grace@example.com",
    reason,
  };
  freezes.push(freeze);
  feed.publish("freeze.began", { id: freeze.id });
  return freeze;
}

type BeginFreeze = z.infer<typeof beginBody>;

/** Whether a freeze of one scope covers another: `payments` covers `payments/ledger-api`. */
const covers = (scope: string, wanted: string): boolean =>
  scope === "everything" || wanted === scope || wanted.startsWith(`${scope}/`);

function list(call: Call, { freezes, clock }: FreezeWorld): Reply {
  const query = z.object({
    environment: environment.optional(),
    past: z.stringbool().default(false),
    ...paging(50),
  });
  const wanted = checked(query, queryOf(call));
  const found = freezes.filter(
    (one) =>
      (wanted.environment === undefined || one.environment === wanted.environment) &&
      (wanted.past || Date.parse(one.ends_at) > clock.now()),
  );
  const { rows, ...rest } = page(
    found.toSorted((a, b) => a.starts_at.localeCompare(b.starts_at)),
    wanted,
  );
  return json(200, { freezes: rows, ...rest });
}

function now(call: Call, { freezes, clock }: FreezeWorld): Reply {
  const query = z.object({ environment: environment.default("production"), scope: z.string().optional() });
  const wanted = checked(query, queryOf(call));
  const own = freezes.filter(
    (one) =>
      one.environment === wanted.environment &&
      (wanted.scope === undefined || covers(one.scope, wanted.scope)),
  );
  const active = own.filter(
    (one) => Date.parse(one.starts_at) <= clock.now() && Date.parse(one.ends_at) > clock.now(),
  );
  const [next] = own
    .filter((one) => Date.parse(one.starts_at) > clock.now())
    .toSorted((a, b) => a.starts_at.localeCompare(b.starts_at));
  return json(200, { frozen: active.length > 0, active, next: next ?? null });
}

function seedFreezes(start: number): Freeze[] {
  const at = (days: number) => new Date(start + days * 24 * hourMs).toISOString();
  return [
    {
      id: "fz-1",
      title: "Quarter-end close",
      environment: "production",
      scope: "payments",
      starts_at: at(-22),
      ends_at: at(-20),
      owner: "boris@example.com",
      reason: "Finance closes the books; no change to payments",
    },
    {
      id: "fz-2",
      title: "Peak shopping week",
      environment: "production",
      scope: "everything",
      starts_at: at(6),
      ends_at: at(11),
      owner: "grace@example.com",
      reason: "Card volume is three times the usual; only fixes of incidents, by two leads",
    },
  ];
}
