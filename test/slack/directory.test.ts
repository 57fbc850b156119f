import { afterEach, beforeEach, expect, it } from "vitest";
import { type SlackSim, startSlack } from "../../sandbox/slack/index.ts";
import { slackClient } from "../../src/slack/client.ts";
import { scheduleCalls, type SlackCalls } from "../../src/slack/delivery/schedule.ts";
import { slackDirectory } from "../../src/slack/directory.ts";
import { slackThreads } from "../../src/slack/threads.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
let sim: SlackSim;
let calls: ReturnType<typeof scheduleCalls>;
let directory: ReturnType<typeof slackDirectory>;

beforeEach(async () => {
  sim = await startSlack();
  calls = scheduleCalls(slackClient(sim.botToken, sim.apiUrl, silent));
  directory = slackDirectory(calls, sim.teamId);
});
afterEach(async () => {
  expect(sim.violations()).toEqual([]);
  await sim.stop();
});

const conversation = (threadTs: string) => ({
  key: `${sim.teamId}/C0PAYDEV/${threadTs}`,
  workspace: sim.teamId,
  channel: "C0PAYDEV",
  threadTs,
  kind: "channel" as const,
});

it("knows people with their e-mail, zone and standing", async () => {
  const anna = await directory.person(sim.teamId, "U0ANNA");
  expect(anna).toMatchObject({
    kind: "person",
    email: "anna@example.com",
    guest: false,
    external: false,
    bot: false,
    active: true,
  });
  expect(await directory.person(sim.teamId, "U0HUGO")).toMatchObject({ guest: true });
  expect((await directory.personByEmail(sim.teamId, "boris@example.com"))?.user).toBe("U0BORIS");
  expect(await directory.inChannel(sim.teamId, "C0PAYDEV", "U0ANNA")).toBe(true);
  expect(await directory.inChannel(sim.teamId, "C0PAYDEV", "U0HUGO")).toBe(false);
  expect(await directory.usergroup(sim.teamId, "S0PAYLEADS")).toEqual(["U0BORIS"]);
  expect(await directory.channelFacts(sim.teamId, "C0PAYDEV")).toEqual({
    name: "payments-dev",
    shared: false,
    closed: false,
  });
});

it.each([
  [{ is_private: true }, true],
  [{ is_private: false, is_mpim: true }, true],
  [{ is_im: true }, true],
  [{}, true],
  [{ is_private: false }, false],
])("takes a channel of which Slack says %j as closed: %s, whatever its id", async (said, closed) => {
  const told: SlackCalls = { call: <T>() => Promise.resolve({ channel: { name: "board", ...said } } as T) };
  expect(await slackDirectory(told, sim.teamId).channelFacts(sim.teamId, "C0BOARD")).toMatchObject({
    closed,
  });
});

it("knows somebody of another organisation as such, also under the workspace that their own click names", async () => {
  const user = { id: "U9EVE", name: "eve", team_id: "T9OTHER", profile: { email: "boris@example.com" } };
  const shared: SlackCalls = { call: <T>() => Promise.resolve({ user } as T) };
  const others = slackDirectory(shared, sim.teamId);
  expect(await others.person("T9OTHER", "U9EVE")).toMatchObject({ external: true });
  expect(await others.person(sim.teamId, "U9EVE")).toMatchObject({ external: true });
  expect(await others.personByEmail("T9OTHER", "boris@example.com")).toMatchObject({ external: true });
});

it("takes nobody who acts from another workspace for the person of the same id here", async () => {
  expect(await directory.person("T9OTHER", "U0BORIS")).toMatchObject({ external: true });
});

it("makes nobody of somebody Slack does not know", async () => {
  expect(await directory.person(sim.teamId, "U0NOBODY")).toBeUndefined();
  expect(await directory.principal(sim.teamId, "U0NOBODY")).toMatchObject({
    active: false,
    guest: true,
    external: true,
  });
});

it("asks once for many at once, and again after a failure", async () => {
  sim.fault({ method: "users.info", status: 503 });
  await expect(directory.person(sim.teamId, "U0ANNA")).rejects.toThrow("HTTP 503");
  await Promise.all(Array.from({ length: 20 }, () => directory.person(sim.teamId, "U0ANNA")));
  expect(sim.calls("users.info").filter((call) => call.result === "ok")).toHaveLength(1);
});

it("reads a thread up to the mention, with who said what", async () => {
  const { ts } = sim.say({ as: "U0BORIS", channel: "C0PAYDEV", text: "the deploy <b>failed</b>" });
  sim.say({ as: "U0CARLA", channel: "C0PAYDEV", thread_ts: ts, text: "customers ask" });
  const mention = sim.say({ as: "U0ANNA", channel: "C0PAYDEV", thread_ts: ts, text: "@steward why?" });
  sim.say({ as: "U0ANNA", channel: "C0PAYDEV", thread_ts: ts, text: "later" });
  const before = await slackThreads(calls, { bot: sim.botUserId }).read(conversation(ts), mention.ts);
  expect(before).toEqual([
    { by: "U0BORIS", text: "the deploy <b>failed</b>", own: false },
    { by: "U0CARLA", text: "customers ask", own: false },
  ]);
});
