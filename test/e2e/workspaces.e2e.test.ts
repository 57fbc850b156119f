import { afterAll, beforeAll, expect, it } from "vitest";
import { type SlackSim, startSlack } from "../../sandbox/slack/index.ts";
import { northwind } from "../../sandbox/slack/seed.ts";
import { neighbourOf, type SeveralWorkspaces, startSeveral } from "../../sandbox/slack/several.ts";
import { freePort } from "../../src/store/local/port.ts";
import { type Steward, startSteward } from "../steward.ts";
import { auditRows } from "../support/audit-rows.ts";
import { askMerge, mergeCard } from "../support/merge-story.ts";
import { answers } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { readable } from "../support/slack-text.ts";

const channel = "C0PAYDEV";
const signingSecret = "one-secret-for-the-app";
const southwind = neighbourOf(
  northwind,
  { id: "T0SOUTHWIND", name: "Southwind", domain: "southwind" },
  { userId: "U0STEWSOUTH", botId: "B0STEWSOUTH" },
);
/** A workspace that may not install it. */
const stranger = neighbourOf(
  northwind,
  { id: "T0STRANGER", name: "Stranger", domain: "stranger" },
  { userId: "U0STEWSTR", botId: "B0STEWSTR" },
);

let several: SeveralWorkspaces;
let steward: Steward;
let north: SlackSim;
let south: SlackSim;
let other: SlackSim;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const port = await freePort();
  several = await startSeveral();
  const retryDelaysMs = [50, 200, 500];
  south = await startSlack({ seed: southwind, signingSecret, retryDelaysMs });
  other = await startSlack({ seed: stranger, signingSecret, retryDelaysMs });
  steward = await startSteward(
    {
      // Workspaces of their own simulators share one signing secret; a socket would belong to one of them.
      transport: "http",
      slack: { signingSecret },
      env: {
        PORT: String(port),
        STEWARD_PUBLIC_URL: `http://127.0.0.1:${port}`,
        STEWARD_KEY: "a key for the tests of workspaces",
        STEWARD_WORKSPACES: "T0NORTHWIND,T0SOUTHWIND",
        SLACK_BOT_TOKEN: "",
        SLACK_CLIENT_ID: several.clientId,
        SLACK_CLIENT_SECRET: several.clientSecret,
        SLACK_API_URL: several.apiUrl,
      },
    },
    (cleanup) => void cleanups.push(cleanup),
  );
  north = steward.slack;
  for (const workspace of [north, south, other]) several.add(workspace);
  for (const workspace of [south, other]) workspace.connect(steward.url);
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  await Promise.all([south.stop(), other.stop(), several.stop()]);
});

const installPage = () => `${steward.url}/slack/install`;
const install = (workspace: SlackSim) => several.install(installPage(), workspace, "U0GRACE");
/** Anna of a workspace asks; the thread's messages after hers, once there is one. */
const ask = async (workspace: SlackSim, text: string) => {
  const said = workspace.say({ as: "U0ANNA", channel, text: `@steward ${text}` });
  return workspace.waitFor(
    () => {
      const [, ...rest] = workspace.thread(channel, said.ts);
      return rest.length > 0 && rest.map(readable);
    },
    { seconds: 20, what: `an answer to ${text} in ${workspace.teamId}` },
  );
};

it("takes nothing from a workspace before it is installed there", async () => {
  const said = north.say({ as: "U0ANNA", channel, text: "@steward hello" });
  await north.waitFor(() => north.deliveries().every(({ state }) => state === "delivered"));
  const { rows } = await steward.database.pool.query(`select 1 from steward.inbox`);
  expect(rows).toEqual([]);
  expect(north.thread(channel, said.ts)).toHaveLength(1);
});

it("is installed from its page only in the browser that began, by workspaces that may", async () => {
  const begin = (browser: object) => several.install(installPage(), north, "U0GRACE", browser);
  for (const browser of [{ cookies: false }, { state: "of somebody else" }]) {
    const refused = await begin(browser);
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/was not installed.*Begin again at http/s);
  }
  const stranded = await install(other);
  expect([stranded.status, stranded.text]).toEqual([
    403,
    expect.stringMatching(/T0STRANGER may not install/),
  ]);
  // What Slack granted is given back.
  expect(several.tokens(other)).toEqual([]);
  expect((await steward.database.pool.query(`select 1 from steward.installation`)).rows).toEqual([]);
});

it("answers each workspace with its own token, though people and channels have the same ids", async () => {
  for (const workspace of [north, south]) {
    const page = await install(workspace);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("Steward is installed")]);
  }
  const { rows } = await steward.database.pool.query<{ all: string }>(
    `select string_agg(i::text, ' ') as all from steward.installation i`,
  );
  for (const token of [north, south].flatMap((one) => several.tokens(one))) {
    expect(rows[0]?.all).not.toContain(Buffer.from(token).toString("hex"));
    expect(steward.log()).not.toContain(token);
  }
  expect((await auditRows(steward, "installation.added")).length).toBe(2);

  const before = [north, south].map((one) => one.messages(channel).length);
  steward.model.script(
    answers("supervisor", "from the north", "Hello north."),
    answers("supervisor", "from the south", "Hello south."),
  );
  const [first, second] = await Promise.all([ask(north, "from the north"), ask(south, "from the south")]);
  expect(first).toEqual([expect.stringContaining("Hello north.")]);
  expect(second).toEqual([expect.stringContaining("Hello south.")]);
  expect([north, south].map((one) => one.messages(channel).length)).toEqual(before.map((count) => count + 1));
  // Its own posts come back as events; in the south its name is another one.
  expect(south.violations()).toEqual([]);
  await expectSettled(steward);
});

it("a slash command and a thread are answered where they were asked", async () => {
  const told = south.ephemerals("C0GENERAL", "U0BORIS").length;
  expect(
    await south.slash({ as: "U0BORIS", channel: "C0GENERAL", command: "/steward", text: "help" }),
  ).toMatchObject({ status: 200 });
  await south.waitFor(() => south.ephemerals("C0GENERAL", "U0BORIS").length > told);
  expect(north.ephemerals("C0GENERAL", "U0BORIS")).toEqual([]);
});

it("nobody of one workspace decides in another, though both know a person of that id and address", async () => {
  const thread = askMerge(steward, "merge 482 now", false);
  const card = await mergeCard(steward, thread, /Approve/);
  const payload = north.clickPayload({ as: "U0BORIS", channel, ts: card.ts, action_id: "approve" });
  const user = { ...(payload["user"] as Record<string, unknown>), team_id: south.teamId };
  for (const team of [payload["team"], { id: south.teamId, domain: "southwind" }]) {
    const told = north.ephemerals(channel, "U0BORIS").length;
    expect((await north.forge({ payload: { ...payload, team, user } })).status).toBe(200);
    const answer = await north.waitFor(() => north.ephemerals(channel, "U0BORIS").at(told), { seconds: 20 });
    expect(readable(answer)).toMatch(/other organisation/);
  }
  const { rows } = await steward.database.pool.query(`select 1 from steward.vote`);
  expect(rows).toEqual([]);
  // Withdrawn by who asked.
  await north.click({ as: "U0ANNA", channel, ts: card.ts, action_id: "reject" });
  await mergeCard(steward, thread, /Withdrawn|Rejected/i);
});

it("is still installed after a restart", async () => {
  await steward.kill();
  await steward.restart();
  for (const workspace of [south, other]) workspace.connect(steward.url);
  steward.model.script(answers("supervisor", "still there", "Still here."));
  expect(await ask(south, "still there")).toEqual([expect.stringContaining("Still here.")]);
});

it("a workspace that uninstalls is left: its token is forgotten, the others go on, and it may come back", async () => {
  await several.uninstall(south, true);
  await expect
    .poll(async () => (await auditRows(steward, "installation.removed")).length, { timeout: 5_000 })
    .toBe(1);
  const { rows } = await steward.database.pool.query<{ token: Buffer | null }>(
    `select token from steward.installation where id = 'T0SOUTHWIND'`,
  );
  expect(rows).toEqual([{ token: null }]);
  const calls = south.calls().length;
  steward.model.script(answers("supervisor", "who is left", "I am."));
  expect(await ask(north, "who is left")).toEqual([expect.stringContaining("I am.")]);
  expect(south.calls()).toHaveLength(calls);
  expect((await install(south)).status).toBe(200);
  // A process trusts what it knew for some seconds.
  steward.model.script(answers("supervisor", "back again", "Welcome back."));
  expect(await ask(south, "back again")).toEqual([expect.stringContaining("Welcome back.")]);
});

it("what a lost token leaves open rests, and goes on after a new installation", async () => {
  // Slack's word of it is lost: the product learns it from a refused call.
  await several.uninstall(south, false);
  steward.model.script(answers("supervisor", "do you hear me", "I do."));
  const said = south.say({ as: "U0ANNA", channel, text: "@steward do you hear me" });
  await expect
    .poll(async () => (await auditRows(steward, "installation.removed")).length, { timeout: 10_000 })
    .toBe(2);
  expect(south.thread(channel, said.ts)).toHaveLength(1);
  expect((await install(south)).status).toBe(200);
  const answer = await south.waitFor(() => south.thread(channel, said.ts).at(1), { seconds: 40 });
  expect(readable(answer)).toContain("I do.");
  await expectSettled(steward);
  expect(south.thread(channel, said.ts)).toHaveLength(2);
});
