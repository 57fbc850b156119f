import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import type { Block } from "../../sandbox/slack/types.ts";

import { cardWith } from "../support/clicks.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** Shipped policies, but merges into payments want a reason with the approval. */
const withReason = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "steward-reason-"));
  await cp(join(import.meta.dirname, "../../policies"), join(folder, "policies"), { recursive: true });
  const file = join(folder, "policies/payments.cedar");
  const shipped = await readFile(file, "utf8");
  await writeFile(file, shipped.replace('@count("1")', '@count("1") @reason("required")'));
  return folder;
};
const config = await withReason();
const product = sharedSteward({ model: false, config });
beforeEach(() => product().crm.reset());
afterAll(() => rm(config, { recursive: true, force: true }));

/** Types a slash command that opens a form; the form once it is filled in. */
const opened = async (as: string, text: string) => {
  const { slack } = product();
  expect(await slack.slash({ as, channel: "C0SALES", command: "/steward", text })).toMatchObject({
    status: 200,
  });
  return filledIn(as);
};

const filledIn = (as: string) => {
  const { slack } = product();
  return slack.waitFor(
    () => {
      const view = slack.forms.modal(as) as { blocks: Block[]; callback_id: string } | undefined;
      return view?.callback_id === "form-call" && view;
    },
    { seconds: 15, what: `a form for ${as}` },
  );
};

const labels = (view: { blocks: Block[] }) =>
  view.blocks.flatMap((block) => (block.type === "input" ? [(block["label"] as { text: string }).text] : []));

/** The thread that a form's request opened in the person's direct messages. */
const threadIn = async (as: string, shown: RegExp, at = 1) => {
  const { slack } = product();
  const channel = slack.dm(as);
  return slack.waitFor(
    () => {
      const root = slack.messages(channel).findLast((message) => shown.test(readable(message)));
      const reply = root && slack.thread(channel, root.ts).at(at);
      return root && reply && { channel, ts: root.ts, reply };
    },
    { seconds: 20 },
  );
};

it("do with a missing argument opens a form, and runs what was filled in, once", async () => {
  const steward = product();
  const { slack } = steward;
  const view = await opened("U0ANNA", "do gitlab_merge_request_read project=payments/ledger-api");
  expect(labels(view)).toEqual(["Merge request", "Project", "Detail"]);
  const { options } = await slack.forms.options({ as: "U0ANNA", label: "Merge request", query: "retries" });
  expect(JSON.stringify(options)).toMatch(/payments\/ledger-api!482/);
  slack.forms.enter({ as: "U0ANNA", label: "Merge request", value: "payments/ledger-api!482" });
  expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
  expect(slack.forms.modal("U0ANNA")).toBeUndefined();
  const { reply } = await threadIn("U0ANNA", /Read a merge request: /);
  expect(readable(reply)).toMatch(/Idempotent/);
  await expectSettled(steward);
});

it("what a person may not see is not listed for them, and what they typed stays", async () => {
  const steward = product();
  const { slack } = steward;
  await opened("U0CARLA", "do gitlab_merge_request_read");
  const { options } = await slack.forms.options({ as: "U0CARLA", label: "Merge request", query: "!482" });
  expect(options.map(({ value }) => value)).toEqual(["!482"]);
  await slack.forms.close({ as: "U0CARLA" });
  await expectSettled(steward);
});

it("what is wrong is said at the top and below its field, and nothing is started", async () => {
  const steward = product();
  const { slack } = steward;
  const view = await opened("U0DAN", "do crm_deal_update deal=5001 amount=much stray");
  expect(JSON.stringify(view)).toMatch(/stray.*name=value/);
  expect(JSON.stringify(view)).toMatch(/Amount: expected an amount/);
  slack.forms.enter({ as: "U0DAN", label: "Amount", value: "a lot" });
  const wrong = await slack.forms.submit({ as: "U0DAN" });
  expect(wrong.response_action).toBe("errors");
  expect(wrong.errors["in:0:amount"]).toMatch(/expected an amount such as 48000/);
  slack.forms.enter({ as: "U0DAN", label: "Amount", value: "" });
  expect((await slack.forms.submit({ as: "U0DAN" })).errors["in:0:stage"]).toMatch(
    /name at least one change/,
  );
  slack.forms.enter({ as: "U0DAN", label: "Stage", value: "Nowhere" });
  // The gate looks the names up before anything is stored.
  expect(Object.values((await slack.forms.submit({ as: "U0DAN" })).errors).join()).toMatch(/no stage/);
  await slack.forms.close({ as: "U0DAN" });
  const { rows } = await steward.database.pool.query(
    `select from steward.inbox where payload like '%Nowhere%'`,
  );
  expect(rows).toEqual([]);
  await expectSettled(steward);
});

const patch = { method: "PATCH", path: "/crm/v3/objects/deals/:id" };
const sent = () => product().crm.journal.list(patch);

/** The submission of the form that somebody sees, as its client sends it. */
const submissionOf = (as: string) => {
  const { slack } = product();
  const { errors: _, ...view } = slack.forms.modal(as) ?? {};
  return {
    ...{ type: "view_submission", token: "sandbox", trigger_id: "1.1.none", is_enterprise_install: false },
    ...{ user: { id: as, name: as, team_id: slack.teamId }, team: { id: slack.teamId, domain: "northwind" } },
    ...{ enterprise: null, api_app_id: "A0STEWARD", response_urls: [], view },
  };
};

it("a form that shows the exact arguments of a reversible write confirms it, and is taken once", async () => {
  const steward = product();
  const { slack } = steward;
  await opened("U0DAN", "do crm_deal_update deal=Globex");
  slack.forms.enter({ as: "U0DAN", label: "Amount", value: "48k" });
  const submission = submissionOf("U0DAN");
  const twice = await Promise.all([1, 2].map(() => slack.forge({ payload: submission })));
  expect(twice.map(({ status }) => status)).toEqual([200, 200]);
  expect(await slack.forms.submit({ as: "U0DAN" })).toMatchObject({ status: 200, errors: {} });
  const thread = await threadIn("U0DAN", /Change a deal: deal Globex, amount 48k/);
  await slack.waitFor(() => sent().length > 0, { seconds: 20 });
  const done = await cardWith(steward, thread, "Change a deal", /Done \(approved by Dan Whitfield\)/);
  expect(readable(done)).toMatch(/40,000.*48,000/s);
  await expectSettled(steward);
  expect(sent()).toHaveLength(1);
  const { rows } = await steward.database.pool.query(`select id from steward.inbox where id like 'form:%'
    and payload like '%48k%'`);
  expect(rows).toHaveLength(1);
});

it("a short name confirms nothing that it did not say: the card shows what is meant, and asks", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const created = () => gitlab.journal.list({ method: "POST", path: "/api/v4/projects/:id/issues" });
  const issue = async (project: string, title: string) => {
    await opened("U0ANNA", `do gitlab_issue_create project=${project}`);
    slack.forms.enter({ as: "U0ANNA", label: "Title", value: title });
    expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
    return threadIn("U0ANNA", new RegExp(title));
  };
  const short = await issue("ledger-api", "Retries pile up at night");
  const card = await cardWith(steward, short, "Open an issue", /Waiting/);
  expect(readable(card)).toContain("payments/ledger-api");
  expect(created()).toEqual([]);
  await slack.click({ as: "U0ANNA", channel: short.channel, ts: card.ts, action_id: "reject" });
  await cardWith(steward, short, "Open an issue", /Rejected/);
  const full = await issue("payments/ledger-api", "Receipts are late");
  await cardWith(steward, full, "Open an issue", /Done \(approved by Anna/);
  expect(created()).toHaveLength(1);
  await expectSettled(steward);
});

it("whoever else decides is still asked", async () => {
  const steward = product();
  await opened("U0DAN", "do crm_deal_update deal=Globex");
  steward.slack.forms.enter({ as: "U0DAN", label: "Amount", value: "250000" });
  await steward.slack.forms.submit({ as: "U0DAN" });
  const thread = await threadIn("U0DAN", /amount 250000/);
  expect(readable(thread.reply)).toMatch(/sales-leads|Grace/);
  const { rows } = await steward.database.pool.query(`select state, risk from steward.action where risk = 2`);
  expect(rows).toEqual([{ state: "waiting", risk: 2 }]);
  expect(sent()).toEqual([]);
  await expectSettled(steward);
});

it("a form is for who opened it, and not for ever", async () => {
  const steward = product();
  const { slack } = steward;
  await opened("U0DAN", "do crm_deal_update deal=Globex");
  slack.forms.enter({ as: "U0DAN", label: "Amount", value: "47k" });
  const stolen = { ...submissionOf("U0DAN"), user: { id: "U0CARLA", name: "carla", team_id: slack.teamId } };
  const { body } = await slack.forge({ payload: stolen });
  expect(body).toMatch(/opened by somebody else; nothing was started/);
  await steward.database.pool.query(`update steward.form set expires_at = now() where used_at is null`);
  expect(await slack.forms.submit({ as: "U0DAN" })).toMatchObject({ response_action: "update" });
  expect(JSON.stringify(slack.forms.modal("U0DAN"))).toMatch(/This form has expired; nothing was started/);
  await slack.forms.close({ as: "U0DAN" });
  expect(sent()).toEqual([]);
  await expectSettled(steward);
});

it("a form that cannot be opened is answered in words", async () => {
  const steward = product();
  const { slack } = steward;
  slack.fault({ method: "views.open", error: "expired_trigger_id", times: 1 });
  const before = slack.ephemerals("C0SALES", "U0DAN").length;
  await slack.slash({ as: "U0DAN", channel: "C0SALES", command: "/steward", text: "do crm_deal_read" });
  const told = await slack.waitFor(() => slack.ephemerals("C0SALES", "U0DAN").at(before));
  expect(readable(told)).toMatch(/Nothing was started.*\/steward do crm_deal_read deal=/s);
  await expectSettled(steward);
});

it("an approval that needs a reason asks for it in a form, and keeps it", async () => {
  const steward = product();
  const { slack } = steward;
  const asked = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: "@steward merge !482 when green" });
  const thread = { channel: "C0PAYDEV", ts: asked.ts };
  const card = await cardWith(steward, thread, "Merge a merge request", /Waiting/);
  await slack.click({ as: "U0BORIS", channel: thread.channel, ts: card.ts, action_id: "approve" });
  await slack.waitFor(() => slack.forms.modal("U0BORIS")?.["callback_id"] === "form-reason", { seconds: 10 });
  // Slack's own client wants the field.
  expect(Object.keys((await slack.forms.submit({ as: "U0BORIS" })).errors)).toEqual(["reason"]);
  slack.forms.enter({ as: "U0BORIS", label: "Reason", value: "Reviewed and tested" });
  expect(await slack.forms.submit({ as: "U0BORIS" })).toMatchObject({ status: 200, errors: {} });
  await cardWith(steward, thread, "Merge a merge request", /Done \(approved by Boris/);
  const { rows } = await steward.database.pool.query(`select reason from steward.vote`);
  expect(rows).toContainEqual({ reason: "Reviewed and tested" });
  await expectSettled(steward);
});

const sales = "C0SALES";
const replyTo = (ts: string, wanted: RegExp) =>
  product().slack.waitFor(
    () =>
      product()
        .slack.thread(sales, ts)
        .slice(1)
        .find((one) => wanted.test(readable(one))),
    { seconds: 25, what: `a reply with ${String(wanted)}` },
  );

it("a name that fits several things is a question, its choices are buttons, and a person still confirms", async () => {
  const steward = product();
  const { slack } = steward;
  const { ts } = slack.say({ as: "U0DAN", channel: sales, text: "@steward move Initech to negotiation" });
  const question = await replyTo(ts, /fits several deals/);
  const choice = buttonsOf(question).find(({ label }) => label.startsWith("Initech support add-on"));
  await slack.click({ as: "U0DAN", channel: sales, ts: question.ts, action_id: choice?.action_id ?? "none" });
  const card = await cardWith(steward, { channel: sales, ts }, "Change a deal", /Waiting/);
  expect(readable(card)).toMatch(/Initech support add-on.*Proposal.*Negotiation/s);
  expect(readable(card)).toMatch(/move Initech to negotiation/);
  await replyTo(ts, /Dan Whitfield: Initech support add-on/);
  expect(sent()).toEqual([]);
  await slack.click({ as: "U0DAN", channel: sales, ts: card.ts, action_id: "reject" });
  await cardWith(steward, { channel: sales, ts }, "Change a deal", /Rejected/);
  await expectSettled(steward);
});

it("without a model, words fill in what a question asked for", async () => {
  const steward = product();
  const { slack } = steward;
  const { ts } = slack.say({
    as: "U0DAN",
    channel: sales,
    text: "@steward change the stage of the deal to negotiation",
  });
  const question = await replyTo(ts, /Missing: deal/);
  expect(buttonsOf(question).map(({ label }) => label)).toContain("Fill in a form");
  slack.say({ as: "U0DAN", channel: sales, thread_ts: ts, text: "Globex" });
  const card = await cardWith(steward, { channel: sales, ts }, "Change a deal", /Waiting/);
  expect(readable(card)).toMatch(/Globex.*Proposal.*Negotiation/s);
  await replyTo(ts, /Dan Whitfield: answered in words/);
  await slack.click({ as: "U0DAN", channel: sales, ts: card.ts, action_id: "reject" });
  await cardWith(steward, { channel: sales, ts }, "Change a deal", /Rejected/);
  await expectSettled(steward);
});

it("what is not sure to be wanted is offered as a form with what was understood", async () => {
  const steward = product();
  const { slack } = steward;
  const { ts } = slack.say({
    as: "U0DAN",
    channel: sales,
    text: "@steward should I move Globex to negotiation?",
  });
  const answer = await replyTo(ts, /I change nothing on a question/);
  const offer = buttonsOf(answer).find(({ label }) => label === "Change a deal…");
  await slack.click({ as: "U0DAN", channel: sales, ts: answer.ts, action_id: offer?.action_id ?? "none" });
  const form = await filledIn("U0DAN");
  expect(JSON.stringify(form)).toMatch(/Globex/);
  expect(sent()).toEqual([]);
  expect(await slack.forms.submit({ as: "U0DAN" })).toMatchObject({ status: 200, errors: {} });
  await cardWith(steward, { channel: sales, ts }, "Change a deal", /Done \(approved by Dan Whitfield\)/);
  await expectSettled(steward);
  expect(sent()).toHaveLength(1);
  const after = slack.thread(sales, ts).find((one) => one.ts === answer.ts);
  expect(buttonsOf(after ?? {}).map(({ label }) => label)).not.toContain("Change a deal…");
});
