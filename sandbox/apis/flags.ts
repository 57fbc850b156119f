import { z } from "zod";
import { json } from "../http/reply.ts";
import type { Call, Reply } from "../http/types.ts";
import {
  checked,
  etag,
  idempotencyKey,
  ifMatch,
  notFound,
  page,
  paging,
  queryOf,
  startApi,
  type Around,
  type SandboxApi,
} from "./api.ts";

/** A flag in one environment. */
interface FlagSetting {
  readonly flag: string;
  readonly environment: "production" | "staging";
  enabled: boolean;
  /** Percent of requests that see it. */
  rollout: number;
  /** Counts every change. */
  revision: number;
  updated_by: string;
  updated_at: string;
}

interface Flag {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly settings: readonly FlagSetting[];
}

interface FlagsWorld extends Around {
  readonly flags: readonly Flag[];
  /** Every change, oldest first. */
  readonly changes: Change[];
}

interface Change {
  readonly flag: string;
  readonly environment: string;
  readonly key: string | null;
  readonly enabled: boolean;
  readonly rollout: number;
  readonly by: string;
  readonly comment: string | null;
  readonly at: string;
}

/** What the drawer shows. */
interface FlagsState {
  readonly flags: readonly FlagSetting[];
}

/** A running service of feature flags. */
export interface Flags extends SandboxApi<FlagsWorld, FlagsState> {
  /** Somebody else sets a flag meanwhile. */
  set(flag: string, environment: string, enabled: boolean, by: string): void;
}

const settingBody = z.strictObject({
  enabled: z.boolean(),
  rollout: z.int().min(0).max(100).optional(),
  comment: z.string().max(300).optional(),
  by: z.string().max(100),
});

/** Starts the flags service; the token is the service's own. */
export async function startFlags({ port }: { port?: number } = {}): Promise<Flags> {
  const setting = "/flags/:flag/environments/:environment";
  const api = await startApi<FlagsWorld, FlagsState>({
    token: "flags-sandbox-steward",
    port,
    seed: (around) => ({ ...around, flags: seedFlags(around.clock.now()), changes: [] }),
    show: ({ flags }) => ({ flags: flags.flatMap(({ settings }) => settings) }),
    routes: (route) => [
      route("GET", "/flags", list),
      route("GET", "/flags/:flag", (call, world) => json(200, flagOf(call, world))),
      route("GET", setting, (call, world) => {
        const found = settingOf(call, world);
        return json(200, { ...found, description: flagOf(call, world).description }, etag(found.revision));
      }),
      route("PUT", setting, put),
      route("GET", "/flags/:flag/changes", changes),
    ],
  });
  return {
    ...api,
    set: (flag, environment, enabled, by) => {
      const found = api.state().flags.find((one) => one.flag === flag && one.environment === environment);
      if (found === undefined) throw new Error(`no flag ${flag} in ${environment}`);
      change(api.world(), found, { enabled, by }, null);
    },
  };
}

function list(call: Call, { flags }: FlagsWorld): Reply {
  const query = z.object({ search: z.string().default(""), ...paging(50) });
  const wanted = checked(query, queryOf(call));
  const found = flags.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(wanted.search.toLowerCase()),
  );
  const { rows, ...rest } = page(found, wanted);
  return json(200, { flags: rows, ...rest });
}

function flagOf(call: Call, { flags }: FlagsWorld): Flag {
  const name = call.param("flag");
  const found = flags.find((one) => one.name === name);
  if (found === undefined) {
    throw notFound(`flag ${name}; there are ${flags.map((one) => one.name).join(", ")}`);
  }
  return found;
}

function settingOf(call: Call, world: FlagsWorld): FlagSetting {
  const flag = flagOf(call, world);
  const found = flag.settings.find((one) => one.environment === call.param("environment"));
  if (found === undefined) throw notFound(`environment ${call.param("environment")} of ${flag.name}`);
  return found;
}

function put(call: Call, world: FlagsWorld): Reply {
  const found = settingOf(call, world);
  const given = checked(settingBody, call.body);
  const key = idempotencyKey(call);
  const before = key === null ? undefined : world.changes.find((one) => one.key === key);
  if (before !== undefined) return json(200, found, { "idempotent-replayed": "true" });
  ifMatch(call, `${found.flag} in ${found.environment}`, found.revision);
  change(world, found, given, key);
  return json(200, found, etag(found.revision));
}

function change(
  { clock, feed, changes: all }: FlagsWorld,
  found: FlagSetting,
  given: z.infer<typeof settingBody>,
  key: string | null,
): void {
  found.enabled = given.enabled;
  found.rollout = given.rollout ?? (given.enabled ? 100 : 0);
  found.revision += 1;
  found.updated_by = given.by;
  found.updated_at = clock.iso();
  const { flag, environment, enabled, rollout } = found;
  const comment = given.comment ?? null;
  all.push({ flag, environment, key, enabled, rollout, by: given.by, comment, at: clock.iso() });
  feed.publish("flag.set", { flag, environment, enabled, rollout });
}

function changes(call: Call, world: FlagsWorld): Reply {
  const { name } = flagOf(call, world);
  const wanted = checked(z.object({ key: z.string().optional(), ...paging(50) }), queryOf(call));
  const found = world.changes.filter(
    (one) => one.flag === name && (wanted.key === undefined || one.key === wanted.key),
  );
  const { rows, ...rest } = page(found.toReversed(), wanted);
  return json(200, { changes: rows, ...rest });
}

function seedFlags(now: number): Flag[] {
  const updated_at = new Date(now - 9 * 24 * 3_600_000).toISOString();
  const flag = (
    name: string,
    description: string,
    owner: string,
    staging: number,
    production: number,
  ): Flag => {
    const setting = (environment: FlagSetting["environment"], rollout: number): FlagSetting => ({
      flag: name,
      environment,
      enabled: rollout > 0,
      rollout,
      revision: 3,
      updated_by: owner,
      updated_at,
    });
    return {
      name,
      description,
      owner,
      settings: [setting("staging", staging), setting("production", production)],
    };
  };
  return [
    flag(
      "idempotent-payout-retries",
      "A retried payout keeps its bank reference",
      "anna@example.com",
      100,
      0,
    ),
    flag(
      "card-auth-issuer-fallback",
      "Sends authorisations over the second gateway when an issuer's own is slow",
      "elif@example.com",
      100,
      0,
    ),
    flag("new-balances-view", "Balances by currency in the merchant's page", "mei@example.com", 100, 25),
  ];
}
