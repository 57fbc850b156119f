import { expect, it, onTestFinished } from "vitest";
import { withTeamChannels } from "../../sandbox/slack/many-channels.ts";
import { expectSettled } from "../support/settled.ts";
import { readable } from "../support/slack-text.ts";
import { startSteward } from "../steward.ts";

/** More than there are places for turns. */
const noisy = 75;

it("scenario 21: more mentions at once than can be answered: each has a sign of life, its place, and one answer", async () => {
  const { seed, channels } = withTeamChannels(30);
  const steward = await startSteward({ slack: { seed } }, onTestFinished);
  const { slack, model } = steward;
  slack.deliverEvents({ duplicates: true });
  model.script({ say: { text: "Here is what I found.", delayMs: 4_000 } });
  const threads: { channel: string; ts: string }[] = [];
  const mention = (as: string, channel: string, text: string): void => {
    threads.push({ channel, ts: slack.say({ as, channel, text: `@steward ${text}` }).ts });
  };
  const asked = (): string[] =>
    model.bodies().flatMap((body) => /(?:noise|calm|incident) \d+/.exec(body)?.[0] ?? []);
  for (let n = 0; n < noisy; n++) mention("U0ANNA", channels[n % channels.length] ?? "", `noise ${n}`);
  // Every place is taken by her before the others ask.
  await slack.waitFor(() => asked().length >= 40, {
    seconds: 30,
    what: "the first requests to be with the model",
  });
  mention("U0BORIS", channels[0] ?? "", "calm 1");
  mention("U0ELIF", "C0INCIDENT", "incident 1");

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
  const statuses = slack.calls("assistant.threads.setStatus").map(({ args }) => ({
    thread: `${String(args["channel_id"])}/${String(args["thread_ts"])}`,
    text: args["status"],
  }));
  // A sign of life in every thread, and their place to those who waited.
  const signs = new Set(statuses.map(({ thread }) => thread));
  expect(threads.filter(({ channel, ts }) => !signs.has(`${channel}/${ts}`))).toEqual([]);
  expect(statuses.some(({ text }) => /^is waiting: \d+ before you…$/.test(String(text)))).toBe(true);
  // Who asks much waits: what the others asked last was begun before her last ones.
  const order = asked();
  const lastNoise = order.findLastIndex((one) => one.startsWith("noise"));
  expect(order.indexOf("incident 1")).toBeLessThan(lastNoise);
  expect(order.indexOf("calm 1")).toBeLessThan(lastNoise);
  expect(slack.violations()).toEqual([]);
}, 150_000);
