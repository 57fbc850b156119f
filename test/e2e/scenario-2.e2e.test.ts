import { expect, it } from "vitest";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, offersOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();

const ask = "why did the pipeline on !482 fail?";
const why = errand({
  ask,
  agent: "engineering",
  tool: "gitlab_pipeline_explain",
  args: { merge_request: "!482" },
});
const cause = "connect ETIMEDOUT 10.0.3.17:5432 after 5000 ms (postgres service not ready, attempt 3 of 3)";

it("scenario 2: why the pipeline failed: the job, the cause with its lines, a button to retry", async () => {
  const steward = product();
  const { slack, model, gitlab } = steward;
  model.script(...why);
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  const answer = await slack.waitFor(
    // What stands there before the buttons is a preview.
    () =>
      slack
        .thread("C0PAYDEV", said.ts)
        .find((one) => buttonsOf(one).some(({ label }) => label === "Details")),
    { seconds: 20 },
  );

  const text = readable(answer);
  expect(text).toContain("8812");
  expect(text).toContain("integration-tests");
  // Quoted with its line number, and with the test that it broke.
  expect(text).toMatch(new RegExp(`\\d+ \\| .*${RegExp.escape(cause)}`));
  expect(text).toContain("expected 503 to be 201");
  // Out of 2,000 lines a window; none of the secrets that stand in the log, no colour codes.
  expect(text.length).toBeLessThan(6_000);
  expect(text).not.toMatch(/glpat-|correct-horse|wJalrXUtnFEMI/);
  expect(text).not.toContain("\u001B");
  expect(offersOf(answer).map(({ label }) => label)).toEqual(["Retry job integration-tests"]);
  // Nothing was retried by asking.
  expect(gitlab.journal.list().filter(({ method }) => method !== "GET")).toEqual([]);
  await expectSettled(steward);
});

it("scenario 2: delivered twice and in the other order, it is read and answered once", async () => {
  const steward = product();
  const { slack, model, gitlab } = steward;
  model.script(...why);
  slack.deliverEvents({ duplicates: true, order: "mentionFirst" });
  const traces = gitlab.journal.list({ path: "*/jobs/*/trace" }).length;
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });
  await expectSettled(steward);
  expect(slack.thread("C0PAYDEV", said.ts)).toHaveLength(2);
  expect(gitlab.journal.list({ path: "*/jobs/*/trace" })).toHaveLength(traces + 1);
});

it("scenario 2: killed while GitLab answers, it reads again and answers once", async () => {
  const steward = product();
  const { slack, model, gitlab } = steward;
  model.script(...why);
  gitlab.faults.add({ kind: "kill", path: "*/jobs/*/trace" });
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 30 });
  expect(readable(answer)).toContain(cause);
  await expectSettled(steward);
  expect(slack.thread("C0PAYDEV", said.ts)).toHaveLength(2);
});
