import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { auditRows } from "../support/audit-rows.ts";
import { cardWith, press, privateAnswer, toldPrivately } from "../support/clicks.ts";
import { actionsIn, sendWindowPasses, trailOf } from "../support/ledger-rows.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, offersOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().gitlab.reset());

const channel = "C0PAYDEV";
const title = "Retry a job";
const label = "Retry job integration-tests";
const ask = "why did the pipeline on !482 fail?";
const retryPath = { method: "POST", path: "/api/v4/projects/:id/jobs/:job/retry" } as const;

interface Offered {
  thread: { channel: string; ts: string };
  /** The answer with the button. */
  answer: Message;
}

/** Anna asks why, and gets the answer with its button. */
const offered = async (): Promise<Offered> => {
  const { slack, model } = product();
  const args = { merge_request: "!482" };
  model.script(...errand({ ask, agent: "engineering", tool: "gitlab_pipeline_explain", args }));
  const thread = slack.say({ as: "U0ANNA", channel, text: `@steward ${ask}` });
  // What stands there before its button is a preview.
  const answer = await slack.waitFor(
    () => slack.thread(channel, thread.ts).find((one) => offersOf(one).length > 0),
    { seconds: 20 },
  );
  return { thread, answer };
};
const button = (answer: Message): string => offersOf(answer)[0]?.action_id ?? "no button";
const click = (as: string, { answer }: Offered) =>
  product().slack.click({ as, channel, ts: answer.ts, action_id: button(answer) });
/** The same; gives what the person is told alone. */
const clickTold = (as: string, offer: Offered): Promise<string> =>
  privateAnswer(product(), channel, as, () => click(as, offer));
const card = ({ thread }: Offered, wanted: RegExp): Promise<Message> =>
  cardWith(product(), thread, title, wanted, 30);
/** A message in the thread that is no card. */
const said = ({ thread }: Offered, wanted: RegExp): Promise<Message> => {
  const { slack } = product();
  const fits = (one: Message) => !readable(one).startsWith(title) && wanted.test(readable(one));
  return slack.waitFor(() => slack.thread(channel, thread.ts).slice(2).find(fits), { seconds: 30 });
};
const retries = () => product().gitlab.journal.list(retryPath);
const jobs = () =>
  (
    product()
      .gitlab.state()
      .pipelines.find(({ id }) => id === 8812)?.jobs ?? []
  ).filter(({ name }) => name === "integration-tests");
const newJob = (): number => {
  const fresh = jobs().find(({ retried }) => !retried);
  if (fresh === undefined) throw new Error("Nobody retried the job.");
  return fresh.id;
};
const messagesIn = ({ thread }: Offered): string[] =>
  product()
    .slack.thread(channel, thread.ts)
    .map((one) => readable(one));

it("scenario 3: her own click retries it once, however often and by whomever it is pressed; the card follows the job", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  slack.deliverEvents({ duplicates: true, order: "together" });
  const offer = await offered();
  expect(offersOf(offer.answer).map((one) => one.label)).toEqual([label]);

  const clicks = await Promise.all(["U0ANNA", "U0ANNA", "U0BORIS"].map((as) => click(as, offer)));
  expect(clicks.map(({ status }) => status)).toEqual([200, 200, 200]);
  // The two who came later are told so, alone.
  const told = await slack.waitFor(() => {
    const texts = ["U0ANNA", "U0BORIS"].flatMap((user) => toldPrivately(steward, channel, user));
    return texts.length === 2 && texts;
  });
  for (const text of told) expect(text).toMatch(/^Already used by (Anna Petrosyan|Boris Novak)\.$/);

  const running = await card(offer, /Job \d+ \(integration-tests\) is waiting for a runner/);
  expect(readable(running)).toMatch(/Retry job integration-tests of payments\/ledger-api/);
  expect(readable(running)).toMatch(/Done \(approved by (Anna Petrosyan|Boris Novak)\)\..*was retried/s);
  expect(readable(running)).toContain("R1 ");
  expect(buttonsOf(running)).toEqual([]);
  await said(offer, /was retried/);
  // The button is used up: the answer is drawn without it.
  await slack.waitFor(() => offersOf(slack.thread(channel, offer.thread.ts).at(1) ?? {}).length === 0);

  gitlab.others.finishJob(newJob(), "success");
  await card(offer, new RegExp(`Job ${newJob()} \\(integration-tests\\) passed`));

  expect(retries()).toHaveLength(1);
  expect(jobs()).toHaveLength(2);
  expect(messagesIn(offer)).toHaveLength(4);
  const [action, ...more] = await actionsIn(steward, offer.thread);
  expect(more).toEqual([]);
  expect(action).toMatchObject({ state: "succeeded", tool: "gitlab_job_retry", votes: 1 });
  expect((await trailOf(steward, action?.id ?? "")).map(({ kind }) => kind)).toEqual([
    ...["action.proposed", "vote.counted", "action.approved", "action.intent"],
    ...["action.succeeded", "action.followed"],
  ]);
  await expectSettled(steward);
});

it("scenario 3: the card follows the job also to a bad end", async () => {
  const steward = product();
  const offer = await offered();
  await click("U0ANNA", offer);
  await card(offer, /is waiting for a runner/);
  await said(offer, /was retried/);
  steward.gitlab.others.finishJob(newJob(), "failed");
  await card(offer, /Job \d+ \(integration-tests\) failed/);
  expect(retries()).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 3: a stranger's click starts nothing, is told why in private, and leaves the button for others", async () => {
  const steward = product();
  const { slack } = steward;
  const offer = await offered();
  const before = (await auditRows(steward, "offer.refused")).length;
  expect(await clickTold("U0CARLA", offer)).toMatch(/does not know which GitLab account is Carla Mendes's/);
  const refusals = (await auditRows(steward, "offer.refused")).slice(before);
  expect(refusals.map(({ actor }) => actor)).toEqual(["mail:carla@example.com"]);
  expect(retries()).toEqual([]);
  expect(messagesIn(offer)).toHaveLength(2);
  expect(offersOf(slack.thread(channel, offer.thread.ts).at(1) ?? {}).map((one) => one.label)).toEqual([
    label,
  ]);

  await click("U0ANNA", offer);
  await card(offer, /is waiting for a runner/);
  await said(offer, /was retried/);
  expect(retries()).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 3: somebody retried it meanwhile: the click starts no second one, and says so", async () => {
  const steward = product();
  const { gitlab } = steward;
  const first = await offered();
  const second = await offered();
  await click("U0ANNA", first);
  await card(first, /is waiting for a runner/);
  await said(first, /was retried/);
  expect(await clickTold("U0BORIS", second)).toMatch(
    /^Job 99120 \(integration-tests\) was retried already by .*, which is waiting for a runner\./,
  );
  gitlab.others.finishJob(newJob(), "success");
  await card(first, /passed/);
  expect(retries()).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 3: killed right after GitLab took it: unknown, never repeated, and Check settles it", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const offer = await offered();
  gitlab.faults.add({ ...retryPath, kind: "kill", effect: "before" });
  await click("U0ANNA", offer);
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();

  const unknown = await card(offer, /Unknown/);
  expect(buttonsOf(unknown).map((one) => one.label)).toEqual(["Check"]);
  await said(offer, /Unknown/);
  const check = (as: string) => press(steward, { as, channel, ts: unknown.ts, button: "check" });
  expect(await check("U0CARLA")).toMatch(/^This is not yours/);
  expect(await check("U0ANNA")).toBe("It is done; the card shows it.");
  await card(offer, new RegExp(`Done.*Job ${newJob()} \\(integration-tests\\) is waiting for a runner`, "s"));
  gitlab.others.finishJob(newJob(), "success");
  await card(offer, /passed/);
  expect(retries()).toHaveLength(1);
  expect(jobs()).toHaveLength(2);
  expect(
    slack.thread(channel, offer.thread.ts).filter((one) => readable(one).startsWith(title)),
  ).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 3: killed before GitLab took it: Check waits until nothing can be on its way, then says it did not happen", async () => {
  const steward = product();
  const offer = await offered();
  steward.gitlab.faults.add({ ...retryPath, kind: "kill", effect: "never" });
  await click("U0ANNA", offer);
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();

  const unknown = await card(offer, /Unknown/);
  await said(offer, /Unknown/);
  const check = () => press(steward, { as: "U0ANNA", channel, ts: unknown.ts, button: "check" });
  expect(await check()).toMatch(/It has not happened so far, but it still could/);
  await sendWindowPasses(steward);
  expect(await check()).toMatch(/It did not happen/);
  await card(offer, /Failed/);
  expect(jobs()).toHaveLength(1);

  // Asked again, it is done.
  const again = await offered();
  await click("U0ANNA", again);
  await card(again, /is waiting for a runner/);
  await said(again, /was retried/);
  expect(jobs()).toHaveLength(2);
  await expectSettled(steward);
});
