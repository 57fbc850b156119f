import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { auditRows } from "../support/audit-rows.ts";
import { press, privateAnswer } from "../support/clicks.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";
import {
  askForThree,
  cardSays,
  danApproves,
  dealUpdate,
  receiptIn,
  salesChannel as channel,
} from "../support/three-writes.ts";

const product = sharedSteward();
beforeEach(() => product().crm.reset());

const sent = () => product().crm.journal.list(dealUpdate);
const amountOf = (id: string) =>
  product()
    .crm.state()
    .deals.find((deal) => deal.id === id)?.amount;

/** One was done, of one nobody knows, one was not answered yet. */
const oneOfEach = async (words: string) => {
  const steward = product();
  const { ts, cards } = await askForThree(steward, words);
  const [first, second, third] = cards;
  expect(await danApproves(steward, first)).toMatch(/^Approved/);
  await cardSays(steward, ts, first, /Done/);
  steward.crm.faults.add({ ...dealUpdate, kind: "drop", effect: "before" });
  expect(await danApproves(steward, second)).toMatch(/^Approved/);
  await cardSays(steward, ts, second, /Unknown/);
  return { ts, first, second, third };
};

/** What `/steward stop` shows to somebody, and where. */
const runsOf = async (as: string): Promise<Message> => {
  const { slack } = product();
  const before = slack.ephemerals(channel, as).length;
  await slack.slash({ as, channel, command: "/steward", text: "stop" });
  // Answers to earlier presses may come in between.
  const isList = ({ text }: { text: string }) => /of yours to stop|Nothing runs or waits/.test(text);
  return slack.waitFor(
    () => slack.ephemerals(channel, as).slice(before).find(isList) as Message | undefined,
    {
      seconds: 20,
      what: "the list of runs",
    },
  );
};

/** The Stop buttons of a list: one a section. */
const stopsOf = (list: Message): { value: string; text: string }[] =>
  (list.blocks ?? []).flatMap((block) => {
    const accessory = block["accessory"] as { action_id?: string; value?: string } | undefined;
    if (accessory?.action_id !== "stop") return [];
    return [{ value: accessory.value ?? "", text: JSON.stringify(block["text"]) }];
  });

const stopsFromList = async (as: string, words: string): Promise<string> => {
  const list = await runsOf(as);
  const value = stopsOf(list).find(({ text }) => text.includes(words))?.value ?? "";
  const { slack } = product();
  return privateAnswer(product(), channel, as, () =>
    slack.click({ as, channel, ts: list.ts, action_id: "stop", value, ephemeral: true }),
  );
};

const stopped = async (): Promise<{ actor: string }[]> => {
  const rows = await auditRows(product(), "turn.stopped");
  return rows.map(({ actor }) => ({ actor }));
};

describe("scenario 20: Stop in the middle of three writes", () => {
  it("gives a receipt: one done, one unknown with Check, one not started; Check settles it there", async () => {
    const steward = product();
    const { ts, second, third } = await oneOfEach("raise the three deals one after the other");
    const late = steward.slack.clickPayload({ as: "U0DAN", channel, ts: third.ts, action_id: "approve" });
    expect(await stopsFromList("U0DAN", "raise the three deals")).toMatch(/^Stopped/);

    const receipt = await receiptIn(steward, ts, /Not started/);
    const words = readable(receipt);
    expect(words).toMatch(/Unknown: .*Umbrella Health rollout/);
    expect(words).toMatch(/Done: .*Globex/);
    expect(words).toMatch(/Not started: .*Acme Corp renewal/);
    expect(buttonsOf(receipt).map(({ label }) => label)).toEqual(["Check"]);
    expect(readable(await cardSays(steward, ts, third, /Cancelled/))).toContain("nothing was done");

    // The third can no longer be started, by whatever click.
    const told = await privateAnswer(steward, channel, "U0DAN", () => steward.slack.forge({ payload: late }));
    expect(told).toBe("This was cancelled; nothing was done.");
    expect(await press(steward, { as: "U0DAN", channel, ts: receipt.ts, button: "check" })).toMatch(
      /It is done/,
    );
    const settled = await receiptIn(steward, ts, /Done: .*Done: /);
    expect(settled.ts).toBe(receipt.ts);
    expect(buttonsOf(settled)).toEqual([]);
    await cardSays(steward, ts, second, /Done/);
    expect(sent()).toHaveLength(2);
    expect([amountOf("5001"), amountOf("5003"), amountOf("5007")]).toEqual(["41000", "66000", "30000"]);
    await expectSettled(steward);
  });

  it("a Stop that Slack tells of twice stops once, whoever pressed it, and names them", async () => {
    const steward = product();
    const { slack } = steward;
    const before = (await stopped()).length;
    const { ts } = await oneOfEach("raise them for the second time");
    const event = {
      ...{ type: "event_callback", team_id: slack.teamId, event_id: "Ev0STOPPED", event_time: 1 },
      event: {
        ...{ type: "agent_session_stopped", channel, thread_ts: ts, user: "U0CARLA" },
        ...{ streaming_message_ts: [], event_ts: String(Date.now() / 1000) },
      },
    };
    const [once, twice] = await Promise.all([slack.forge({ event }), slack.forge({ event })]);
    expect([once.status, twice.status]).toEqual([200, 200]);
    const receipt = readable(await receiptIn(steward, ts, /Not started/));
    expect(receipt).toMatch(/^Stopped by Carla Mendes\. Dan Whitfield had asked for it/);
    expect((await stopped()).slice(before)).toEqual([{ actor: "mail:carla@example.com" }]);
    expect(slack.thread(channel, ts).filter((one) => readable(one).startsWith("Stopped by"))).toHaveLength(1);
    expect(sent()).toHaveLength(2);
    await expectSettled(steward);
  });

  it("killed right after the second was taken: unknown after the restart; the receipt says so, and Check finds it", async () => {
    const steward = product();
    const { ts, cards } = await askForThree(steward, "raise them while something breaks");
    const [first, second] = cards;
    await danApproves(steward, first);
    await cardSays(steward, ts, first, /Done/);
    steward.crm.faults.add({ ...dealUpdate, kind: "kill", effect: "before" });
    await steward.slack.click({ as: "U0DAN", channel, ts: second.ts, action_id: "approve" });
    await steward.ended();
    await steward.restart();
    await cardSays(steward, ts, second, /Unknown/);
    expect(await stopsFromList("U0DAN", "while something breaks")).toMatch(/^Stopped/);
    const receipt = await receiptIn(steward, ts, /Not started/);
    expect(readable(receipt)).toMatch(/Unknown: .*Umbrella Health rollout/);
    expect(await press(steward, { as: "U0DAN", channel, ts: receipt.ts, button: "check" })).toMatch(
      /It is done/,
    );
    await receiptIn(steward, ts, /Done: .*Done: /);
    expect(sent()).toHaveLength(2);
    await expectSettled(steward);
  });

  it("what is on its way at the Stop ends on the receipt", async () => {
    const steward = product();
    const { ts, cards } = await askForThree(steward, "raise them and hurry");
    const held = steward.crm.faults.add({ ...dealUpdate, kind: "delay", ms: 3_000, effect: "before" });
    await steward.slack.click({ as: "U0DAN", channel, ts: cards[0].ts, action_id: "approve" });
    await expect.poll(() => steward.crm.faults.happened(held.id), { timeout: 10_000 }).toBe(1);
    expect(await stopsFromList("U0DAN", "raise them and hurry")).toMatch(/^Stopped/);
    const receipt = await receiptIn(steward, ts, /Under way.*Globex/);
    expect(readable(receipt)).toMatch(/Not started: .*Not started: /);
    const settled = await receiptIn(steward, ts, /Done: .*Globex/);
    expect(settled.ts).toBe(receipt.ts);
    expect(sent()).toHaveLength(1);
    await expectSettled(steward);
  });

  it("a stranger's press stops nothing: not by a copied button, not as a guest", async () => {
    const steward = product();
    const { slack } = steward;
    const { ts } = await askForThree(steward, "raise them undisturbed");
    const list = await runsOf("U0DAN");
    const value = stopsOf(list).find(({ text }) => text.includes("undisturbed"))?.value ?? "";
    expect(stopsOf(await runsOf("U0CARLA"))).toEqual([]);

    // Dan's button, pressed by another, and on another message.
    const payload = slack.clickPayload({
      ...{ as: "U0DAN", channel, ts: list.ts, action_id: "stop", value, ephemeral: true },
    });
    const asCarla = { ...payload, user: { ...(payload["user"] as object), id: "U0CARLA" } };
    expect((await slack.forge({ payload: asCarla })).status).toBe(200);
    expect(slack.thread(channel, ts).filter((one) => readable(one).startsWith("Stopped by"))).toEqual([]);

    const [turn] = value.split("|");
    const guest = { ...payload, user: { ...(payload["user"] as object), id: "U0HUGO" } };
    const actions = [{ ...(payload["actions"] as object[])[0], value: turn }];
    expect((await slack.forge({ payload: { ...guest, actions } })).status).toBe(200);
    await expect.poll(async () => (await auditRows(steward, "click.refused")).length).toBeGreaterThan(0);
    expect(slack.thread(channel, ts).filter((one) => readable(one).startsWith("Stopped by"))).toEqual([]);

    expect(await stopsFromList("U0DAN", "undisturbed")).toMatch(/^Stopped/);
    expect(readable(await receiptIn(steward, ts, /Not started/))).toMatch(/^Stopped by Dan Whitfield\./);
    expect(sent()).toEqual([]);
    await expectSettled(steward);
  });
});
