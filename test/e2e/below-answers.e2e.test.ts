import { expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { auditRows } from "../support/audit-rows.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward({ model: false });
const channel = "C0PAYDEV";
const ask = "show open merge requests in payments/ledger-api";

interface Answered {
  thread: string;
  answer: Message;
  turn: string;
}

const answered = async (as = "U0ANNA", where = channel, text = ask): Promise<Answered> => {
  const { slack } = product();
  const words = where.startsWith("D") ? text : `@steward ${text}`;
  const { ts: thread } = slack.say({ as, channel: where, text: words });
  const answer = await slack.waitFor(
    () => slack.thread(where, thread).find((one) => buttonsOf(one).some(({ label }) => label === "Details")),
    { seconds: 20 },
  );
  const turn = buttonsOf(answer).find(({ label }) => label === "Details")?.value ?? "";
  return { thread, answer, turn };
};

const feedbackOf = async (turn: string) => {
  const { rows } = await product().database.pool.query<Record<string, unknown>>(
    "select person, verdict, reason, words, via from steward.feedback where turn = $1 order by person",
    [turn],
  );
  return rows;
};

const vote = (as: string, { answer }: Answered, verdict: "up" | "down", turn: string) =>
  product().slack.click({ as, channel, ts: answer.ts, action_id: "feedback", value: `${verdict}|${turn}` });

/** What a person reads of the modal they see. */
const modalOf = (as: string): string => {
  const modal = product().slack.forms.modal(as);
  return modal === undefined ? "" : JSON.stringify(modal["blocks"]);
};
const modalWith = (as: string, wanted: RegExp) =>
  product().slack.waitFor(() => wanted.test(modalOf(as)) && modalOf(as));

it("keeps one word a person and answer, asks why of a no, and lets them change their mind", async () => {
  const steward = product();
  const { slack } = steward;
  const given = await answered();
  const { turn } = given;
  await vote("U0ANNA", given, "up", turn);
  await vote("U0BORIS", given, "up", turn);
  expect(await feedbackOf(turn)).toMatchObject([
    { person: "mail:anna@example.com", verdict: "up", via: "button" },
    { person: "mail:boris@example.com", verdict: "up" },
  ]);
  await vote("U0ANNA", given, "down", turn);
  await modalWith("U0ANNA", /The data was wrong/);
  expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({
    errors: { reason: "Please complete this required field." },
  });
  slack.forms.enter({ as: "U0ANNA", block_id: "reason", value: "wrong_data" });
  slack.forms.enter({ as: "U0ANNA", block_id: "words", value: "!480 is merged" });
  expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
  expect(slack.forms.modal("U0ANNA")).toBeUndefined();
  expect(await feedbackOf(turn)).toMatchObject([
    { person: "mail:anna@example.com", verdict: "down", reason: "wrong_data", words: "!480 is merged" },
    { verdict: "up" },
  ]);
  expect(
    (await auditRows(steward, "feedback.given")).map(({ actor, fields }) => [actor, fields["verdict"]]),
  ).toEqual([
    ["mail:anna@example.com", "up"],
    ["mail:boris@example.com", "up"],
    ["mail:anna@example.com", "down"],
  ]);
  expect(await auditRows(steward, "feedback.explained")).toMatchObject([
    { fields: { reason: "wrong_data" }, payload: { words: "!480 is merged" } },
  ]);
  await expectSettled(steward);
});

it("takes a thumb as feedback, offers to say why, and takes it back with the thumb", async () => {
  const steward = product();
  const { slack } = steward;
  const { answer, turn } = await answered();
  const thumb = (name: string, remove = false) =>
    slack.react({ as: "U0CARLA", channel, ts: answer.ts, name, remove });
  slack.join("U0CARLA", channel);
  thumb("eyes");
  thumb("-1");
  await expect.poll(() => feedbackOf(turn)).toMatchObject([{ verdict: "down", via: "reaction" }]);
  const why = await slack.waitFor(() =>
    slack.ephemerals(channel, "U0CARLA").find((one) => readable(one).includes("Say why")),
  );
  await slack.click({ as: "U0CARLA", channel, ts: why.ts, action_id: "feedback-why", ephemeral: true });
  await modalWith("U0CARLA", /It was too slow/);
  slack.forms.enter({ as: "U0CARLA", block_id: "reason", value: "too_slow" });
  await slack.forms.submit({ as: "U0CARLA" });
  expect(await feedbackOf(turn)).toMatchObject([{ verdict: "down", reason: "too_slow" }]);
  thumb("-1", true);
  await expect.poll(() => feedbackOf(turn)).toEqual([]);
  // A thumb on a person's own words is nothing to Steward.
  const said = slack.say({ as: "U0ANNA", channel, text: "lunch?" });
  slack.react({ as: "U0CARLA", channel, ts: said.ts, name: "+1" });
  await slack.waitFor(() => slack.deliveries().every(({ state }) => state === "delivered"));
  const { rows } = await steward.database.pool.query("select from steward.feedback where via = 'reaction'");
  expect(rows).toEqual([]);
  await expectSettled(steward);
});

it("refuses feedback from a copied button, and records it", async () => {
  const steward = product();
  const { slack } = steward;
  const given = await answered();
  const other = await answered("U0BORIS");
  const payload = slack.clickPayload({
    ...{ as: "U0CARLA", channel, ts: other.answer.ts, action_id: "feedback", value: `up|${other.turn}` },
  });
  const [action] = payload["actions"] as Record<string, unknown>[];
  await slack.forge({ payload: { ...payload, actions: [{ ...action, value: `up|${given.turn}` }] } });
  await slack.waitFor(() =>
    slack.ephemerals(channel, "U0CARLA").find((one) => readable(one).includes("nothing was recorded")),
  );
  expect(await feedbackOf(given.turn)).toEqual([]);
  expect((await auditRows(steward, "click.refused")).at(-1)).toMatchObject({
    fields: { click: "feedback", answer: "forged", turn: given.turn },
  });
  await expectSettled(steward);
});

it("shows the details of a run to those who may see it, and its page by a link of ten minutes", async () => {
  const steward = product();
  const { slack } = steward;
  const { answer, turn } = await answered();
  const details = async (as: string, wanted: RegExp) => {
    await slack.click({ as, channel, ts: answer.ts, action_id: "details" });
    return modalWith(as, wanted);
  };
  const mine = await details("U0ANNA", /Find merge requests/);
  expect(mine).toMatch(/payments\/ledger-api.*Done in \d+ ms|Done in \d+ ms.*payments\/ledger-api/s);
  expect(mine).toContain("!455");
  // An auditor sees the run; a colleague who takes no part does not.
  expect(await details("U0FARID", /Find merge requests/)).toContain("!455");
  expect(await details("U0DAN", /shown to those who take part/)).not.toContain("!455");
  const url = /"url":"([^"]+\/runs\/[^"]+)"/.exec(mine)?.[1] ?? "";
  expect(url).toContain(`/runs/${turn}?`);
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain("Find merge requests");
  expect(html).not.toContain("<script");
  for (const [from, to] of [
    ["user=U0ANNA", "user=U0FARID"],
    [turn, "00000000-0000-4000-8000-000000000000"],
    ["until=", "until=9"],
  ] as const) {
    const forged = await fetch(url.replace(from, to));
    expect([forged.status, await forged.text()]).toEqual([403, expect.stringContaining("no longer good")]);
  }
  await expectSettled(steward);
});

it("shows a direct message's run to nobody else", async () => {
  const steward = product();
  const { slack } = steward;
  const dm = slack.dm("U0ANNA");
  const { answer, turn } = await answered("U0ANNA", dm);
  const own = await slack.click({ as: "U0ANNA", channel: dm, ts: answer.ts, action_id: "details" });
  expect(own.status).toBe(200);
  await modalWith("U0ANNA", /Find merge requests/);
  const payload = slack.clickPayload({ as: "U0ANNA", channel: dm, ts: answer.ts, action_id: "details" });
  const user = { ...(payload["user"] as object), id: "U0FARID" };
  await slack.forge({ payload: { ...payload, user } });
  await modalWith("U0ANNA", /shown to those who take part/);
  expect((await auditRows(steward, "click.refused")).at(-1)).toMatchObject({
    fields: { click: "details", answer: "not_eligible", turn },
  });
  await expectSettled(steward);
});

it("lets the one who asked say who should have answered, and asks that agent once", async () => {
  const steward = product();
  const { slack } = steward;
  const { thread, answer, turn } = await answered();
  const press = (as: string) => slack.click({ as, channel, ts: answer.ts, action_id: "wrong-agent" });
  await press("U0BORIS");
  await modalWith("U0BORIS", /Only the person who asked/);
  await press("U0ANNA");
  await modalWith("U0ANNA", /Who should have answered/);
  slack.forms.enter({ as: "U0ANNA", block_id: "agent", value: "revenue" });
  expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
  await slack.waitFor(
    () =>
      slack
        .thread(channel, thread)
        .filter((one) => one.bot_id !== undefined)
        .at(1),
    {
      seconds: 20,
    },
  );
  const { rows } = await steward.database.pool.query(
    "select text, chosen from steward.correction where turn = $1",
    [turn],
  );
  expect(rows).toEqual([{ text: ask, chosen: "revenue" }]);
  await press("U0ANNA");
  await modalWith("U0ANNA", /Who should have answered/);
  slack.forms.enter({ as: "U0ANNA", block_id: "agent", value: "revenue" });
  await slack.forms.submit({ as: "U0ANNA" });
  const { rows: asked } = await steward.database.pool.query("select from steward.inbox where id = $1", [
    `again:${turn}:revenue`,
  ]);
  expect(asked).toHaveLength(1);
  await expectSettled(steward);
});
