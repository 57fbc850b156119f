import type { Load, LoadResult } from "../load/types.ts";
import { startChild } from "../support/child.ts";
import { median, rounded } from "../support/stats.ts";
import { openWorld, type World } from "../support/world.ts";
import type { Part } from "./types.ts";

const connections = 50;
const rate = 1_000;
/** Rounds of Bolt and Steward in turn; the median of each counts, since other things run on the machine too. */
const rounds = 3;
const secondsFlatOut = 4;
const secondsPaced = 4;

interface Server {
  port: number;
  stop(): Promise<void>;
}

const scripts = {
  http: new URL("../baselines/http.ts", import.meta.url),
  bolt: new URL("../baselines/bolt.ts", import.meta.url),
  load: new URL("../load/main.ts", import.meta.url),
};

const baseline = async (name: "http" | "bolt", secret: string): Promise<Server> => {
  const child = startChild(scripts[name], [secret]);
  return { port: await child.next<number>(), stop: child.stop };
};

/** Steward as a gateway: stores each mention and its job, then acknowledges. */
const gateway = async (world: World): Promise<Server> => {
  const product = await world.start("gateway");
  return { port: Number(new URL(product.url).port), stop: () => product.stop() };
};

/** Each load has events of its own: sent again, they would be known already and cost less. */
let epoch = 1_700_000_000;

const send = async (
  world: World,
  port: number,
  more: Pick<Load, "seconds" | "rate">,
): Promise<LoadResult> => {
  epoch += 1;
  const load: Load = {
    ...{ port, secret: world.slack.signingSecret, connections, warmSeconds: 1, epoch, ...more },
    ...{ team: world.slack.teamId, bot: world.slack.botUserId, user: "U0ANNA", channel: "C0PAYDEV" },
  };
  const child = startChild(scripts.load, [JSON.stringify(load)]);
  const result = await child.next<LoadResult>();
  await child.stop();
  if (result.refused > 0)
    throw new Error(`${result.refused} of ${result.requests} events were not acknowledged`);
  return result;
};

interface Measure {
  flatOut: LoadResult[];
  paced: LoadResult[];
}

const measureOnce = async (world: World, open: () => Promise<Server>, into: Measure): Promise<void> => {
  const server = await open();
  try {
    into.flatOut.push(await send(world, server.port, { seconds: secondsFlatOut }));
    into.paced.push(await send(world, server.port, { seconds: secondsPaced, rate }));
  } finally {
    await server.stop();
  }
};

const summary = ({ flatOut, paced }: Measure) => ({
  perSecond: rounded(median(flatOut.map((one) => one.perSecond))),
  p99AtFullLoadMs: rounded(median(flatOut.map((one) => one.p99Ms)), 1),
  p50AtRateMs: rounded(median(paced.map((one) => one.p50Ms)), 2),
  p99AtRateMs: rounded(median(paced.map((one) => one.p99Ms)), 2),
});

/** Acknowledgements: Steward stores before it says yes; Bolt and node:http keep nothing. */
export const ack: Part = async ({ servers, say }) => {
  const world = await openWorld(servers);
  const measured: Record<"http" | "bolt" | "steward", Measure> = {
    http: { flatOut: [], paced: [] },
    bolt: { flatOut: [], paced: [] },
    steward: { flatOut: [], paced: [] },
  };
  const secret = world.slack.signingSecret;
  try {
    await measureOnce(world, () => baseline("http", secret), measured.http);
    for (let round = 0; round < rounds; round++) {
      await measureOnce(world, () => baseline("bolt", secret), measured.bolt);
      await measureOnce(world, () => gateway(world), measured.steward);
    }
    const stored = await world.database.pool.query<{ rows: number }>(
      "select count(*)::int as rows from steward.inbox",
    );
    const http = summary(measured.http);
    const bolt = summary(measured.bolt);
    const steward = summary(measured.steward);
    for (const [name, one] of Object.entries({ "node:http": http, Bolt: bolt, Steward: steward })) {
      say(`${name}: ${one.perSecond}/s, p99 ${one.p99AtRateMs} ms at ${rate}/s`);
    }
    return {
      keys: {
        ackPerSecond: steward.perSecond,
        ackOverBolt: rounded(steward.perSecond / bolt.perSecond, 3),
        ackP99OverBolt: rounded(steward.p99AtRateMs / bolt.p99AtRateMs, 2),
      },
      details: { connections, rate, rounds, http, bolt, steward, storedEvents: stored.rows[0]?.rows },
    };
  } finally {
    await world.stop();
  }
};
