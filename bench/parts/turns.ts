import { cpuMs } from "../support/cpu.ts";
import { percentile, rounded } from "../support/stats.ts";
import { watchReplies, type Replied } from "../support/replies.ts";
import { openWorld, type World } from "../support/world.ts";
import type { Part } from "./types.ts";

const concurrent = 32;
/** A young process runs code that is not yet compiled: several times slower, and not what a service does all day. */
const warmSeconds = 12;
const seconds = 12;

/** Who writes where: everybody's direct messages, and mentions in channels. */
const places = (world: World): { as: string; channel: string; text: string }[] => [
  ...["U0ANNA", "U0BORIS", "U0CARLA", "U0DAN", "U0ELIF", "U0FARID", "U0GRACE"].map((as) => ({
    ...{ as, channel: world.slack.dm(as), text: "Good morning, how are you?" },
  })),
  ...["C0PAYDEV", "C0SUPPORT", "C0GENERAL", "C0INCIDENT"].map((channel) => ({
    ...{ as: "U0BORIS", channel, text: "@steward Good morning, how are you?" },
  })),
];

/** Where a turn's time goes, by the database's clock; medians in milliseconds. */
const stages = async ({ database }: World): Promise<Record<string, number>> => {
  const { rows } = await database.pool.query<Record<string, number>>(
    `select
       percentile_cont(0.5) within group (order by extract(epoch from t.started_at - i.received_at) * 1000) as "waitingMs",
       percentile_cont(0.5) within group (order by extract(epoch from t.ended_at - t.started_at) * 1000) as "runningMs",
       percentile_cont(0.5) within group (order by extract(epoch from o.sent_at - t.ended_at) * 1000) as "sendingMs"
     from steward.inbox i join steward.turn t on t.id = i.turn join steward.outbox o on o.key = 'answer:' || t.id
     where o.sent_at is not null`,
  );
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, rounded(value, 1)]));
};

/** Whole turns of distinct conversations: a message, its inbox row, a status, one model call, the posted reply. */
export const turns: Part = async ({ servers, say }) => {
  const world = await openWorld(servers);
  try {
    const product = await world.start("all");
    const replies = watchReplies(world.slack);
    const where = places(world);
    const counted: Replied[] = [];
    const started = performance.now();
    const from = started + warmSeconds * 1000;
    const until = from + seconds * 1000;
    let cpuAtStart: number | undefined;
    setTimeout(() => (cpuAtStart = cpuMs(product.pid)), warmSeconds * 1000);
    const talk = async (index: number): Promise<void> => {
      for (let n = index; performance.now() < until; n += concurrent) {
        const place = where[n % where.length];
        if (place === undefined) return;
        const replied = await replies.ask(place);
        const now = performance.now();
        if (now >= from && now < until) counted.push(replied);
      }
    };
    await Promise.all(Array.from({ length: concurrent }, (_, index) => talk(index)));
    // The last turns end after the counted time: a little too much rather than too little.
    const cpu = (cpuMs(product.pid) ?? Number.NaN) - (cpuAtStart ?? Number.NaN);
    replies.close();
    const statuses = counted.map((one) => one.statusMs ?? one.replyMs);
    const turnsPerSecond = rounded(counted.length / seconds, 1);
    const firstStatusP95Ms = rounded(percentile(statuses, 0.95), 1);
    const replyMs = counted.map((one) => one.replyMs);
    const productCpuMsPerTurn = Number.isNaN(cpu) ? null : rounded(cpu / counted.length, 1);
    say(
      `${turnsPerSecond} turns/s, ${productCpuMsPerTurn ?? "unknown"} ms of the product's processor time each`,
    );
    say(
      `first status p95 ${firstStatusP95Ms} ms; Slack's rules broken ${world.slack.violations().length} times`,
    );
    return {
      keys: { turnsPerSecond, firstStatusP95Ms },
      details: {
        ...{ concurrent, countedSeconds: seconds, slackLimits: "off", model: "zero latency" },
        ...{
          turns: counted.length,
          withoutStatus: counted.filter((one) => one.statusMs === undefined).length,
        },
        replyP50Ms: rounded(percentile(replyMs, 0.5), 1),
        replyP99Ms: rounded(percentile(replyMs, 0.99), 1),
        firstStatusP50Ms: rounded(percentile(statuses, 0.5), 1),
        productCpuMsPerTurn,
        stages: await stages(world),
        violations: world.slack.violations().slice(0, 3),
      },
    };
  } finally {
    await world.stop();
  }
};
