import { beforeEach, expect, it } from "vitest";
import { cardWith, privateAnswer } from "../support/clicks.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward({ model: false });
beforeEach(() => product().crm.reset());

const channel = "C0SALES";
const sent = () => product().crm.journal.list({ method: "PATCH", path: "/crm/v3/objects/deals/:id" });
const killed = async () => {
  expect(await product().ended()).toBe("SIGKILL");
  await product().restart();
};

/** Dan's form for Globex, filled in. */
const filled = async () => {
  const { slack } = product();
  await slack.slash({ as: "U0DAN", channel, command: "/steward", text: "do crm_deal_update deal=Globex" });
  await slack.waitFor(() => slack.forms.modal("U0DAN")?.["callback_id"] === "form-call", { seconds: 15 });
  slack.forms.enter({ as: "U0DAN", label: "Amount", value: "48k" });
};
/** Dan submits again what he was told had failed; the change is made once. */
const doneOnce = async () => {
  const steward = product();
  const { slack } = steward;
  expect(await slack.forms.submit({ as: "U0DAN" })).toMatchObject({ status: 200, errors: {} });
  expect(slack.forms.modal("U0DAN")).toBeUndefined();
  await expect.poll(() => sent().length, { timeout: 40_000 }).toBe(1);
  await expectSettled(steward);
  expect(sent()).toHaveLength(1);
};

it("killed when a form is stored and not yet acknowledged: submitted again, it counts once", async () => {
  await product().kill();
  await product().restart({ crashAt: "decided" });
  await filled();
  expect((await product().slack.forms.submit({ as: "U0DAN" })).error).toBeDefined();
  await killed();
  await doneOnce();
});

it("killed when its thread was opened and nothing was stored: submitted again, it is done", async () => {
  const { slack } = product();
  await filled();
  slack.fault({ method: "chat.postMessage", kind: "accept-then-kill" });
  expect((await slack.forms.submit({ as: "U0DAN" })).error).toBeDefined();
  await killed();
  await doneOnce();
  // Of the two lines, the one that nothing hangs from says so; the other stays.
  const { database } = product();
  await database.pool.query(`update steward.opening set opened_at = opened_at - interval '1 minute'`);
  await slack.waitFor(
    () =>
      slack.messages(slack.dm("U0DAN")).filter((one) => readable(one).includes("Nothing was recorded"))
        .length === 1,
    { seconds: 30, what: "an end of the line that hangs over nothing" },
  );
  await expect.poll(async () => (await database.pool.query("select from steward.opening")).rowCount).toBe(0);
  expect(
    slack.messages(slack.dm("U0DAN")).filter((one) => readable(one).includes("Nothing was recorded")),
  ).toHaveLength(1);
});

it("killed when an answer to a question is stored: the request goes on, once", async () => {
  await product().kill();
  await product().restart({ crashAt: "decided" });
  const steward = product();
  const { slack } = steward;
  const { ts } = slack.say({ as: "U0DAN", channel, text: "@steward move Initech to negotiation" });
  const question = await slack.waitFor(
    () => slack.thread(channel, ts).find((one) => /fits several deals/.test(readable(one))),
    { seconds: 25 },
  );
  const choice = buttonsOf(question).find(({ label }) => label.startsWith("Initech support add-on"));
  const target = { as: "U0DAN", channel, ts: question.ts, action_id: choice?.action_id ?? "none" };
  const again = slack.clickPayload(target);
  expect((await slack.click(target)).status).not.toBe(200);
  await killed();
  const told = await privateAnswer(steward, channel, "U0DAN", () => slack.forge({ payload: again }));
  expect(told).toMatch(/Already answered by Dan Whitfield: Initech support add-on/);
  const card = await cardWith(steward, { channel, ts }, "Change a deal", /Waiting/);
  await slack.click({ as: "U0DAN", channel, ts: card.ts, action_id: "reject" });
  await cardWith(steward, { channel, ts }, "Change a deal", /Rejected/);
  await expectSettled(steward);
  const { rows } = await steward.database.pool.query(`select from steward.inbox where id like 'question:%'`);
  expect(rows).toHaveLength(1);
});
