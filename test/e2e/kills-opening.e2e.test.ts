import { expect, it } from "vitest";
import { answers } from "../support/model-script.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

/** The product dies between the line that opens a thread and the storing of what was asked. */
const product = sharedSteward();

it("killed when a command's line stands and its request is not stored: the line says so, and nothing runs", async () => {
  const { slack, model, database } = product();
  await product().kill();
  await product().restart({ crashAt: "opened" });
  const command = { as: "U0ANNA", channel: "C0GENERAL", command: "/steward" } as const;
  // Slack tells her that the command failed.
  expect(await slack.slash({ ...command, text: "what is new" })).not.toMatchObject({ status: 200 });
  expect(await product().ended()).toBe("SIGKILL");
  const lines = () =>
    slack
      .messages(slack.dm("U0ANNA"))
      .filter((one) => one.user === slack.botUserId)
      .map(readable);
  expect(lines()).toEqual([expect.stringContaining("what is new")]);
  await product().restart();
  await database.pool.query(`update steward.opening set opened_at = opened_at - interval '1 minute'`);
  await slack.waitFor(() => lines()[0]?.includes("Nothing was recorded"), {
    seconds: 30,
    what: "an end of the line that hangs over nothing",
  });
  // Asked again, it is answered once; the new line stays.
  model.script(answers("supervisor", "what is new", "Nothing new."));
  expect(await slack.slash({ ...command, text: "what is new" })).toMatchObject({ status: 200 });
  const line = await slack.waitFor(() =>
    slack.messages(slack.dm("U0ANNA")).find((one) => readable(one).includes("what is new")),
  );
  await slack.waitFor(() => slack.thread(slack.dm("U0ANNA"), line.ts).length === 2, { what: "the answer" });
  await database.pool.query(`update steward.opening set opened_at = opened_at - interval '1 minute'`);
  await expect.poll(async () => (await database.pool.query("select from steward.opening")).rowCount).toBe(0);
  expect(lines()).toHaveLength(2);
  expect(lines()[1]).toContain("what is new");
});
