import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { auditRows } from "../support/audit-rows.ts";
import { cardWith, press } from "../support/clicks.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().crm.reset());

const channel = "C0SALES";
const title = "Change a deal";
const globex = {
  ask: "move Globex to negotiation, 48k, close date end of March",
  args: { deal: "Globex", stage: "negotiation", amount: "48k", close_date: "2027-03-31" },
};
const initech = {
  ask: "move Initech to closed won",
  args: { deal: "Initech platform licence", stage: "Closed won" },
};
const patch = { method: "PATCH", path: "/crm/v3/objects/deals/:id" };
const readGlobex = { method: "GET", path: "/crm/v3/objects/deals/5001" };

type Thread = { channel: string; ts: string };

const asks = ({ ask, args }: typeof globex | typeof initech, as = "U0DAN"): Thread => {
  const { slack, model } = product();
  model.script(...errand({ ask, agent: "revenue", tool: "crm_deal_update", args }));
  return slack.say({ as, channel, text: `@steward ${ask}` });
};
const card = (thread: Thread, wanted: RegExp): Promise<Message> => cardWith(product(), thread, title, wanted);
const asked = async (wish: typeof globex | typeof initech) => {
  const thread = asks(wish);
  return { thread, shown: await card(thread, /Waiting/) };
};
const deal = (id: string) =>
  product()
    .crm.state()
    .deals.find((one) => one.id === id);
const sent = () => product().crm.journal.list(patch);
const approves = (as: string, ts: string): Promise<string> =>
  press(product(), { as, channel, ts, button: "approve" });
const answered = ({ ts }: Thread, wanted: RegExp): Promise<Message> => {
  const { slack } = product();
  return slack.waitFor(
    () =>
      slack.thread(channel, ts).find((one) => wanted.test(readable(one)) && !readable(one).startsWith(title)),
    { seconds: 25, what: `an answer with ${String(wanted)}` },
  );
};
/** The window in which it may be on its way is over: nobody waits half a minute for it. */
const windowPasses = () =>
  product().database.pool.query(
    `update steward.action set send_until = send_until - interval '1 hour' where state = 'unknown'`,
  );

it("scenario 10: shows before and after, and changes the deal once at Dan's own click", async () => {
  const steward = product();
  const { slack, crm } = steward;
  slack.deliverEvents({ duplicates: true, order: "together" });
  const before = deal("5001")?.close_date?.slice(0, 10);
  const { thread, shown } = await asked(globex);
  const words = readable(shown);
  expect(words).toContain('Change the deal "Globex"');
  expect(words).toMatch(/Stage:\s+Proposal\s+→\s+Negotiation/);
  expect(words).toMatch(/Amount:\s+40,000\s+→\s+48,000/);
  expect(words).toMatch(new RegExp(`Close date:\\s+${before}\\s+→\\s+2027-03-31`));
  expect(words).toContain("Dan Whitfield");
  expect(words).toContain("R1 ");
  expect(words).toContain(globex.ask);

  // Carla sells nothing here, and it is not hers: told who may, and why.
  expect(await approves("U0CARLA", shown.ts)).toMatch(/not yours to decide.*Dan Whitfield.*confirms it/);
  expect(sent()).toEqual([]);

  const [first, second] = await Promise.all([
    slack.click({ as: "U0DAN", channel, ts: shown.ts, action_id: "approve" }),
    slack.click({ as: "U0DAN", channel, ts: shown.ts, action_id: "approve" }),
  ]);
  expect([first.status, second.status]).toEqual([200, 200]);
  const done = await card(thread, /Done/);
  expect(buttonsOf(done)).toEqual([]);
  await answered(thread, /Globex.*was changed in HubSpot/);
  await slack.waitFor(() => slack.ephemerals(channel, "U0DAN").length >= 2);

  expect(sent().map(({ body }) => body)).toEqual([
    {
      properties: { dealstage: "contractsent", amount: "48000", closedate: "2027-03-31T00:00:00.000Z" },
    },
  ]);
  expect(deal("5001")).toMatchObject({ stage: "Negotiation", amount: "48000" });
  expect(crm.state().notes.filter(({ body }) => body.includes("Dan Whitfield"))).toHaveLength(1);
  expect(slack.thread(channel, thread.ts).filter((one) => readable(one).startsWith(title))).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 10: somebody changed the deal before the click: it counts for nothing, and the card shows what changed", async () => {
  const steward = product();
  const { thread, shown } = await asked(globex);
  steward.crm.editAs("mei@example.com", "deals", "5001", { amount: "45000" });

  const told = await approves("U0DAN", shown.ts);
  expect(told).toMatch(/changed since this was asked.*did not count.*Amount: 40,000 → 45,000/);
  const fresh = await card(thread, /Refreshed/);
  expect(fresh.ts).toBe(shown.ts);
  expect(readable(fresh)).toMatch(/Amount:\s+45,000\s+→\s+48,000/);
  expect(sent()).toEqual([]);

  expect(await approves("U0DAN", shown.ts)).toMatch(/^Approved/);
  await card(thread, /Done/);
  await answered(thread, /was changed in HubSpot/);
  expect(sent()).toHaveLength(1);
  expect(deal("5001")?.amount).toBe("48000");
  await expectSettled(steward);
});

it("scenario 10: somebody changes the deal between the click and the change: nothing is sent, the card asks anew", async () => {
  const steward = product();
  const { crm } = steward;
  const { thread, shown } = await asked(globex);
  // The click's own look passes; the look before acting is answered late, with what stands there by then.
  const late = crm.faults.add({ ...readGlobex, kind: "delay", ms: 800, effect: "after", skip: 1 });
  expect(await approves("U0DAN", shown.ts)).toMatch(/^Approved/);
  await expect.poll(() => crm.faults.happened(late.id)).toBe(1);
  crm.editAs("mei@example.com", "deals", "5001", { amount: "45000" });

  const fresh = await card(thread, /Refreshed/);
  expect(readable(fresh)).toMatch(/Amount:\s+45,000\s+→\s+48,000/);
  expect(readable(fresh)).toContain("0 of 1");
  expect(sent()).toEqual([]);

  expect(await approves("U0DAN", fresh.ts)).toMatch(/^Approved/);
  await card(thread, /Done/);
  await answered(thread, /was changed in HubSpot/);
  expect(sent()).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 10: a change in the last instant before sending is seen, too", async () => {
  const steward = product();
  const { crm } = steward;
  const { thread, shown } = await asked(globex);
  const late = crm.faults.add({ ...readGlobex, kind: "delay", ms: 800, effect: "after", skip: 2 });
  await approves("U0DAN", shown.ts);
  await expect.poll(() => crm.faults.happened(late.id)).toBe(1);
  crm.editAs("mei@example.com", "deals", "5001", { amount: "45000" });

  expect(readable(await card(thread, /Failed/))).toMatch(/changed by somebody else.*nothing was sent/);
  await answered(thread, /nothing was sent/);
  expect(sent()).toEqual([]);
  expect(deal("5001")?.amount).toBe("45000");
  await expectSettled(steward);
});

it("scenario 10: above the limit others are asked; Dan's own click is refused, Grace's counts", async () => {
  const steward = product();
  const { thread, shown } = await asked(initech);
  expect(readable(shown)).toContain("R2 ");
  expect(readable(shown)).toMatch(/sales-leads.*rule owners-decide/s);

  expect(await approves("U0DAN", shown.ts)).toMatch(
    /asked for this yourself.*sales-leads \(Grace Okafor\) decides, by rule owners-decide/,
  );
  expect(await approves("U0CARLA", shown.ts)).toMatch(/not yours to decide.*Grace Okafor/);
  expect(sent()).toEqual([]);

  expect(await approves("U0GRACE", shown.ts)).toMatch(/^Approved/);
  expect(readable(await card(thread, /Done/))).toContain("approved by Grace Okafor");
  await answered(thread, /was changed in HubSpot/);
  expect(sent()).toHaveLength(1);
  expect(deal("5002")?.stage).toBe("Closed won");
  await expectSettled(steward);
});

it("scenario 10: raising a small deal above the limit is not Dan's alone to confirm either", async () => {
  const steward = product();
  const ask = "raise Globex to 150k";
  const { thread, shown } = await asked({ ask, args: { deal: "Globex", amount: "150k" } } as typeof globex);
  expect(readable(shown)).toMatch(/R2 .*/);
  expect(await press(steward, { as: "U0DAN", channel, ts: shown.ts, button: "reject" })).toMatch(/^Rejected/);
  expect(readable(await card(thread, /Rejected by Dan Whitfield/))).not.toContain("Waiting");
  await answered(thread, /Rejected/);
  expect(sent()).toEqual([]);
  await expectSettled(steward);
});

it("scenario 10: killed right after the change was taken: unknown, and Check finds it done", async () => {
  const steward = product();
  const { crm } = steward;
  const { thread, shown } = await asked(globex);
  crm.faults.add({ ...patch, kind: "kill", effect: "before" });
  await steward.slack.click({ as: "U0DAN", channel, ts: shown.ts, action_id: "approve" });
  await steward.ended();
  await steward.restart();

  const unknown = await card(thread, /Unknown/);
  expect(buttonsOf(unknown).map(({ label }) => label)).toEqual(["Check"]);
  await answered(thread, /Unknown.*nobody can say yet/s);
  const check = (as: string) => press(steward, { as, channel, ts: unknown.ts, button: "check" });
  expect(await check("U0CARLA")).toMatch(/not yours/);
  expect(await check("U0DAN")).toMatch(/It is done/);
  await card(thread, /Done/);
  expect(sent()).toHaveLength(1);
  expect(deal("5001")?.amount).toBe("48000");
  await expectSettled(steward);
  const kinds = (await auditRows(steward, "action.%")).map(({ kind }) => kind).slice(-4);
  expect(kinds).toEqual(["action.intent", "action.unknown", "action.checked", "action.succeeded"]);
});

// Two starts of the product in one test: more time than the others have.
it(
  "scenario 10: killed before anything was sent: unknown, and Check tells when it cannot come any more",
  {
    timeout: 120_000,
  },
  async () => {
    const steward = product();
    await steward.kill();
    await steward.restart({ crashAt: "send" });
    const { thread, shown } = await asked(globex);
    await steward.slack.click({ as: "U0DAN", channel, ts: shown.ts, action_id: "approve" });
    expect(await steward.ended()).toBe("SIGKILL");
    await steward.restart();

    const unknown = await card(thread, /Unknown/);
    const check = () => press(steward, { as: "U0DAN", channel, ts: unknown.ts, button: "check" });
    expect(await check()).toMatch(/has not happened so far, but it still could.*Check again in \d+ s/);
    await windowPasses();
    expect(await check()).toMatch(/did not happen/);
    await card(thread, /Failed/);
    expect(sent()).toEqual([]);
    expect(deal("5001")?.amount).toBe("40000");
    await expectSettled(steward);
  },
);

it.each([
  { how: "a 502 after it was taken", fault: { kind: "fail", status: 502, html: true, effect: "before" } },
  { how: "a cut connection after it was taken", fault: { kind: "drop", effect: "before" } },
  { how: "a sign-in page instead of an answer", fault: { kind: "html", effect: "before" } },
  { how: "no answer at all", fault: { kind: "hang", effect: "before" } },
] as const)("scenario 10: $how is unknown, never repeated, and settled by Check", async ({ fault }) => {
  const steward = product();
  const { thread, shown } = await asked(globex);
  steward.crm.faults.add({ ...patch, ...fault });
  expect(await approves("U0DAN", shown.ts)).toMatch(/^Approved/);

  const unknown = await card(thread, /Unknown/);
  await answered(thread, /Unknown/);
  expect(await press(steward, { as: "U0DAN", channel, ts: unknown.ts, button: "check" })).toMatch(
    /It is done/,
  );
  await card(thread, /Done/);
  // The turn is over and cannot tell it any more: code does, to Dan.
  expect(readable(await answered(thread, /Change a deal: .*Done/))).toContain("Globex");
  expect(sent()).toHaveLength(1);
  expect(deal("5001")?.amount).toBe("48000");
  await expectSettled(steward);
});

it("scenario 10: what became of a refreshed request is told in the thread like any other", async () => {
  const steward = product();
  const { thread, shown } = await asked(globex);
  steward.crm.editAs("mei@example.com", "deals", "5001", { amount: "45000" });
  await approves("U0DAN", shown.ts);
  await card(thread, /Refreshed/);
  steward.crm.faults.add({ ...patch, kind: "fail", status: 503, effect: "never" });
  await approves("U0DAN", shown.ts);
  await card(thread, /Unknown/);
  expect(readable(await answered(thread, /Unknown/))).not.toContain("/crm/v3");
  await windowPasses();
  const told = await press(steward, { as: "U0DAN", channel, ts: shown.ts, button: "check" });
  expect(told).toMatch(/did not happen/);
  await answered(thread, /Change a deal: .*Failed.*did not happen/);
  expect(sent()).toHaveLength(1);
  expect(deal("5001")?.amount).toBe("45000");
  await expectSettled(steward);
});
