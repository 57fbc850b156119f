import { Redis } from "ioredis";
import { beforeEach, expect, inject, it } from "vitest";
import { press } from "../support/clicks.ts";
import { actionsIn, trailOf } from "../support/ledger-rows.ts";
import {
  answerWith,
  askMerge,
  countMessages,
  happenedTo482,
  mergeCard,
  mergeRequest,
  mergeRequestPut,
  paymentsDev as channel,
  type Thread,
} from "../support/merge-story.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
let mark = 0;
beforeEach(() => {
  const { gitlab } = product();
  gitlab.reset();
  mark = gitlab.feed.since().at(-1)?.id ?? 0;
});

const whenGreen = "merge !482 when green";
const now = "merge !482";
const head = "9f31c2ab";

const ask = (text: string): Thread => askMerge(product(), text, text === whenGreen);
const card = (thread: Thread, wanted: RegExp) => mergeCard(product(), thread, wanted);
const answered = (thread: Thread, wanted: RegExp) => answerWith(product(), thread, wanted);
const puts = () => product().gitlab.journal.list(mergeRequestPut);
const approve = (as: string, ts: string) => press(product(), { as, channel, ts, button: "approve" });

/** Boris approves, and GitLab waits for the pipeline. */
const approvedWhenGreen = async (): Promise<{ thread: Thread; ts: string; pipeline: number }> => {
  const thread = ask(whenGreen);
  const { ts } = await card(thread, /Waiting: 0 of 1/);
  expect(await approve("U0BORIS", ts)).toMatch(/^Approved/);
  await card(thread, /Waiting for a green pipeline/);
  await answered(thread, /Auto-merge is set/);
  return { thread, ts, pipeline: mergeRequest(product()).pipeline?.id ?? 0 };
};

it("scenario 5: merge when green: asked of the leads, bound to the head, merged as asked, followed to its end", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  slack.deliverEvents({ duplicates: true, order: "mentionFirst" });
  const thread = ask(whenGreen);
  const shown = await card(thread, /Waiting/);
  const words = readable(shown);
  expect(words).toContain(
    'Merge payments/ledger-api !482 "Idempotent payout retries" when its pipeline is green',
  );
  expect(words).toMatch(/Into:\s+main/);
  expect(words).toMatch(new RegExp(`Head:\\s+${head}`));
  expect(words).toMatch(/Pipeline:\s+failed 42 min ago/);
  expect(words).toMatch(/Asked by:\s+Anna Petrosyan/);
  expect(words).toMatch(
    /Why you:\s+of payments-leads\s+\(rule payments-merge: payments-leads decide merges into payments\)/,
  );
  expect(words).toContain(`“${whenGreen}” (Anna Petrosyan)`);
  expect(words).toMatch(/Waiting: 0 of 1 from payments-leads.*R2 .*expires/s);
  expect(buttonsOf(shown).map(({ label }) => label)).toEqual(["Approve", "Reject"]);

  expect(await approve("U0ANNA", shown.ts)).toMatch(
    /^You asked for this yourself, so somebody else has to decide it\. payments-leads \(Boris Novak\) decides, by rule payments-merge/,
  );
  expect(await approve("U0CARLA", shown.ts)).toMatch(/^This is not yours to decide\. .*Boris Novak/);
  expect(puts()).toEqual([]);

  // A new commit: what Boris has before him is not what would be merged.
  const pushed = gitlab.others.push("payments/ledger-api", 482, "anna").slice(0, 8);
  expect(await approve("U0BORIS", shown.ts)).toMatch(
    new RegExp(`changed since this was asked.*did not count.*Head: ${head} → ${pushed}`),
  );
  const fresh = await card(thread, /Refreshed/);
  expect(fresh.ts).toBe(shown.ts);
  expect(readable(fresh)).toMatch(new RegExp(`Head:\\s+${pushed}`));
  expect(readable(fresh)).toContain("Waiting: 0 of 1");
  expect(puts()).toEqual([]);

  expect(await approve("U0BORIS", fresh.ts)).toBe(
    "Approved. It starts now; the card shows what becomes of it.",
  );
  const waits = await card(thread, /Waiting for a green pipeline/);
  expect(readable(waits)).toMatch(/Done \(approved by Boris Novak\)\. Auto-merge is set/);
  expect(buttonsOf(waits)).toEqual([]);
  await answered(thread, new RegExp(`Auto-merge is set.*at head ${pushed}`));
  expect(mergeRequest(steward)).toMatchObject({ state: "opened", auto_merge: true });

  // It takes longer than a person keeps looking: the end is told by a message of its own.
  await steward.database.pool.query(
    `update steward.action set created_at = created_at - interval '10 minutes' where state in ('succeeded', 'superseded')`,
  );
  gitlab.others.finishPipeline(mergeRequest(steward).pipeline?.id ?? 0, "success");
  await card(thread, /!482 is merged into main/);
  expect(mergeRequest(steward)).toMatchObject({ state: "merged", merged_by: "steward" });
  const told = await answered(thread, /: !482 is merged into main/);
  expect(JSON.stringify(told.blocks)).toContain("U0ANNA");

  expect(puts().map(({ body, status }) => [(body as { sha: string }).sha.slice(0, 8), status])).toEqual([
    [pushed, 200],
  ]);
  expect(happenedTo482(steward, "auto_merge_set", mark)).toBe(1);
  expect(countMessages(steward, thread)).toEqual({ cards: 1, others: 2 });
  const [voided, done, ...more] = await actionsIn(steward, thread);
  expect(more).toEqual([]);
  expect([voided?.state, done?.state]).toEqual(["superseded", "succeeded"]);
  expect((await trailOf(steward, done?.id ?? "")).map(({ kind }) => kind)).toEqual([
    ...["action.refreshed", "action.asked", "vote.counted", "action.approved"],
    ...["action.intent", "action.succeeded", "action.followed"],
  ]);
  await expectSettled(steward);
});

it("scenario 5: merge now: once, at the head that was approved, in the name of who asked", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  slack.deliverEvents({ duplicates: true, order: "together" });
  const thread = ask(now);
  const shown = await card(thread, /Waiting/);
  expect(readable(shown)).not.toContain("when its pipeline is green");
  expect(await approve("U0ANNA", shown.ts)).toMatch(/^You asked for this yourself/);
  expect(await approve("U0BORIS", shown.ts)).toMatch(/^Approved/);
  await card(thread, /Done \(approved by Boris Novak\)\. .*was merged into main at head 9f31c2ab/);
  await answered(thread, /was merged into main at head 9f31c2ab/);

  expect(mergeRequest(steward)).toMatchObject({ state: "merged", merged_by: "steward" });
  const [sent, ...more] = puts();
  expect(more).toEqual([]);
  const body = sent?.body as Record<string, string>;
  expect(body["sha"]).toMatch(new RegExp(`^${head}`));
  expect(body["merge_commit_message"]).toContain("Requested-by: Anna Petrosyan via Steward");
  const trail = gitlab.state().notes.filter(({ iid, author }) => iid === 482 && author === "steward");
  expect(trail.map(({ body: text }) => text).join("\n")).toMatch(
    /Steward merged this at 9f31c2ab for Anna Petrosyan \(anna\)/,
  );
  expect(countMessages(steward, thread)).toEqual({ cards: 1, others: 1 });
  await expectSettled(steward);
});

it.runIf(inject("redis") !== undefined)(
  "scenario 5: everything in Redis is lost between the question and the approval: it is merged all the same",
  async () => {
    const steward = product();
    const thread = ask(now);
    const shown = await card(thread, /Waiting/);
    const redis = new Redis(steward.redisUrl ?? "");
    await redis.flushdb();
    redis.disconnect();
    expect(await approve("U0BORIS", shown.ts)).toMatch(/^Approved/);
    await card(thread, /Done/);
    await answered(thread, /was merged into main/);
    expect(happenedTo482(steward, "merged", mark)).toBe(1);
    await expectSettled(steward);
  },
);

it("scenario 5: a new commit in the last instant: GitLab is told the approved head, and refuses", async () => {
  const steward = product();
  const { gitlab } = steward;
  const thread = ask(now);
  const shown = await card(thread, /Waiting/);
  const late = gitlab.faults.add({ ...mergeRequestPut, kind: "delay", ms: 500, effect: "after" });
  expect(await approve("U0BORIS", shown.ts)).toMatch(/^Approved/);
  await expect.poll(() => gitlab.faults.happened(late.id)).toBe(1);
  gitlab.others.push("payments/ledger-api", 482, "anna");

  expect(readable(await card(thread, /Failed/))).toMatch(
    /new head commit since it was approved, so nothing was merged/,
  );
  await answered(thread, /nothing was merged/);
  expect(puts().map(({ status }) => status)).toEqual([409]);
  expect(mergeRequest(steward).state).toBe("opened");
  await expectSettled(steward);
});

it("scenario 5: a new commit while it waits for the pipeline voids what was approved, and the card says so", async () => {
  const steward = product();
  const { thread, pipeline } = await approvedWhenGreen();
  steward.gitlab.others.push("payments/ledger-api", 482, "anna");
  await card(thread, /has a new commit, so the auto-merge that was approved is void/);
  expect(mergeRequest(steward)).toMatchObject({ state: "opened", auto_merge: false });
  expect(mergeRequest(steward).pipeline?.id).not.toBe(pipeline);
  steward.gitlab.others.finishPipeline(mergeRequest(steward).pipeline?.id ?? 0, "success");
  expect(mergeRequest(steward).state).toBe("opened");
  expect(puts()).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 5: killed right after GitLab set auto-merge: unknown, Check finds it, and it is followed to its end", async () => {
  const steward = product();
  const { gitlab, slack } = steward;
  // A pipeline that is under way and can still turn green.
  gitlab.others.push("payments/ledger-api", 482, "anna");
  const thread = ask(whenGreen);
  const shown = await card(thread, /Waiting/);
  gitlab.faults.add({ ...mergeRequestPut, kind: "kill", effect: "before" });
  await slack.click({ as: "U0BORIS", channel, ts: shown.ts, action_id: "approve" });
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();

  const unknown = await card(thread, /Unknown/);
  expect(buttonsOf(unknown).map(({ label }) => label)).toEqual(["Check"]);
  await answered(thread, /Unknown/);
  const check = (as: string) => press(steward, { as, channel, ts: unknown.ts, button: "check" });
  expect(await check("U0CARLA")).toMatch(/^This is not yours/);
  expect(await check("U0ANNA")).toBe("It is done; the card shows it.");
  await card(thread, /Done.*Waiting for a green pipeline/s);
  gitlab.others.finishPipeline(mergeRequest(steward).pipeline?.id ?? 0, "success");
  await card(thread, /!482 is merged into main/);
  expect(puts()).toHaveLength(1);
  expect(happenedTo482(steward, "auto_merge_set", mark)).toBe(1);
  expect(happenedTo482(steward, "merged", mark)).toBe(1);
  await expectSettled(steward);
});
