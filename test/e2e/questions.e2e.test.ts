import { expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { cardWith, privateAnswer } from "../support/clicks.ts";
import { answers, instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
const channel = "C0SALES";

type Thread = { channel: string; ts: string };
const replies = ({ ts }: Thread): Message[] => product().slack.thread(channel, ts).slice(1);
const reply = (thread: Thread, wanted: RegExp): Promise<Message> =>
  product().slack.waitFor(() => replies(thread).find((one) => wanted.test(readable(one))), {
    seconds: 25,
    what: `a reply with ${String(wanted)}`,
  });
const pressed = (as: string, message: Message, label: string) => {
  const found = buttonsOf(message).find((one) => one.label === label);
  return product().slack.click({
    as,
    channel,
    ts: message.ts,
    action_id: found?.action_id ?? `no button ${label}`,
  });
};

const ask = "move the deal to negotiation";
/** A model that asks which deal, and goes on with the answer. */
const asking = (): Thread => {
  const { slack, model } = product();
  model.script(
    {
      name: "the supervisor asks",
      when: {
        system: instructions.supervisor,
        user: ask,
        predicate: (request) => !request.user.includes("My answer"),
      },
      say: {
        text: "Two deals fit.",
        toolCalls: [
          {
            name: "ask_person",
            args: { question: "Which deal?", choices: ["Globex", "Initech platform licence"] },
          },
        ],
      },
    },
    answers("supervisor", "My answer: Globex", "Then it is Globex."),
    answers("supervisor", "the second one", "Then it is the other."),
  );
  return slack.say({ as: "U0DAN", channel, text: `@steward ${ask}` });
};

it("a model's question is one message with its choices, answered once by the person who was asked", async () => {
  const steward = product();
  const { slack } = steward;
  const thread = asking();
  const question = await reply(thread, /Which deal\?/);
  expect(readable(question)).toMatch(/Two deals fit\..*Which deal\?.*Or answer in words here\./s);
  expect(buttonsOf(question).map(({ label }) => label)).toEqual(
    expect.arrayContaining(["Globex", "Initech platform licence"]),
  );
  const told = await privateAnswer(steward, channel, "U0CARLA", () => pressed("U0CARLA", question, "Globex"));
  expect(told).toMatch(/Only the person who asked can answer/);
  const both = await Promise.all([
    pressed("U0DAN", question, "Globex"),
    pressed("U0DAN", question, "Globex"),
  ]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  await reply(thread, /Then it is Globex\./);
  const after = await reply(thread, /Dan Whitfield: Globex/);
  expect(buttonsOf(after).filter(({ action_id }) => action_id.startsWith("answer:"))).toEqual([]);
  expect(replies(thread)).toHaveLength(2);
  await expectSettled(steward);
  expect(slack.ephemerals(channel, "U0DAN").map(readable).join()).toMatch(/Already answered by Dan/);
});

it("words answer it too, and use it up", async () => {
  const steward = product();
  const { slack } = steward;
  const thread = asking();
  const question = await reply(thread, /Which deal\?/);
  const [first] = buttonsOf(question);
  const target = { as: "U0DAN", channel, ts: question.ts, action_id: first?.action_id ?? "" };
  const stale = slack.clickPayload(target);
  slack.say({ as: "U0DAN", channel, thread_ts: thread.ts, text: "the second one" });
  await reply(thread, /Then it is the other\./);
  await reply(thread, /Dan Whitfield: answered in words/);
  const told = await privateAnswer(steward, channel, "U0DAN", () => slack.forge({ payload: stale }));
  expect(told).toMatch(/Already answered by Dan Whitfield: answered in words/);
  await expectSettled(steward);
});

it("a nod answers an open question of one's own, and is nothing anywhere else", async () => {
  const steward = product();
  const { slack, model } = steward;
  const words = "shall closed deals count too";
  model.script(
    {
      name: "the supervisor asks back",
      when: { system: instructions.supervisor, user: words },
      say: {
        toolCalls: [{ name: "ask_person", args: { question: "Closed ones too?", choices: ["Yes", "No"] } }],
      },
    },
    answers("supervisor", /^ok/, "All of them, then."),
  );
  const thread = slack.say({ as: "U0DAN", channel, text: `@steward ${words}` });
  await reply(thread, /Closed ones too\?/);
  slack.say({ as: "U0CARLA", channel, thread_ts: thread.ts, text: "ok" });
  slack.say({ as: "U0DAN", channel, thread_ts: thread.ts, text: "ok" });
  await reply(thread, /All of them, then\./);
  slack.say({ as: "U0DAN", channel, thread_ts: thread.ts, text: "ok" });
  await expectSettled(steward);
  const { rows } = await steward.database.pool.query(`select from steward.inbox where conversation like $1`, [
    `%${thread.ts}`,
  ]);
  expect(rows).toHaveLength(2);
});

it("a write with a missing argument is never guessed: a question, a form, its exact arguments", async () => {
  const steward = product();
  const { slack, model } = steward;
  const words = "put some more money on Globex";
  model.script(
    {
      name: "hands on",
      when: { system: instructions.supervisor, user: words },
      say: { toolCalls: [{ name: "ask_revenue", args: { task: words } }] },
    },
    {
      name: "guesses nothing",
      when: { system: instructions.revenue, user: words, hasToolResult: false },
      say: { toolCalls: [{ name: "crm_deal_update", args: { deal: "Globex" } }] },
    },
  );
  const thread = slack.say({ as: "U0DAN", channel, text: `@steward ${words}` });
  const question = await reply(thread, /name at least one change/);
  expect(readable(question)).toMatch(/Change a deal:.*So far: deal "Globex"/s);
  await pressed("U0DAN", question, "Fill in a form");
  await slack.waitFor(() => slack.forms.modal("U0DAN")?.["callback_id"] === "form-call", { seconds: 10 });
  slack.forms.enter({ as: "U0DAN", label: "Amount", value: "52k" });
  expect(await slack.forms.submit({ as: "U0DAN" })).toMatchObject({ status: 200, errors: {} });
  await cardWith(steward, thread, "Change a deal", /Done \(approved by Dan Whitfield\)/);
  await reply(thread, /Dan Whitfield: filled in a form/);
  await expectSettled(steward);
  expect(steward.crm.state().deals.find(({ id }) => id === "5001")?.amount).toBe("52000");
});
