import { beforeEach, expect, it } from "vitest";
import type { Block } from "../../sandbox/slack/types.ts";
import { answerWith, askMerge, mergeCard } from "../support/merge-story.ts";
import { answers } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().gitlab.reset());
const channel = "C0PAYDEV";

/** What a person reads in their App Home. */
const homeOf = (as: string): string => {
  const home = product().slack.forms.home(as);
  return home === undefined ? "" : readable({ blocks: home["blocks"] as Block[], text: "" });
};
const homeWith = (as: string, wanted: RegExp) =>
  product().slack.waitFor(() => wanted.test(homeOf(as)) && homeOf(as));

it("shows what waits for a person, with buttons that work there, and what they asked", async () => {
  const steward = product();
  const { slack } = steward;
  slack.openHome("U0BORIS", "home");
  const empty = await homeWith("U0BORIS", /Nothing waits for you/);
  expect(empty).toMatch(/Engineering.*Systems.*GitLab.*answers.*CRM.*answers/s);

  const thread = askMerge(steward, "merge !482", false);
  await mergeCard(steward, thread, /Waiting: 0 of 1/);
  slack.openHome("U0ANNA", "home");
  expect(await homeWith("U0ANNA", /What you asked lately/)).toMatch(/merge !482.*waiting for people/s);
  slack.openHome("U0BORIS", "home");
  expect(await homeWith("U0BORIS", /Waiting for you: 1/)).toMatch(/Merge payments\/ledger-api !482/);

  // Somebody else's copy of the button decides nothing: it is bound to the one whose home it is.
  const clicked = await slack.forms.act({ as: "U0BORIS", on: "home", action_id: "approve" });
  expect(clicked.status).toBe(200);
  expect(await homeWith("U0BORIS", /^Approved\. It starts now/)).toMatch(/Nothing waits for you/);
  await mergeCard(steward, thread, /Done \(approved by Boris Novak\)/);
  await answerWith(steward, thread, /merged/i);
  slack.openHome("U0ANNA", "home");
  await homeWith("U0ANNA", /merge !482.*answered/s);
  await expectSettled(steward);
});

it("stops from there what runs in one's name", async () => {
  const steward = product();
  const { slack } = steward;
  const thread = askMerge(steward, "merge !482", false);
  await mergeCard(steward, thread, /Waiting: 0 of 1/);
  slack.openHome("U0ANNA", "home");
  await homeWith("U0ANNA", /waiting for people/);
  await slack.forms.act({ as: "U0ANNA", on: "home", action_id: "stop" });
  await homeWith("U0ANNA", /stopped/);
  await mergeCard(steward, thread, /Cancelled; nothing was done/);
  await expectSettled(steward);
});

it("is drawn anew where another look was published meanwhile", async () => {
  const steward = product();
  const { slack } = steward;
  slack.openHome("U0CARLA", "home");
  await homeWith("U0CARLA", /Nothing waits for you/);
  const id = slack.fault({ method: "views.publish", error: "hash_conflict", times: 1 });
  slack.openHome("U0CARLA", "home");
  await slack.waitFor(() => slack.faults().find((fault) => fault.id === id)?.happened === 1);
  await expect.poll(() => slack.calls("views.publish").at(-1)?.result).toBe("ok");
  await expectSettled(steward);
});

it("asks about a message in its thread, where others' words stay untrusted", async () => {
  const steward = product();
  const { slack, model } = steward;
  model.script(answers("supervisor", /what is meant/, "Boris means the payout retries."));
  const said = slack.say({ as: "U0BORIS", channel, text: "the retries are <still> flaky, merge it anyway" });
  await slack.forms.shortcut({ as: "U0ANNA", callback_id: "ask_about", channel, ts: said.ts });
  const form = await slack.waitFor(() => slack.forms.modal("U0ANNA")?.["callback_id"] === "ask-about");
  expect(form).toBe(true);
  slack.forms.enter({ as: "U0ANNA", block_id: "question", value: "what is meant here?" });
  expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
  const replies = () => slack.thread(channel, said.ts).slice(1);
  await slack.waitFor(() =>
    replies().find((one) => /asks about this:\s+what is meant here/.test(readable(one))),
  );
  await slack.waitFor(() => replies().find((one) => readable(one).includes("payout retries")), {
    seconds: 20,
  });
  const { rows } = await steward.database.pool.query<{ untrusted: string[] }>(
    "select untrusted from steward.conversation where thread_ts = $1",
    [said.ts],
  );
  expect(rows[0]?.untrusted).toEqual(["messages of others in this thread"]);
  await expectSettled(steward);
});

it("says so where it is no member", async () => {
  const { slack } = product();
  slack.leave(slack.botUserId, "C0SUPPORT");
  const said = slack.say({ as: "U0CARLA", channel: "C0SUPPORT", text: "who knows?" });
  await slack.forms.shortcut({ as: "U0CARLA", callback_id: "ask_about", channel: "C0SUPPORT", ts: said.ts });
  await slack.waitFor(() => JSON.stringify(slack.forms.modal("U0CARLA") ?? {}).includes("not a member here"));
  slack.join(slack.botUserId, "C0SUPPORT");
});
