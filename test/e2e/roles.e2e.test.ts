import { expect, it, onTestFinished } from "vitest";
import { answers } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { readable } from "../support/slack-text.ts";
import { type Steward, startSteward } from "../steward.ts";

const channel = "C0PAYDEV";
const worker = { STEWARD_ROLE: "worker" };

const openGateway = (): Promise<Steward> =>
  startSteward({ env: { STEWARD_ROLE: "gateway" } }, onTestFinished);

const healthAt = async (url: string): Promise<unknown> => {
  const response = await fetch(`${url}/healthz`);
  return response.json();
};

/** Runs of all turns so far: how often each was begun, and how it ended. */
const turns = async ({ database }: Steward) =>
  (await database.pool.query(`select state, attempts from steward.turn order by created_at`)).rows;

it("a gateway takes a mention in, a worker answers it, once", async () => {
  const steward = await openGateway();
  const { slack, model } = steward;
  model.script(answers("supervisor", "who is there", "Both of us."));
  slack.deliverEvents({ duplicates: true, order: "together" });
  const said = slack.say({ as: "U0ANNA", channel, text: "@steward who is there?" });
  await slack.waitFor(() => slack.deliveries().every(({ state }) => state === "delivered"));
  expect(await turns(steward)).toEqual([]);

  const other = await steward.beside(worker);
  expect(await healthAt(steward.url)).toMatchObject({ role: "gateway" });
  expect(await healthAt(other.url)).toMatchObject({ role: "worker" });
  const answer = await slack.waitFor(() => slack.thread(channel, said.ts).at(1), { seconds: 20 });
  expect(readable(answer)).toContain("Both of us.");
  await expectSettled(steward);
  expect(slack.thread(channel, said.ts)).toHaveLength(2);
});

it("a worker that is asked to stop finishes the turn it runs; it is answered once", async () => {
  const steward = await openGateway();
  const { slack, model, database } = steward;
  const first = await steward.beside(worker);
  model.script(answers("supervisor", "before you go", "Done before I go."));
  // The turn cannot end before the lock is gone.
  const admin = await database.pool.connect();
  let said: ReturnType<typeof slack.say>;
  try {
    await admin.query("begin");
    await admin.query("lock table steward.outbox in exclusive mode");
    said = slack.say({ as: "U0ANNA", channel, text: "@steward before you go" });
    await model.journal.waitFor({ path: "/v1/chat/completions" }, 1, 20);
    void first.kill("SIGTERM");
    const listens = () =>
      healthAt(first.url).then(
        () => true,
        () => false,
      );
    await expect.poll(listens, { timeout: 20_000 }).toBe(false);
    expect(await turns(steward)).toEqual([{ state: "running", attempts: 1 }]);
  } finally {
    await admin.query("rollback");
    admin.release();
  }
  expect(await first.ended()).toBe("0");
  expect(await turns(steward)).toEqual([{ state: "done", attempts: 1 }]);
  // As in a deploy; it has nothing left to do but what may not have been posted.
  await steward.beside(worker);
  const answer = await slack.waitFor(() => slack.thread(channel, said.ts).at(1), { seconds: 20 });
  expect(readable(answer)).toContain("Done before I go.");
  await expectSettled(steward);
  expect(slack.thread(channel, said.ts)).toHaveLength(2);
  expect(model.bodies()).toHaveLength(1);
});
