import { expect, it } from "vitest";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable, tableOf } from "../support/slack-text.ts";

const product = sharedSteward();

const ask = "what's waiting for my review in payments?";
const review = errand({
  ask,
  agent: "engineering",
  tool: "gitlab_merge_request_find",
  args: { group: "payments", reviewer: "me" },
});

it("scenario 1: what waits for Anna's review, as a table by age, of projects she may see", async () => {
  const steward = product();
  const { slack, gitlab, model } = steward;
  model.script(...review);
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });

  const [head, ...rows] = tableOf(answer);
  expect(head).toEqual(["Merge request", "Title", "Author", "Age", "Pipeline"]);
  expect(rows.map(([name]) => name)).toEqual([
    "payments/ledger-api!468",
    "payments/ledger-api!471",
    "payments/payout-worker!211",
    "payments/ledger-api!476",
    "payments/ledger-api!479",
    "payments/card-auth!88",
  ]);
  expect(rows.map((row) => row[4]?.split(" ")[0])).toEqual([
    "passed",
    "failed",
    "passed",
    "running",
    "passed",
    "failed",
  ]);
  // She reviews there too, and is no member: not even its name is told.
  expect(readable(answer)).not.toContain("fraud-rules");
  expect(readable(answer)).toMatch(/Engineering · \d/);
  expect(slack.calls("assistant.threads.setStatus").length).toBeGreaterThan(0);
  expect(gitlab.journal.list().filter(({ method }) => method !== "GET")).toEqual([]);
  await expectSettled(steward);
  expect(slack.thread("C0PAYDEV", said.ts)).toHaveLength(2);
});

it("scenario 1: asked once, answered once, also when Slack delivers everything twice", async () => {
  const steward = product();
  const { slack, model } = steward;
  model.script(...review);
  slack.deliverEvents({ duplicates: true, order: "together" });
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });
  for (const { event_id } of said.events) await slack.redeliver(event_id);
  await expectSettled(steward);
  expect(slack.thread("C0PAYDEV", said.ts)).toHaveLength(2);
});

it("scenario 1: another person gets what that person may see", async () => {
  const steward = product();
  const { slack, model } = steward;
  model.script(...review);
  const said = slack.say({ as: "U0BORIS", channel: "C0PAYDEV", text: `@steward ${ask}` });
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });
  expect(
    tableOf(answer)
      .slice(1)
      .map(([name]) => name),
  ).toEqual([
    "payments/payout-worker!209",
    "payments/card-auth!85",
    "payments/ledger-api!476",
    "payments/ledger-api!482",
  ]);

  // Carla has no account there: told so, and nothing is listed.
  const asked = slack.say({ as: "U0CARLA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  const refused = await slack.waitFor(() => slack.thread("C0PAYDEV", asked.ts).at(1), { seconds: 20 });
  expect(tableOf(refused)).toEqual([]);
  expect(readable(refused)).toMatch(/GitLab/);
  expect(readable(refused)).not.toMatch(/!\d/);
  await expectSettled(steward);
});
