import { setTimeout as wait } from "node:timers/promises";
import type { Block } from "../../sandbox/slack/types.ts";
import { percentile, rounded } from "../support/stats.ts";
import { openWorld, type World } from "../support/world.ts";
import type { Part } from "./types.ts";

/** Open deals of the person who clicks; below the amount from which others are asked. */
const deals = ["5001", "5003", "5004", "5005", "5006", "5007"] as const;
const clicksEach = 30;
const clicker = "U0DAN";
const lookMs = 20;
const waitSecondsMax = 20;

/** The action that a card's Approve button names, while the card still has one. */
const approveValue = (blocks: readonly Block[] | undefined): string | undefined => {
  const found =
    /"action_id":"approve"[^}]*?"value":"([^"]+)"|"value":"([^"]+)"[^}]*?"action_id":"approve"/.exec(
      JSON.stringify(blocks ?? []),
    );
  return found?.[1] ?? found?.[2];
};

interface Card {
  ts: string;
  action: string;
}

/** Cards that wait for a click, by the deal they are about. */
const waitingCards = async ({ database, slack }: World, channel: string): Promise<Map<string, Card>> => {
  const { rows } = await database.pool.query<{ id: string; deal: string; ts: string }>(
    `select a.id, a.target as deal, o.ts from steward.action a join steward.outbox o on o.card = a.card and o.kind = 'post'
     where a.state = 'waiting' and o.state = 'sent' and o.posted_channel = $1`,
    [channel],
  );
  return new Map(
    rows.flatMap(({ deal, ts }) => {
      const message = slack.thread(channel, ts)[0];
      const value = approveValue(message?.blocks);
      return value === undefined ? [] : [[deal.replace(/^Deal\//, ""), { ts, action: value }] as const];
    }),
  );
};

const answeredOrThrow = (what: string, taken: { status: number; error?: string }): void => {
  if (taken.error !== undefined) throw new Error(`${what} was not acknowledged: ${taken.error}`);
};

/** One deal: asked for a change by slash command, clicked when its card stands, again when it is done. */
const clicksOnDeal = async (world: World, channel: string, deal: string): Promise<Map<string, number>> => {
  const clicks = new Map<string, number>();
  for (let n = 0; n < clicksEach; n++) {
    const text = `do crm_deal_update deal=${deal} amount=${10_000 + n}`;
    const asked = await world.slack.slash({ as: clicker, channel, command: "/steward", text });
    answeredOrThrow(`/steward ${text}`, asked);
    const card = await until(`the card of deal ${deal}`, async () =>
      (await waitingCards(world, channel)).get(deal),
    );
    clicks.set(card.action, performance.timeOrigin + performance.now());
    const click = { as: clicker, channel, ts: card.ts, action_id: "approve" };
    answeredOrThrow("the click", await world.slack.click(click));
    await until(`the outcome of deal ${deal}`, async () => {
      const { rows } = await world.database.pool.query<{ state: string }>(
        "select state from steward.action where id = $1 and state not in ('waiting', 'approved', 'executing')",
        [card.action],
      );
      if (rows[0] !== undefined && rows[0].state !== "succeeded")
        throw new Error(`the change of deal ${deal} ended as ${rows[0].state}`);
      return rows[0];
    });
  }
  return clicks;
};

const until = async <T>(what: string, find: () => Promise<T | undefined>): Promise<T> => {
  const end = performance.now() + waitSecondsMax * 1000;
  while (performance.now() < end) {
    const found = await find();
    if (found !== undefined) return found;
    await wait(lookMs);
  }
  throw new Error(`waited ${waitSecondsMax} s for ${what}`);
};

/** When each action's intent row was committed, as Postgres keeps it; milliseconds since 1970. */
const intents = async ({ database }: World): Promise<Map<string, number>> => {
  const { rows } = await database.pool.query<{ action: string; ms: number }>(
    `select action, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as ms
     from steward.audit where kind = 'action.intent'`,
  );
  return new Map(rows.map(({ action, ms }) => [action, ms]));
};

/** From the click's arrival at the product until the intent row is committed: decided, queued, re-checked, begun. */
export const click: Part = async ({ servers, say }) => {
  const world = await openWorld(servers);
  try {
    await world.start("all");
    const channel = world.slack.dm(clicker);
    const clicks = new Map<string, number>();
    for (const some of await Promise.all(deals.map((deal) => clicksOnDeal(world, channel, deal)))) {
      // The first ones warm the process up.
      for (const [action, at] of [...some].slice(3)) clicks.set(action, at);
    }
    const begun = await intents(world);
    const samples = [...clicks].map(([action, at]) => (begun.get(action) ?? Number.NaN) - at);
    const clickToStartedP99Ms = rounded(percentile(samples, 0.99), 1);
    say(`click to started: p50 ${rounded(percentile(samples, 0.5), 1)} ms, p99 ${clickToStartedP99Ms} ms`);
    return {
      keys: { clickToStartedP99Ms },
      details: {
        clicks: samples.length,
        atOnce: deals.length,
        clickToStartedP50Ms: rounded(percentile(samples, 0.5), 1),
        violations: world.slack.violations().slice(0, 3),
      },
    };
  } finally {
    await world.stop();
  }
};
