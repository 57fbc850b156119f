import { beforeEach, expect, it } from "vitest";
import { linkOf, signIn } from "../support/connect-story.ts";
import { killStory } from "../support/kill-story.ts";
import { answerWith, mergeCard, paymentsDev as channel, type Thread } from "../support/merge-story.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

const product = sharedSteward({ connects: true });
const { ask, approve, doomed, killed } = killStory(product);

const slash = (text: string) => product().slack.slash({ as: "U0ANNA", channel, command: "/steward", text });
beforeEach(async () => void (await slash("disconnect gitlab")));

/** Anna connects by the link of a command: the product listens elsewhere after each start. */
const connect = async (): Promise<void> => {
  const { slack } = product();
  const before = slack.ephemerals(channel, "U0ANNA").length;
  await slash("connect gitlab");
  const link = await slack.waitFor(() =>
    linkOf(slack.ephemerals(channel, "U0ANNA").slice(before).at(-1) ?? {}),
  );
  expect((await signIn(product(), link, "anna")).status).toBe(200);
};

const lines = (thread: Thread): string[] =>
  product()
    .slack.thread(channel, thread.ts)
    .map(readable)
    .filter((text) => /connect(ed)? GitLab/.test(text));

it("killed while it begins to wait: it waits once, and goes on when the account is there", async () => {
  await doomed("waiting");
  const thread = ask();
  await killed();
  await answerWith(product(), thread, /to connect GitLab/);
  await connect();
  await approve(await mergeCard(product(), thread, /Waiting: 0 of 1/));
  await answerWith(product(), thread, /was merged into main/);
  expect(lines(thread)).toHaveLength(1);
});

it("killed when it goes on: it goes on again, and asks once", async () => {
  const thread = ask();
  await answerWith(product(), thread, /to connect GitLab/);
  await doomed("resuming");
  await connect();
  await killed();
  await approve(await mergeCard(product(), thread, /Waiting: 0 of 1/));
  await answerWith(product(), thread, /was merged into main/);
  const cards = product()
    .slack.thread(channel, thread.ts)
    .filter((one) => readable(one).startsWith("Merge a merge request"));
  expect(cards).toHaveLength(1);
  expect(lines(thread)).toHaveLength(1);
});
