import { expect, it } from "vitest";
import { press } from "../support/clicks.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
const channel = "C0PAYDEV";

it("what is long is shown whole to who decides, and is done as it was shown", async () => {
  const steward = product();
  const { slack, model, gitlab } = steward;
  const ask = "open an issue with all of my notes";
  const lines = Array.from({ length: 480 }, (_, at) => `Line ${at} of the notes, with some words.`);
  const args = { project: "ledger-api", title: "Notes", description: lines.join("\n") };
  model.script(...errand({ ask, agent: "engineering", tool: "gitlab_issue_create", args }));
  const thread = slack.say({ as: "U0ANNA", channel, text: `@steward ${ask}` });
  const own = () => slack.thread(channel, thread.ts).filter(({ user }) => user === slack.botUserId);
  const asking = await slack.waitFor(
    () => own().find((one) => buttonsOf(one).some(({ label }) => label === "Approve")),
    { what: "a message that asks" },
  );
  const shown = own().map(readable).join("\n");
  expect(lines.filter((line) => !shown.includes(line))).toEqual([]);
  expect(await press(steward, { as: "U0ANNA", channel, ts: asking.ts, button: "approve" })).toMatch(
    /^Approved/,
  );
  await slack.waitFor(() => own().some((one) => /Done/.test(readable(one))), { what: "its end" });
  await expectSettled(steward);
  const issue = gitlab.state().issues.find(({ title }) => title === "Notes");
  expect(issue?.description).toContain(lines.at(-1));
  expect(slack.violations()).toEqual([]);
});
