import { beforeEach, expect, it } from "vitest";
import { cardWith } from "../support/clicks.ts";
import { actionsIn } from "../support/ledger-rows.ts";
import { answers, errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** The product over Socket Mode: nothing is posted to it, everything else is as over HTTP. */
const product = sharedSteward({ transport: "socket" });
beforeEach(() => product().gitlab.reset());
const channel = "C0PAYDEV";

const health = async (): Promise<{ ok: boolean; slack: string }> =>
  (await (await fetch(`${product().url}/healthz`)).json()) as { ok: boolean; slack: string };
const twoSockets = () =>
  expect.poll(health, { timeout: 10_000 }).toMatchObject({ ok: true, slack: "2 sockets are open" });

it("says how many sockets are open, on the port that serves pages and health", async () => {
  await twoSockets();
  expect(product().slack.sockets.list()).toHaveLength(2);
  expect((await fetch(`${product().url}/readyz`)).status).toBe(200);
  // Slack does not post here: nobody may.
  expect((await fetch(`${product().url}/slack/events`, { method: "POST", body: "{}" })).status).toBe(404);
});

it("scenario 3 over sockets: one retry, however often the button is pressed", async () => {
  const steward = product();
  const { slack, gitlab, model } = steward;
  slack.deliverEvents({ duplicates: true, order: "together" });
  const ask = "why did the pipeline on !482 fail?";
  model.script(
    ...errand({
      ask,
      agent: "engineering",
      tool: "gitlab_pipeline_explain",
      args: { merge_request: "!482" },
    }),
  );
  const thread = slack.say({ as: "U0ANNA", channel, text: `@steward ${ask}` });
  const answer = await slack.waitFor(
    () =>
      slack
        .thread(channel, thread.ts)
        .find((one) => buttonsOf(one).some(({ label }) => /Retry job/.test(label))),
    { seconds: 20 },
  );
  const button = buttonsOf(answer).find(({ label }) => /Retry job/.test(label));
  const click = () =>
    slack.click({ as: "U0ANNA", channel, ts: answer.ts, action_id: button?.action_id ?? "none" });
  expect((await Promise.all([click(), click()])).map(({ status }) => status)).toEqual([200, 200]);
  await cardWith(steward, thread, "Retry a job", /is waiting for a runner/, 30);
  const retried = gitlab.journal.list({ method: "POST", path: "/api/v4/projects/:id/jobs/:job/retry" });
  expect(retried).toHaveLength(1);
  const fresh = gitlab
    .state()
    .pipelines.find(({ id }) => id === 8812)
    ?.jobs.find(({ name, retried }) => name === "integration-tests" && !retried);
  gitlab.others.finishJob(fresh?.id ?? 0, "success");
  await cardWith(steward, thread, "Retry a job", /passed/, 30);
  expect(await actionsIn(steward, thread)).toMatchObject([{ state: "succeeded", votes: 1 }]);
  await expectSettled(steward);
});

it("a slash command is answered in its acknowledgement", async () => {
  const { slack } = product();
  const before = slack.ephemerals("C0GENERAL", "U0ANNA").length;
  expect(
    await slack.slash({ as: "U0ANNA", channel: "C0GENERAL", command: "/steward", text: "help" }),
  ).toMatchObject({ status: 200 });
  const told = await slack.waitFor(() => slack.ephemerals("C0GENERAL", "U0ANNA").at(before));
  expect(readable(told)).toMatch(/approvals/);
});

it("while Slack refreshes, warns and cuts sockets under load, every ask is answered once", async () => {
  const steward = product();
  const { slack, model } = steward;
  await twoSockets();
  const count = 12;
  const words = Array.from({ length: count }, (_, n) => `load ${String.fromCodePoint(97 + n)}x`);
  model.script(...words.map((text) => answers("supervisor", text, `Heard ${text}.`)));
  const roots = words.map((text, n) => {
    const channels = ["C0PAYDEV", "C0SUPPORT", "C0SALES", "C0INCIDENT"];
    const where = channels[n % channels.length] ?? channel;
    const as = { C0SUPPORT: "U0CARLA", C0SALES: "U0DAN", C0INCIDENT: "U0ELIF" }[where] ?? "U0ANNA";
    const [first, second] = slack.sockets.list();
    if (n === 3) slack.sockets.disconnect("refresh_requested", first?.id);
    if (n === 6) slack.sockets.cut(second?.id ?? first?.id);
    if (n === 9) slack.sockets.disconnect("warning", first?.id);
    return slack.say({ as, channel: where, text: `@steward ${text}` });
  });
  for (const [n, { channel: where, ts }] of roots.entries()) {
    const answer = await slack.waitFor(() => slack.thread(where, ts).at(1), {
      seconds: 40,
      what: `the answer to ${words[n]}`,
    });
    expect(readable(answer)).toContain(`Heard ${words[n]}.`);
  }
  await expectSettled(steward);
  for (const { channel: where, ts } of roots) expect(slack.thread(where, ts)).toHaveLength(2);
  await twoSockets();
});
