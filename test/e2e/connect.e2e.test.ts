import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { auditRows } from "../support/audit-rows.ts";
import { press, privateAnswer, toldPrivately } from "../support/clicks.ts";
import { browser, linkOf, signIn, toGitLab } from "../support/connect-story.ts";
import { consent } from "../support/gitlab-consent.ts";
import {
  answerWith,
  askMerge,
  mergeCard,
  mergeRequest,
  mergeRequestPut,
  paymentsDev as channel,
  type Thread,
} from "../support/merge-story.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

const product = sharedSteward({ connects: true });

beforeEach(async () => {
  const { slack, gitlab } = product();
  // Whatever a test before has connected.
  for (const as of ["U0ANNA", "U0BORIS"]) {
    await slack.slash({ as, channel, command: "/steward", text: "disconnect gitlab" });
  }
  gitlab.reset();
});

const command = (as: string, text: string): Promise<string> =>
  privateAnswer(product(), channel, as, () =>
    product().slack.slash({ as, channel, command: "/steward", text }),
  );

/** The person's newest message with a way to a sign-in, once it stands in their direct messages. */
const invitation = (as: string, wanted: RegExp): Promise<Message> => {
  const { slack } = product();
  return slack.waitFor(
    () =>
      slack.messages(slack.dm(as)).findLast((one) => linkOf(one) !== undefined && wanted.test(readable(one))),
    { seconds: 30, what: `an invitation to ${as}` },
  );
};

/** The link that a command gives to one person. */
const commandLink = async (as: string): Promise<string> => {
  const { slack } = product();
  await command(as, "connect gitlab");
  const link = linkOf(slack.ephemerals(channel, as).at(-1) ?? {});
  if (link === undefined) throw new Error("The command gave no link.");
  return link;
};

const tokensIn = async (): Promise<string[]> => {
  const { rows } = await product().database.pool.query<{ username: string }>(
    `select username from steward.identity where removed_at is null order by username`,
  );
  return rows.map(({ username }) => username);
};

it("offers to connect at the first need, waits like an approval, and goes on by itself as the person", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const thread: Thread = askMerge(steward, "merge !482", false);
  const line = await answerWith(steward, thread, /Waiting for .* to connect GitLab/);
  expect(linkOf(line)).toBeUndefined();
  expect(JSON.stringify(line.blocks)).toContain("U0ANNA");
  const invited = await invitation("U0ANNA", /merge !482/);
  const link = linkOf(invited) ?? "";
  await slack.waitFor(() => slack.ephemerals(channel, "U0ANNA").some((one) => linkOf(one) === link), {
    what: "the same, privately in the channel",
  });
  expect(toldPrivately(steward, channel, "U0BORIS").join()).not.toContain("/connect/gitlab");
  expect(gitlab.journal.list(mergeRequestPut)).toEqual([]);

  const page = await signIn(steward, link, "anna");
  expect(page).toMatchObject({ status: 200 });
  expect(page.text).toContain("Anna Petrosyan in Slack now acts in GitLab as anna.");

  const { ts } = await mergeCard(steward, thread, /Waiting: 0 of 1/);
  await answerWith(steward, thread, /connected GitLab as anna; I go on/);
  expect(
    linkOf(
      await slack.waitFor(() => slack.messages(slack.dm("U0ANNA")).find((one) => one.ts === invited.ts)),
    ),
  ).toBeUndefined();
  expect(await press(steward, { as: "U0BORIS", channel, ts, button: "approve" })).toMatch(/^Approved/);
  await answerWith(steward, thread, /was merged into main/);
  expect(mergeRequest(steward)).toMatchObject({ state: "merged", merged_by: "anna" });

  const [connected] = await auditRows(steward, "identity.connected");
  expect(connected).toMatchObject({ fields: { system: "gitlab", username: "anna" } });
  const [intent] = await auditRows(steward, "action.intent");
  expect(intent?.fields["credential"]).toBe("person:gitlab:mail:anna@example.com");
  const { rows } = await steward.database.pool.query<{ kept: string }>(
    `select encode(access, 'escape') || coalesce(encode(refresh, 'escape'), '') as kept from steward.identity where access is not null`,
  );
  expect(rows.length).toBe(1);
});

it("lets a person see with their own account what they may see, and nothing more", async () => {
  const steward = product();
  const { gitlab, slack } = steward;
  expect((await signIn(steward, await commandLink("U0ANNA"), "anna")).status).toBe(200);
  expect(await command("U0ANNA", "connect")).toMatch(/GitLab\*\s+as anna, since/);
  const before = gitlab.journal.list().length;
  await slack.slash({
    ...{ as: "U0ANNA", channel, command: "/steward" },
    text: "do gitlab_merge_request_find project=payments/fraud-rules",
  });
  const told = await slack.waitFor(
    () =>
      slack
        .messages(slack.dm("U0ANNA"))
        .flatMap((one) => slack.thread(slack.dm("U0ANNA"), one.ts))
        .findLast(
          (one) =>
            /fraud-rules/.test(readable(one)) &&
            one.user === slack.botUserId &&
            /not|no /i.test(readable(one)),
        ),
    { seconds: 30, what: "the refusal" },
  );
  expect(readable(told)).toMatch(/fraud-rules/);
  const asked = gitlab.journal.list().slice(before);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every(({ status }) => status !== 401)).toBe(true);
  expect(asked.filter(({ path }) => path.includes("fraud-rules")).map(({ status }) => status)).toContain(404);
});

it("refuses a sign-in of somebody else, a second use, and another browser", async () => {
  const steward = product();
  const { gitlab } = steward;
  const link = await commandLink("U0ANNA");
  // Boris follows Anna's link: his rights would be hers.
  const lured = await signIn(steward, link, "boris");
  expect(lured.status).toBe(403);
  expect(lured.text).toContain(
    "You signed in to GitLab as boris, and this sign-in was begun in Slack by Anna Petrosyan",
  );
  expect(gitlab.oauth.grants.people(gitlab.oauth.clientId)).toEqual([]);

  const by = browser();
  const back = await consent(gitlab, await toGitLab(link, by), "anna");
  expect((await browser().get(back.href)).text).toContain("began in another browser");
  expect((await by.get(back.href)).status).toBe(200);
  expect((await by.get(back.href)).status).toBe(403);
  expect(await tokensIn()).toEqual(["anna"]);

  const cancelled = await consent(gitlab, await toGitLab(link, by), "anna", "no");
  expect((await by.get(cancelled.href)).text).toContain("You did not let Steward in");
  const forged = link.replace("U0ANNA", "U0BORIS");
  expect((await by.get(forged)).status).toBe(403);
});

it("gives the token back when the person disconnects", async () => {
  const steward = product();
  const { gitlab } = steward;
  await signIn(steward, await commandLink("U0ANNA"), "anna");
  expect(gitlab.oauth.grants.people(gitlab.oauth.clientId)).toEqual(["anna"]);
  expect(await command("U0ANNA", "disconnect gitlab")).toMatch(
    /^Disconnected\. I no longer act in GitLab as you/,
  );
  await expect.poll(() => gitlab.oauth.grants.people(gitlab.oauth.clientId), { timeout: 20_000 }).toEqual([]);
  expect(await command("U0ANNA", "disconnect gitlab")).toMatch(/there was nothing to disconnect/);
  expect(await command("U0ANNA", "connect gitlub")).toMatch(/Did you mean gitlab/);
});

it("says in words that nobody connected in time", async () => {
  const steward = product();
  const thread: Thread = askMerge(steward, "merge !482", false);
  await answerWith(steward, thread, /Waiting for .* to connect GitLab/);
  await steward.database.pool.query(
    `update steward.connection_wait set expires_at = now() where state = 'waiting'`,
  );
  await answerWith(
    steward,
    thread,
    /Not done: merge a merge request.*no account of yours was connected in gitlab in time/,
  );
  await answerWith(steward, thread, /was not connected in time/);
});

it("waits for a new sign-in when the person has taken Steward's access back in GitLab", async () => {
  const steward = product();
  const { gitlab } = steward;
  await signIn(steward, await commandLink("U0ANNA"), "anna");
  gitlab.oauth.grants.withdraw("anna");
  const thread: Thread = askMerge(steward, "merge !482", false);
  await answerWith(steward, thread, /to connect GitLab/);
  const ended = await auditRows(steward, "identity.disconnected");
  expect(ended.at(-1)?.fields).toMatchObject({ why: "the system no longer accepts it" });
  await signIn(steward, await commandLink("U0ANNA"), "anna");
  await mergeCard(steward, thread, /Waiting: 0 of 1/);
});

it("lets nobody act who was deactivated: the token is given back, and what waited goes no further", async () => {
  const steward = product();
  const { gitlab, slack } = steward;
  await signIn(steward, await commandLink("U0BORIS"), "boris");
  expect(gitlab.oauth.grants.people(gitlab.oauth.clientId)).toEqual(["boris"]);
  slack.backstage.deactivate({ user: "U0BORIS" });
  await expect.poll(() => gitlab.oauth.grants.people(gitlab.oauth.clientId), { timeout: 20_000 }).toEqual([]);
  expect(await tokensIn()).toEqual([]);
  const ended = await auditRows(steward, "identity.disconnected");
  expect(ended.at(-1)?.fields).toMatchObject({
    username: "boris",
    why: "the Slack account is no longer active",
  });
});
