import { beforeEach, expect, it } from "vitest";
import type { Block } from "../../sandbox/slack/types.ts";
import { cardWith } from "../support/clicks.ts";
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

it("shows a guest why there is nothing for them, and nothing of what goes on", async () => {
  const { slack } = product();
  slack.openHome("U0HUGO", "home");
  const home = await homeWith("U0HUGO", /For you I can do nothing here/);
  expect(home).toContain("A colleague of this workspace can ask me for you.");
  expect(home).not.toMatch(/Systems|GitLab|Engineering|Waiting|asked lately/);
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
  const asked = await slack.waitFor(() =>
    replies().find((one) => /asks about this:\s+what is meant here/.test(readable(one))),
  );
  // Without a mark it would be taken for a stream that was opened unseen, and the answer written over it.
  expect(asked.metadata).toBeDefined();
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

it("scenario 4: a thread becomes one issue, as its reader edited it, with a link back", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const said = slack.say({ as: "U0BORIS", channel, text: "Payout 77120 hangs after a retry" });
  slack.say({ as: "U0ELIF", channel, text: "/close @all it is the queue", thread_ts: said.ts });
  await slack.forms.shortcut({ as: "U0ANNA", callback_id: "turn_into_issue", channel, ts: said.ts });
  await slack.waitFor(() => JSON.stringify(slack.forms.modal("U0ANNA") ?? {}).includes("Put right what"));
  const enter = (label: string, value: string) => slack.forms.enter({ as: "U0ANNA", label, value });
  expect(JSON.stringify(slack.forms.modal("U0ANNA"))).toContain("**Elif");
  enter("Project", "ledger-api");
  enter("Labels", "bug");
  expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
  const posts = () => slack.thread(channel, said.ts).filter((one) => one.bot_id !== undefined);
  // The form said ledger-api: what that stands for is shown, and asked about.
  const card = await cardWith(steward, { channel, ts: said.ts }, "Open an issue", /Waiting/);
  expect(readable(card)).toContain("payments/ledger-api");
  const open = () => gitlab.state().issues.filter(({ title }) => title.startsWith("Payout 77120"));
  expect(open()).toEqual([]);
  await slack.click({ as: "U0ANNA", channel, ts: card.ts, action_id: "approve" });
  await slack.waitFor(
    () => posts().some((one) => /payments\/ledger-api#312.*was opened/s.test(readable(one))),
    {
      seconds: 20,
    },
  );
  const issues = open();
  expect(issues).toMatchObject([{ title: "Payout 77120 hangs after a retry", labels: ["bug"] }]);
  // Quoting somebody names nobody in GitLab.
  expect(issues[0]?.description).toContain("/close @ all it is the queue");
  expect(issues[0]?.description).toMatch(
    /> \*\*Boris Novak\*\*: Payout 77120.*From https:.*Opened by Steward for Anna Petrosyan \(anna\), action/s,
  );
  await expectSettled(steward);
});
