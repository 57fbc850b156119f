import { beforeEach, expect, it } from "vitest";
import { cardWith } from "../support/clicks.ts";
import { actionsIn } from "../support/ledger-rows.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().gitlab.reset());

const channel = "C0PAYDEV";

/** Anna asks; the scripted model makes one call of the engineering agent. */
const ask = (text: string, tool: string, args: Record<string, unknown>) => {
  const { slack, model } = product();
  model.script(...errand({ ask: text, agent: "engineering", tool, args }));
  return slack.say({ as: "U0ANNA", channel, text: `@steward ${text}` });
};
const answer = (ts: string, wanted: RegExp) =>
  product().slack.waitFor(
    () =>
      product()
        .slack.thread(channel, ts)
        .find((one) => one.ts !== ts && wanted.test(readable(one))),
    { seconds: 20 },
  );

it("an issue is changed once, after her own click, as its card shows", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const said = ask("label ledger-api#311 urgent", "gitlab_issue_edit", {
    issue: "ledger-api#311",
    add_labels: "urgent",
  });
  const card = await cardWith(steward, { channel, ts: said.ts }, "Change an issue", /Waiting/);
  expect(readable(card)).toMatch(/bug, payouts.*bug, payouts, urgent/s);
  expect(gitlab.journal.list({ method: "PUT", path: /\/issues\/311$/ })).toEqual([]);
  await slack.click({ as: "U0ANNA", channel, ts: card.ts, action_id: "approve" });
  await answer(said.ts, /was changed: labels/);
  expect(gitlab.journal.list({ method: "PUT", path: /\/issues\/311$/ })).toHaveLength(1);
  expect(gitlab.state().issues.find(({ iid }) => iid === 311)?.labels).toContain("urgent");
  expect(await actionsIn(steward, { channel, ts: said.ts })).toMatchObject([
    { state: "succeeded", tool: "gitlab_issue_edit", votes: 1 },
  ]);
  await expectSettled(steward);
});

it("a file is changed on a branch of the action, in a merge request that her card showed line by line", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const said = ask("mend the link in the README of ledger-api", "gitlab_file_change", {
    project: "payments/ledger-api",
    title: "Mend the link",
    path: "README.md",
    find: "docs/payouts.md",
    replace: "docs/runbook.md",
  });
  const card = await cardWith(steward, { channel, ts: said.ts }, "Change files", /Waiting/);
  expect(readable(card)).toMatch(/See docs\/payouts\.md.*See docs\/runbook\.md/s);
  await slack.click({ as: "U0ANNA", channel, ts: card.ts, action_id: "approve" });
  await answer(said.ts, /was opened: README\.md, into main/);
  const [action] = await actionsIn(steward, { channel, ts: said.ts });
  expect(gitlab.state().merge_requests[0]).toMatchObject({ title: "Mend the link", state: "opened" });
  expect(gitlab.journal.list({ method: "POST", path: /\/repository\/commits$/ })).toMatchObject([
    { body: { branch: `steward/${action?.id}` } },
  ]);
  await expectSettled(steward);
});

it("what is written down is quoted with its page", async () => {
  const said = ask("what do our docs say about stuck payouts?", "kb_search", {
    question: "what to do with a stuck payout",
  });
  const found = await answer(said.ts, /When a payout is stuck/);
  expect(readable(found)).toContain("docs/payouts.md");
  await expectSettled(product());
});
