import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { cardWith, press } from "../support/clicks.ts";
import { actionsIn, sendWindowPasses } from "../support/ledger-rows.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** A tool that a file of tools/apis makes of an OpenAPI operation: it keeps the same promise as one written by hand. */

const product = sharedSteward();
beforeEach(() => product().apis.reset());

const channel = "C0SUPPORT";
const retryPost = { method: "POST", path: "/payouts/:payout/retry" } as const;
interface Thread {
  channel: string;
  ts: string;
}

const ask = (payout = "77120"): Thread => {
  const { slack, model } = product();
  const text = `retry payout ${payout}`;
  model.script(...errand({ ask: text, agent: "support", tool: "payments_payout_retry", args: { payout } }));
  return slack.say({ as: "U0CARLA", channel, text: `@steward ${text}` });
};
const card = (thread: Thread, wanted: RegExp): Promise<Message> =>
  cardWith(product(), thread, "Retry a payout", wanted, 30);
const click = (as: string, ts: string, button: "approve" | "check" = "approve") =>
  press(product(), { as, channel, ts, button });
const retries = () => product().apis.payments.journal.list(retryPost);
const payout = (id = "77120") =>
  product()
    .apis.payments.state()
    .payouts.find((one) => one.id === id);

it("asks the payments leads with what it reads live, sends once, and follows it to its end", async () => {
  const steward = product();
  steward.slack.deliverEvents({ duplicates: true, order: "mentionFirst" });
  const thread = ask();
  const shown = await card(thread, /Waiting/);
  const words = readable(shown);
  expect(words).toContain("Retry payout 77120 of 812.4 EUR to Acme Corp");
  expect(words).toMatch(/Recipient:\s+Ines Costa/);
  expect(words).toMatch(/Account:\s+…4421/);
  expect(words).toMatch(/Status:\s+stuck/);
  expect(words).toMatch(/Waiting: 0 of 1 from payments-leads.*R2/s);

  expect(await click("U0CARLA", shown.ts)).toMatch(/^You asked for this yourself/);
  expect(await click("U0DAN", shown.ts)).toMatch(/^This is not yours to decide\. .*Boris Novak/);
  expect(retries()).toEqual([]);
  expect(await click("U0BORIS", shown.ts)).toMatch(/^Approved/);
  await card(thread, /payout 77120 is processing/);

  const [sent, ...more] = retries();
  expect(more).toEqual([]);
  const [action] = await actionsIn(steward, thread);
  expect(sent?.body).toEqual({ source: "steward" });
  expect(sent?.headers).toMatchObject({ "idempotency-key": action?.id, "if-match": '"5"' });
  steward.apis.payments.finish("77120", "paid");
  await card(thread, /payout 77120 is paid/);
  expect(payout()?.attempts).toHaveLength(2);
  expect(action?.votes).toBe(1);
  await expectSettled(steward);
});

it("does nothing by a click on what has changed since, and asks about it as it is now", async () => {
  const steward = product();
  const thread = ask();
  const shown = await card(thread, /Waiting/);
  steward.apis.payments.touch("77120", "The account's owner was checked");
  expect(await click("U0BORIS", shown.ts)).toMatch(/changed since this was asked.*did not count/s);
  const fresh = await card(thread, /Refreshed/);
  expect(readable(fresh)).toContain("The account's owner was checked");
  expect(retries()).toEqual([]);
  expect(await click("U0BORIS", fresh.ts)).toMatch(/^Approved/);
  await card(thread, /payout 77120 is processing/);
  expect(retries()).toHaveLength(1);
  await expectSettled(steward);
});

it("killed right after the payments API took it: unknown, Check finds it by its key, one retry", async () => {
  const steward = product();
  const { slack, apis } = steward;
  const thread = ask();
  const shown = await card(thread, /Waiting/);
  apis.payments.faults.add({ ...retryPost, kind: "kill" });
  await slack.click({ as: "U0BORIS", channel, ts: shown.ts, action_id: "approve" });
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();
  const unknown = await card(thread, /Unknown/);
  expect(buttonsOf(unknown).map(({ label }) => label)).toEqual(["Check"]);
  expect(await click("U0DAN", unknown.ts, "check")).toMatch(/^This is not yours/);
  expect(await click("U0CARLA", unknown.ts, "check")).toBe("It is done; the card shows it.");
  await card(thread, /Done/);
  apis.payments.finish("77120", "paid");
  await card(thread, /payout 77120 is paid/);
  expect(retries()).toHaveLength(1);
  expect(payout()?.attempts).toHaveLength(2);
  await expectSettled(steward);
});

it("lost before the payments API took it: unknown first, and Check says that it was not done", async () => {
  const steward = product();
  const { slack, apis } = steward;
  const thread = ask();
  const shown = await card(thread, /Waiting/);
  apis.payments.faults.add({ ...retryPost, kind: "drop", effect: "never" });
  await slack.click({ as: "U0BORIS", channel, ts: shown.ts, action_id: "approve" });
  const unknown = await card(thread, /Unknown/);
  await sendWindowPasses(steward);
  expect(await click("U0CARLA", unknown.ts, "check")).toMatch(/not done|did not happen/);
  expect(payout()?.attempts).toHaveLength(1);
  await expectSettled(steward);
});

it("above the limit two people of two groups decide, with a reason", async () => {
  const thread = ask("77131");
  const shown = await card(thread, /Waiting/);
  expect(readable(shown)).toMatch(/R3/);
  expect(readable(shown)).toContain("Retry payout 77131 of 4850 EUR to Globex");
  expect(readable(shown)).toMatch(/0 of 1 from payments-leads.*0 of 1 from platform-leads/s);
});
