import { expect, it, onTestFinished } from "vitest";
import { withTeamChannels } from "../../sandbox/slack/many-channels.ts";
import { expectSettled } from "../support/settled.ts";
import { readable } from "../support/slack-text.ts";
import { startSteward } from "../steward.ts";

/** Places for turns in one process. */
const places = 50;
/** Twice what there are places for, and more than are fetched ahead of those that wait. */
const noisy = 125;

it("scenario 21: more mentions at once than can be answered: each has a sign of life, its place, and one answer", async () => {
  const { seed, channels } = withTeamChannels(30);
  const steward = await startSteward({ slack: { seed } }, onTestFinished);
  const { slack, model } = steward;
  slack.deliverEvents({ duplicates: true });
  // The model keeps the first turns until the others have asked, and the next ones until it is seen which they are.
  const first = Promise.withResolvers<void>();
  const next = Promise.withResolvers<void>();
  let requests = 0;
  model.script({
    say: () => {
      const until = requests++ < places ? first.promise : next.promise;
      return { text: "Here is what I found.", hold: { after: 0, until } };
    },
  });
  const threads: { channel: string; ts: string }[] = [];
  const mention = (as: string, channel: string, text: string): void => {
    threads.push({ channel, ts: slack.say({ as, channel, text: `@steward ${text}` }).ts });
  };
  const asked = (): string[] =>
    model.bodies().flatMap((body) => /(?:noise|calm|incident) \d+/.exec(body)?.[0] ?? []);
  const statuses = () =>
    slack.calls("assistant.threads.setStatus").map(({ args }) => ({
      thread: `${String(args["channel_id"])}/${String(args["thread_ts"])}`,
      text: args["status"],
    }));
  const unsigned = () => {
    const signs = new Set(statuses().map(({ thread }) => thread));
    return threads.filter(({ channel, ts }) => !signs.has(`${channel}/${ts}`));
  };
  for (let n = 0; n < noisy; n++) mention("U0ANNA", channels[n % channels.length] ?? "", `noise ${n}`);
  // Every place is taken by her before the others ask, and nobody leaves one until they have asked.
  await expect.poll(() => asked().length, { timeout: 30_000 }).toBe(places);
  await slack.waitFor(() => unsigned().length === 0, { what: "a sign of life in every thread" });
  mention("U0BORIS", channels[0] ?? "", "calm 1");
  mention("U0ELIF", "C0INCIDENT", "incident 1");
  await slack.waitFor(() => unsigned().length === 0, { what: "a sign of life for those who came last" });
  first.resolve();
  await expect.poll(() => asked().length, { timeout: 30_000 }).toBe(2 * places);
  // Who asks much waits: what the others asked last was begun before her last ones.
  expect(asked()).toEqual(expect.arrayContaining(["incident 1", "calm 1"]));
  next.resolve();

  const answers = ({ channel, ts }: { channel: string; ts: string }) =>
    slack.thread(channel, ts).filter((one) => readable(one).includes("Here is what I found."));
  await slack.waitFor(() => threads.every((thread) => answers(thread).length > 0), {
    seconds: 60,
    what: "an answer in every thread",
  });
  await expectSettled(steward);
  // One each, although each event came twice.
  expect(threads.filter((thread) => answers(thread).length !== 1)).toEqual([]);
  expect(asked()).toHaveLength(threads.length);
  // Those who waited were told their place.
  expect(statuses().some(({ text }) => /^is waiting: \d+ before you…$/.test(String(text)))).toBe(true);
  expect(slack.violations()).toEqual([]);
}, 150_000);
