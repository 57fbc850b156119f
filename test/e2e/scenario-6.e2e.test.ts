import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { cardWith, press } from "../support/clicks.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** A deployment to production, by chat: the command of its own and the freeze calendar come with automations. */

const product = sharedSteward();
beforeEach(() => product().gitlab.reset());

const channel = "C0PAYDEV";
const play = { method: "POST", path: "/api/v4/projects/:id/jobs/:job/play" } as const;
interface Thread {
  channel: string;
  ts: string;
}

const ask = (): Thread => {
  const { slack, model } = product();
  const text = "deploy ledger-api 2.14.1 to production";
  const args = { project: "ledger-api", version: "2.14.1", environment: "production" };
  model.script(...errand({ ask: text, agent: "delivery", tool: "gitlab_environment_deploy", args }));
  return slack.say({ as: "U0ANNA", channel, text: `@steward ${text}` });
};
const card = (thread: Thread, wanted: RegExp): Promise<Message> =>
  cardWith(product(), thread, "Deploy a version", wanted, 40);
const plays = () => product().gitlab.journal.list(play);

/** Approves with a reason, which the highest risk asks for in a form. */
const approve = async (as: string, ts: string): Promise<void> => {
  const { slack } = product();
  await slack.click({ as, channel, ts, action_id: "approve" });
  await slack.waitFor(() => slack.forms.modal(as)?.["callback_id"] === "form-reason", { seconds: 20 });
  slack.forms.enter({ as, block_id: "reason", value: "Planned for today" });
  expect((await slack.forms.submit({ as })).errors).toEqual({});
};

it("scenario 6: two people of two groups, one deployment, followed to its failure, with the way back", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  slack.deliverEvents({ duplicates: true, order: "mentionFirst" });
  const thread = ask();
  const shown = await card(thread, /Waiting/);
  const words = readable(shown);
  expect(words).toContain("Deploy payments/ledger-api 2.14.1 to production");
  expect(words).toMatch(/R3/);
  expect(words).toMatch(
    /Version:.*2\.14\.0 \([0-9a-f]{8}\), since 9 days ago.*2\.14\.1 \(tag at [0-9a-f]{8}\)/s,
  );
  expect(words).toMatch(/0 of 1 from payments-leads.*0 of 1 from platform-leads/s);

  expect(await press(steward, { as: "U0ANNA", channel, ts: shown.ts, button: "approve" })).toMatch(
    /^You asked for this yourself/,
  );
  await approve("U0BORIS", shown.ts);
  await card(thread, /Waiting: 0 of 1 from platform-leads/);
  expect(plays()).toEqual([]);
  await approve("U0ELIF", shown.ts);
  await card(thread, /Deploying 2\.14\.1 to production: job 98704 is/);
  expect(plays()).toHaveLength(1);

  gitlab.others.finishJob(98_704, "failed");
  await card(thread, /job 98704 failed\. 2\.14\.0 was there before: roll production back to it/);
  expect(plays()).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 6: killed right after GitLab started it: unknown, Check finds it, one deployment", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const thread = ask();
  const shown = await card(thread, /Waiting/);
  await approve("U0BORIS", shown.ts);
  gitlab.faults.add({ ...play, kind: "kill", effect: "before" });
  await slack.click({ as: "U0GRACE", channel, ts: shown.ts, action_id: "approve" });
  await slack.waitFor(() => slack.forms.modal("U0GRACE")?.["callback_id"] === "form-reason", { seconds: 20 });
  slack.forms.enter({ as: "U0GRACE", block_id: "reason", value: "Planned for today" });
  await slack.forms.submit({ as: "U0GRACE" });
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();
  const unknown = await card(thread, /Unknown/);
  expect(buttonsOf(unknown).map(({ label }) => label)).toEqual(["Check"]);
  expect(await press(steward, { as: "U0ANNA", channel, ts: unknown.ts, button: "check" })).toBe(
    "It is done; the card shows it.",
  );
  gitlab.others.finishJob(98_704, "success");
  await card(thread, /production runs 2\.14\.1 now/);
  expect(plays()).toHaveLength(1);
  await expectSettled(steward);
});
