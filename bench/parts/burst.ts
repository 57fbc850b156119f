import { setTimeout as wait } from "node:timers/promises";
import { withTeamChannels } from "../../sandbox/slack/many-channels.ts";
import { watchReplies } from "../support/replies.ts";
import { percentile, rounded } from "../support/stats.ts";
import { openWorld, type World } from "../support/world.ts";
import type { Part } from "./types.ts";

const mentions = 300;
const overSeconds = 60;
const channelCount = 30;
/** As long as a model takes for a longer answer: more comes in than there are places for, so a line forms. */
const modelMs = 15_000;
/** From the last mention until the last answer; turns end after 90 s at most. */
const drainSecondsMax = 180;
const people = ["U0ANNA", "U0BORIS", "U0CARLA", "U0DAN", "U0ELIF", "U0FARID", "U0GRACE"];
const said = "Here is what I found.";

/** Messages of the bot in a thread that carry the answer. */
const answersIn = ({ slack }: World, channel: string, thread: string): number =>
  slack
    .thread(channel, thread)
    .filter((one) => one.user === slack.botUserId && JSON.stringify([one.text, one.blocks]).includes(said))
    .length;

/** Waits until nothing is left to be done or sent. */
const settled = async ({ database }: World): Promise<void> => {
  const end = performance.now() + drainSecondsMax * 1000;
  for (;;) {
    const { rows } = await database.pool.query<{ open: number }>(
      `select ((select count(*) from steward.inbox where done_at is null)
         + (select count(*) from steward.outbox where state = 'pending'))::int as open`,
    );
    if (rows[0]?.open === 0) return;
    if (performance.now() > end) throw new Error(`${rows[0]?.open ?? "Some"} requests or messages are left.`);
    await wait(250);
  }
};

/** 300 mentions in one minute over 30 channels, each event sent twice, with Slack's own rate limits on. */
export const burst: Part = async ({ servers, say }) => {
  const { seed, channels } = withTeamChannels(channelCount);
  const world = await openWorld(servers, { limits: true, seed });
  try {
    world.model.script({ name: "answers after a while", say: { text: said, delayMs: modelMs } });
    await world.start("all");
    world.slack.deliverEvents({ duplicates: true });
    const replies = watchReplies(world.slack, overSeconds + drainSecondsMax);
    const started = performance.now();
    const asked = Array.from({ length: mentions }, async (_, n) => {
      await wait((n * overSeconds * 1000) / mentions);
      const channel = channels[n % channels.length] ?? "";
      const as = people[n % people.length] ?? "";
      return { channel, ...(await replies.ask({ as, channel, text: `@steward what about ${n}?` })) };
    });
    const replied = await Promise.all(asked);
    const seconds = (performance.now() - started) / 1000;
    await settled(world);
    replies.close();
    const answers = replied.map(({ channel, thread }) => answersIn(world, channel, thread));
    const firstSigns = replied.map((one) => Math.min(one.statusMs ?? one.replyMs, one.replyMs));
    const toldPlace = replied.filter((one) => one.toldPlace).length;
    const p95 = rounded(percentile(firstSigns, 0.95), 1);
    say(`first sign of life p95 ${p95} ms; ${toldPlace} threads were told their place`);
    say(`answered in ${rounded(seconds)} s; Slack's rules broken ${world.slack.violations().length} times`);
    return {
      keys: {
        burstFirstSignP95Ms: p95,
        burstToldTheirPlace: toldPlace,
        burstDuplicates: answers.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
        burstLost: answers.filter((count) => count === 0).length,
      },
      details: {
        ...{ mentions, overSeconds, channels: channelCount, modelMs, slackLimits: "on", eventsSent: "twice" },
        firstSignP50Ms: rounded(percentile(firstSigns, 0.5), 1),
        firstSignMaxMs: rounded(Math.max(...firstSigns), 1),
        replyP50Ms: rounded(
          percentile(
            replied.map(({ replyMs }) => replyMs),
            0.5,
          ),
        ),
        allAnsweredSeconds: rounded(seconds),
        violations: world.slack.violations().slice(0, 3),
      },
    };
  } finally {
    await world.stop();
  }
};
