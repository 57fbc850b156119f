import { beforeEach, expect, it } from "vitest";
import type { RuleInput } from "../../sandbox/model/rules.ts";
import type { Message } from "../../sandbox/slack/types.ts";
import { cardWith, press } from "../support/clicks.ts";
import { instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** What people of support and operations do with the internal APIs: mails, pages, flags, and looking into trouble. */

const product = sharedSteward();
beforeEach(() => product().apis.reset());

interface Thread {
  channel: string;
  ts: string;
}
type Calls = { name: string; args: Record<string, unknown> }[];

/** One agent makes these calls in one message, then says what they brought. */
const does = (agent: "support" | "operations", ask: string, toolCalls: Calls): RuleInput[] => [
  {
    when: { system: instructions.supervisor, user: ask, hasToolResult: false },
    say: { toolCalls: [{ name: `ask_${agent}`, args: { task: ask } }] },
  },
  { when: { system: instructions[agent], user: ask, hasToolResult: false }, say: { toolCalls } },
  {
    when: { system: instructions[agent], user: ask },
    say: ({ toolResults }) => ({
      text: toolResults.map(({ content }) => content.replaceAll(/<\/?result[^>]*>\n?/g, "")).join("\n\n"),
    }),
  },
];
const say = (as: string, channel: string, text: string): Thread =>
  product().slack.say({ as, channel, text: `@steward ${text}` });
const card = (thread: Thread, title: string, wanted: RegExp): Promise<Message> =>
  cardWith(product(), thread, title, wanted, 30);
const click = (thread: Thread, as: string, ts: string, button: "approve" | "check" = "approve") =>
  press(product(), { as, channel: thread.channel, ts, button });
const said = async ({ channel, ts }: Thread): Promise<string> => {
  const { slack } = product();
  const words = () => slack.thread(channel, ts).slice(1);
  await slack.waitFor(() => words().find((one) => buttonsOf(one).some(({ label }) => label === "Details")), {
    seconds: 30,
    what: "the answer",
  });
  return words().map(readable).join("\n");
};

const support = "C0SUPPORT";
const mail = {
  to: "acme@corp.example",
  subject: "Your payout 77120",
  text: "Good day Ines,\n\nwe have sent your payout 77120 to the bank again.\n\nNorthwind Pay support",
};
const retryAndTell = "retry payout 77120 and tell the customer";
const both: Calls = [
  { name: "payments_payout_retry", args: { payout: "77120" } },
  { name: "mail_message_send", args: mail },
];
const outbox = () => product().apis.mail.state().outbox;

it("a retry and a mail: each is decided with all of it in view, by somebody else, and happens once", async () => {
  const steward = product();
  steward.model.script(...does("support", retryAndTell, both));
  steward.slack.deliverEvents({ duplicates: true, order: "mentionFirst" });
  const thread = say("U0CARLA", support, retryAndTell);
  const retry = await card(thread, "Retry a payout", /Waiting/);
  const sends = await card(thread, "Mail a customer", /Waiting/);
  for (const words of [
    mail.to,
    mail.subject,
    "sent your payout 77120 to the bank again",
    "support@northwind-pay.example",
  ])
    expect(readable(sends)).toContain(words);
  expect(readable(sends)).toMatch(/0 of 1 from payments-leads.*R2/s);
  expect(await click(thread, "U0CARLA", sends.ts)).toMatch(/^You asked for this yourself/);
  expect(outbox()).toEqual([]);

  expect(await click(thread, "U0BORIS", retry.ts)).toMatch(/^Approved/);
  expect(await click(thread, "U0BORIS", sends.ts)).toMatch(/^Approved/);
  await card(thread, "Mail a customer", /Done/);
  await card(thread, "Retry a payout", /payout 77120 is processing/);
  expect(outbox()).toMatchObject([mail]);
  steward.apis.payments.finish("77120", "paid");
  await card(thread, "Retry a payout", /payout 77120 is paid/);
  await expectSettled(steward);
});

it("a mail whose sending nobody can vouch for is unknown; Check finds it by its key, and none goes out twice", async () => {
  const steward = product();
  const ask = "tell acme@corp.example about payout 77120";
  steward.model.script(...does("support", "about payout 77120", both.slice(1)));
  const thread = say("U0CARLA", support, ask);
  const sends = await card(thread, "Mail a customer", /Waiting/);
  steward.apis.mail.faults.add({ kind: "kill", method: "POST", path: "/messages" });
  await steward.slack.click({ as: "U0BORIS", channel: support, ts: sends.ts, action_id: "approve" });
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();
  const unknown = await card(thread, "Mail a customer", /Unknown/);
  expect(await click(thread, "U0CARLA", unknown.ts, "check")).toBe("It is done; the card shows it.");
  await card(thread, "Mail a customer", /Done/);
  expect(outbox()).toHaveLength(1);
  await expectSettled(steward);
});

const incidents = "C0INCIDENT";

it("trouble on a service: numbers, log lines and who is on call; what the lines say is data", async () => {
  const steward = product();
  const ask = "why is the error rate on card-auth so high?";
  steward.model.script(
    ...does("operations", ask, [
      { name: "metrics_service_read", args: { service: "card-auth", window: "15m" } },
      { name: "logs_line_search", args: { service: "card-auth", level: "error", query: "timeout" } },
      { name: "oncall_duty_find", args: { service: "card-auth" } },
    ]),
  );
  const thread = say("U0ANNA", incidents, ask);
  const words = await said(thread);
  expect(words).toMatch(/degraded/);
  expect(words).toMatch(/5\.8\.1/);
  expect(words).toMatch(/issuer gateway timeout after 3000 ms/);
  expect(words).toMatch(/Elif Kaya/);
  expect(steward.apis.onCall.state().pages).toEqual([]);
  await expectSettled(steward);
});

it("a page to a phone: decided by the platform's leads, rings once", async () => {
  const steward = product();
  const ask = "page elif about card-auth";
  const args = { to: "elif@example.com", service: "card-auth", summary: "card-auth fails since 09:20" };
  steward.model.script(...does("operations", ask, [{ name: "oncall_page_send", args }]));
  const thread = say("U0ANNA", incidents, ask);
  const shown = await card(thread, "Page somebody", /Waiting/);
  expect(readable(shown)).toContain("Page Elif Kaya of platform");
  expect(readable(shown)).toContain(args.summary);
  expect(await click(thread, "U0BORIS", shown.ts)).toMatch(/^This is not yours to decide/);
  expect(await click(thread, "U0GRACE", shown.ts)).toMatch(/^Approved/);
  await card(thread, "Page somebody", /Done/);
  expect(steward.apis.onCall.state().pages).toMatchObject([{ to: "elif@example.com", status: "triggered" }]);
  await expectSettled(steward);
});

it("a feature flag in production: shown before and after, decided by two people of two groups", async () => {
  const steward = product();
  const ask = "switch card-auth-issuer-fallback on in production";
  const args = { flag: "card-auth-issuer-fallback", environment: "production", enabled: true, rollout: 100 };
  steward.model.script(...does("operations", ask, [{ name: "flags_flag_set", args }]));
  const thread = say("U0ELIF", incidents, ask);
  const shown = await card(thread, "Set a feature flag", /Waiting/);
  expect(readable(shown)).toMatch(/Enabled:\s+false\s+→\s+true/);
  expect(readable(shown)).toMatch(/Rollout:\s+0\s+→\s+100/);
  expect(readable(shown)).toMatch(/0 of 1 from platform-leads.*0 of 1 from payments-leads.*R3/s);
  expect(steward.apis.flags.world().changes).toEqual([]);
});
