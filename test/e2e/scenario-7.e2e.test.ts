import { beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import type { RuleInput } from "../../sandbox/model/rules.ts";
import { instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, offersOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().apis.reset());

const channel = "C0SUPPORT";
const ask = "customer acme@corp.example says payout 77120 is stuck";

/** Three reads in one message, then everything that they brought, and one next step. */
const looks: RuleInput[] = [
  {
    name: "supervisor hands it on",
    when: { system: instructions.supervisor, user: /payout 77120 is stuck/, hasToolResult: false },
    say: { toolCalls: [{ name: "ask_support", args: { task: ask } }] },
  },
  {
    name: "support reads the contact, the payout and its events",
    when: { system: instructions.support, user: /payout 77120 is stuck/, hasToolResult: false },
    say: {
      toolCalls: [
        { name: "crm_contact_find", args: { contact: "acme@corp.example" } },
        { name: "payments_payout_get", args: { payout: "77120" } },
        { name: "payments_event_list", args: { payout: "77120" } },
      ],
    },
  },
  {
    name: "support puts it together",
    when: { system: instructions.support, user: /payout 77120 is stuck/, hasToolResult: true },
    say: ({ toolResults }) => ({
      text: [...toolResults.map(({ content }) => content.replaceAll(/<\/?result[^>]*>\n?/g, ""))]
        .concat("Next: the payout can be retried; the bank has one order either way.")
        .join("\n\n"),
    }),
  },
];

const answered = (ts: string): Promise<Message> =>
  product().slack.waitFor(
    () =>
      product()
        .slack.thread(channel, ts)
        .find((one) => buttonsOf(one).some(({ label }) => label === "Details")),
    { seconds: 25, what: "the answer" },
  );
const changes = () => {
  const { apis, crm, gitlab } = product();
  return [...apis.all, crm, gitlab]
    .flatMap(({ journal }) => journal.list())
    .filter(({ method, path }) => method !== "GET" && !/\/(?:search|batch\/read)$/.test(path));
};

it("scenario 7: the contact, the payout and its events, and a next step as a button; nothing is done", async () => {
  const steward = product();
  const { slack, model } = steward;
  model.script(...looks);
  slack.deliverEvents({ duplicates: true, order: "mentionFirst" });
  const before = changes().length;
  const said = slack.say({ as: "U0CARLA", channel, text: `@steward ${ask}` });
  const answer = await answered(said.ts);

  const text = slack
    .thread(channel, said.ts)
    .slice(1)
    .map((one) => readable(one))
    .join("\n");
  expect(text).toContain("Ines Costa");
  expect(text).toMatch(/stuck/);
  expect(text).toContain("812.4");
  expect(text).toMatch(/The bank did not answer within 30 s/);
  expect(text).toContain("the payout can be retried");
  expect(offersOf(answer).map(({ label }) => label)).toEqual(["Retry payout 77120"]);
  expect(changes()).toHaveLength(before);

  // The customer's own words were read: the conversation is marked, whoever asks next.
  const { rows } = await steward.database.pool.query<{ untrusted: unknown }>(
    `select untrusted from steward.conversation where id = $1`,
    [`${slack.teamId}/${channel}/${said.ts}`],
  );
  expect(JSON.stringify(rows)).toContain("events of payout 77120");
  expect(steward.apis.payments.journal.list({ path: "/payouts/77120" })).toHaveLength(1);
  await expectSettled(steward);
});

it("scenario 7: killed while the payments API answers, it reads again and answers once", async () => {
  const steward = product();
  const { slack, model, apis } = steward;
  model.script(...looks);
  apis.payments.faults.add({ kind: "kill", path: "/payouts/77120/events" });
  const said = slack.say({ as: "U0CARLA", channel, text: `@steward ${ask}` });
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();
  const answer = await answered(said.ts);
  expect(offersOf(answer).map(({ label }) => label)).toEqual(["Retry payout 77120"]);
  await expectSettled(steward);
});

it("scenario 7: the payments API is away: what was found is said, and what could not be read", async () => {
  const steward = product();
  const { slack, model, apis } = steward;
  model.script(...looks);
  apis.payments.faults.add({ kind: "fail", status: 503, path: "/payouts/*", times: "all" });
  const said = slack.say({ as: "U0CARLA", channel, text: `@steward ${ask}` });
  await answered(said.ts);
  const text = slack
    .thread(channel, said.ts)
    .slice(1)
    .map((one) => readable(one))
    .join("\n");
  expect(text).toContain("Ines Costa");
  expect(text).toMatch(/Payments/);
  expect(text).not.toMatch(/pay-sandbox-steward|Bearer/);
  await expectSettled(steward);
});
