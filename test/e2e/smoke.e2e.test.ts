import { expect, it, onTestFinished } from "vitest";
import { startSteward } from "../steward.ts";

it("answers a mention", async () => {
  const { slack, model } = await startSteward({}, onTestFinished);
  model.script({ say: { text: "Hello **Anna**." } });
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: "@steward hello" });
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });
  expect(answer.text).toContain("Hello Anna");
  expect(slack.violations()).toEqual([]);
});
