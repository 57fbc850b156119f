import { WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import { cardWith, press } from "../support/clicks.ts";
import { errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

const product = sharedSteward();
const channel = "C0INCIDENT";

const asked = (as: string, ask: string, tool: string, args: Record<string, unknown>) => {
  const { slack, model } = product();
  model.script(...errand({ ask, agent: "operations", tool, args }));
  return slack.say({ as, channel, text: `@steward ${ask}` });
};
const answered = (ts: string) =>
  product().slack.waitFor(() => product().slack.thread(channel, ts).at(1), { seconds: 20 });

it("searches Slack as the asking person, links what it found, and keeps the right to it out of sight", async () => {
  const steward = product();
  const { slack, database, model } = steward;
  const ask = "what did we say about the deploy window?";
  const { ts } = asked("U0ELIF", ask, "slack_message_search", { query: "deploy window" });
  const answer = await answered(ts);
  expect(readable(answer)).toContain("Deploy window for ledger-api stays open until Thursday.");
  const said = slack.messages("C0PAYDEV").find(({ text }) => text.startsWith("Deploy window"));
  const link = `https://northwind-pay.example.com/archives/C0PAYDEV/p${said?.ts.replace(".", "") ?? ""}`;
  expect(JSON.stringify(answer.blocks)).toContain(link);
  await expectSettled(steward);

  const { rows } = await database.pool.query<{ token: string }>("select token from steward.asker");
  const [{ token } = { token: "none" }] = rows;
  expect(slack.calls("assistant.search.context")).toMatchObject([{ args: { action_token: token } }]);
  const { rows: audit } = await database.pool.query("select * from steward.audit");
  const { rows: payloads } = await database.pool.query("select * from steward.audit_payload");
  const { rows: inbox } = await database.pool.query("select * from steward.inbox");
  const everywhere = JSON.stringify([audit, payloads, inbox, model.bodies(), slack.thread(channel, ts)]);
  expect(everywhere).not.toContain(token);
  expect(steward.log()).not.toContain(token);
  const { rows: marks } = await database.pool.query<{ untrusted: string }>(
    `select untrusted::text from steward.conversation where thread_ts = $1`,
    [ts],
  );
  expect(marks[0]?.untrusted).toContain("message of Elif Kaya in #payments-dev");
});

it("opens an incident channel once the person who asked has confirmed it", async () => {
  const steward = product();
  const { slack } = steward;
  const args = { channel: "incident-card-auth", topic: "Errors on card-auth", people: "boris@example.com" };
  const { ts } = asked("U0ELIF", "open an incident channel for card-auth", "slack_channel_create", args);
  const card = await cardWith(steward, { channel, ts }, "Create a Slack channel", /Brings in/, 20);
  expect(readable(card)).toContain("Elif Kaya, Boris Novak");
  expect(slack.calls("conversations.create")).toEqual([]);
  await press(steward, { as: "U0ELIF", channel, ts: card.ts, button: "approve" });
  await cardWith(steward, { channel, ts }, "Create a Slack channel", /is there/, 20);
  await expectSettled(steward);
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const { channels = [] } = await client.conversations.list({ limit: 1000 });
  const made = channels.filter(({ name }) => name === "incident-card-auth");
  expect(made).toMatchObject([{ creator: slack.botUserId, topic: { value: "Errors on card-auth" } }]);
  const { members = [] } = await client.conversations.members({ channel: made[0]?.id ?? "" });
  expect(members.toSorted()).toEqual(["U0BORIS", "U0ELIF", slack.botUserId].toSorted());
  expect(slack.calls("conversations.create")).toHaveLength(1);
});
