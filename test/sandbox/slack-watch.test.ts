import { expect, it } from "vitest";
import { startSlack } from "../../sandbox/slack/index.ts";

it("ends every wait when the simulator stops", async () => {
  const slack = await startSlack();
  const wait = slack.waitFor(() => false, { seconds: 3_600, what: "the end of the world" });
  const ended = expect(wait).rejects.toThrow("stopped while waiting for the end of the world");
  await slack.stop();
  await ended;
});
