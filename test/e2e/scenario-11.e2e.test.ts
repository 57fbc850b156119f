import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { cardWith, press } from "../support/clicks.ts";
import { sendWindowPasses } from "../support/ledger-rows.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().crm.reset());

const channel = "C0SALES";
const title = "Log a note or a call";
const ask = "log this call: talked to Dana, wants SSO, follow up Tuesday";
const args = {
  about: "Dana",
  kind: "call",
  text: "Talked to Dana, wants SSO.",
  follow_up: "Follow up with Dana on SSO",
  due: "2026-11-24",
};
const calls = { method: "POST", path: "/crm/v3/objects/calls" } as const;
const tasks = { method: "POST", path: "/crm/v3/objects/tasks" } as const;

interface Thread {
  channel: string;
  ts: string;
}
const asked = async (): Promise<{ thread: Thread; shown: Message }> => {
  const { slack, model } = product();
  model.script(...errand({ ask, agent: "revenue", tool: "crm_note_log", args }));
  const thread = slack.say({ as: "U0DAN", channel, text: `@steward ${ask}` });
  return { thread, shown: await cardWith(product(), thread, title, /Waiting/) };
};
const card = (thread: Thread, wanted: RegExp) => cardWith(product(), thread, title, wanted, 30);
const presses = (as: string, ts: string, button: "approve" | "check" = "approve") =>
  press(product(), { as, channel, ts, button });
const sent = () => [calls, tasks].map((one) => product().crm.journal.list(one).length);

it("scenario 11: one card for the call and its task; Dan's one click leaves both, once", async () => {
  const steward = product();
  steward.slack.deliverEvents({ duplicates: true, order: "together" });
  const { thread, shown } = await asked();
  const words = readable(shown);
  expect(words).toContain('Log a call on the contact "Dana Reyes"');
  expect(words).toMatch(/Call:\s+Talked to Dana, wants SSO\./);
  expect(words).toMatch(/Task:\s+Follow up with Dana on SSO, due 2026-11-24, for Dan Whitfield/);
  expect(words).toContain("R1 ");

  expect(await presses("U0CARLA", shown.ts)).toMatch(/not yours to decide.*Dan Whitfield/);
  expect(sent()).toEqual([0, 0]);

  await Promise.all([presses("U0DAN", shown.ts), presses("U0DAN", shown.ts)]);
  await card(thread, /Done/);
  expect(sent()).toEqual([1, 1]);
  const { calls: logged, tasks: created } = steward.crm.state();
  expect(logged[0]).toMatchObject({ about: ["contacts/2001"] });
  expect(logged[0]?.body).toMatch(/wants SSO\..*Logged by Steward for Dan Whitfield\. Action /s);
  expect(created[0]).toMatchObject({
    subject: "Follow up with Dana on SSO",
    status: "NOT_STARTED",
    due: "2026-11-24T09:00:00.000Z",
    about: ["contacts/2001"],
  });
  await expectSettled(steward);
});

it("scenario 11: killed right after the task was taken: unknown, and Check finds both", async () => {
  const steward = product();
  const { thread, shown } = await asked();
  steward.crm.faults.add({ ...tasks, kind: "kill", effect: "before" });
  await steward.slack.click({ as: "U0DAN", channel, ts: shown.ts, action_id: "approve" });
  await steward.ended();
  await steward.restart();

  const unknown = await card(thread, /Unknown/);
  expect(buttonsOf(unknown).map(({ label }) => label)).toEqual(["Check"]);
  await sendWindowPasses(steward);
  await presses("U0DAN", unknown.ts, "check");
  await card(thread, /Done/);
  expect(sent()).toEqual([1, 1]);
  await expectSettled(steward);
});

it("scenario 11: killed between the two: Check says what stands and what does not, and nothing is sent again", async () => {
  const steward = product();
  const { thread, shown } = await asked();
  steward.crm.faults.add({ ...calls, kind: "kill", effect: "before" });
  await steward.slack.click({ as: "U0DAN", channel, ts: shown.ts, action_id: "approve" });
  await steward.ended();
  await steward.restart();

  const unknown = await card(thread, /Unknown/);
  await sendWindowPasses(steward);
  expect(await presses("U0DAN", unknown.ts, "check")).toMatch(
    /The call stands on the contact in HubSpot, and its task does not/,
  );
  await card(thread, /Unknown/);
  expect(sent()).toEqual([1, 0]);
  await expectSettled(steward);
});
