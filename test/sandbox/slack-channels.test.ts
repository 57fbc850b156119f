import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";

let slack: SlackSim;
let client: WebClient;
beforeEach(async () => {
  slack = await startSlack({ limits: false, scopes: ["channels:manage", "channels:read"] });
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
afterEach(() => slack.stop());

const made = async (name: string): Promise<string> =>
  (await client.conversations.create({ name })).channel?.id ?? "";

it("makes a channel, brings people in, and puts it away", async () => {
  const channel = await made("incident-42");
  await client.conversations.invite({ channel, users: "U0ANNA,U0BORIS" });
  await client.conversations.setTopic({ channel, topic: "Payouts are late" });
  const info = await client.conversations.info({ channel });
  expect(info.channel).toMatchObject({ creator: slack.botUserId, topic: { value: "Payouts are late" } });
  expect((await client.conversations.members({ channel })).members).toEqual([
    slack.botUserId,
    "U0ANNA",
    "U0BORIS",
  ]);
  await client.conversations.archive({ channel });
  const { channels = [] } = await client.conversations.list({ exclude_archived: true, limit: 1000 });
  expect(channels.map(({ id }) => id)).not.toContain(channel);
  expect(slack.violations()).toEqual([]);
});

it.each([
  ["Incident", "invalid_name_specials"],
  ["a b", "invalid_name_specials"],
  ["--", "invalid_name_punctuation"],
  ["x".repeat(81), "invalid_name_maxlength"],
  ["payments-dev", "name_taken"],
])("refuses the name %s", async (name, fault) => {
  await expect(client.conversations.create({ name })).rejects.toThrow(fault);
});

it("invites all or nobody", async () => {
  const channel = await made("incident-43");
  await expect(client.conversations.invite({ channel, users: "U0ANNA,U0HUGO" })).rejects.toThrow(
    "user_is_restricted",
  );
  await expect(client.conversations.invite({ channel, users: "U0NOBODY" })).rejects.toThrow("user_not_found");
  expect((await client.conversations.members({ channel })).members).toEqual([slack.botUserId]);
});

it("keeps the general channel, and what is archived already", async () => {
  await expect(client.conversations.archive({ channel: "C0GENERAL" })).rejects.toThrow(
    "cant_archive_general",
  );
  const channel = await made("incident-44");
  await client.conversations.archive({ channel });
  await expect(client.conversations.archive({ channel })).rejects.toThrow("already_archived");
  await expect(client.conversations.invite({ channel, users: "U0ANNA" })).rejects.toThrow("is_archived");
});
