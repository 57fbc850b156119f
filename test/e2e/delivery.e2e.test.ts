import { beforeEach, expect, it, onTestFinished } from "vitest";
import type { Message, Stream } from "../../sandbox/slack/types.ts";
import { instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** Shown early, so that a test need not wait; small pages, so that answers need not be long. */
const product = sharedSteward({ env: { STEWARD_PREVIEW_MS: "100", STEWARD_PAGE_CHARS: "600" } });
const channel = "C0PAYDEV";

const paragraphs = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name} ${at + 1}: ${"some words ".repeat(15).trim()}.`);

/**
 * What the model does with a request: it hands it on, which is a step that can be shown, and the answer is said up to
 * about `part` of it, then held until `go`.
 */
const held = (ask: string, text: string, part = 0.7) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const after = Math.floor(text.split(/(?<=\s)/).length * part);
  product().model.script(
    {
      when: { system: instructions.supervisor, user: ask, hasToolResult: false },
      say: { toolCalls: [{ name: "ask_engineering", args: { task: ask } }] },
    },
    {
      when: { system: instructions.engineering, user: ask },
      say: { text, delayMs: 400, hold: { after, until: promise } },
    },
  );
  return { go: resolve };
};

beforeEach(async () => {
  const { slack, database } = product();
  // Each test has a minute's budget of its own; Slack's limits have a test of their own.
  slack.limits(false);
  await database.pool.query(`update steward.preview set opened_at = opened_at - interval '1 minute'`);
});

const say = (text: string, more: { channel?: string; thread_ts?: string } = {}) =>
  product().slack.say({ as: "U0ANNA", channel, ...more, text: `@steward ${text}` });

const own = (root: string, where = channel): Message[] =>
  product()
    .slack.thread(where, root)
    .filter(({ user }) => user === product().slack.botUserId);

const streamIn = (root: string, page = 0): Promise<Stream> =>
  product().slack.waitFor(
    () =>
      product()
        .slack.agent.streams()
        .filter(({ thread_ts }) => thread_ts === root)[page],
    { seconds: 20, what: `stream ${page} of ${root}` },
  );

/** The answer as it stands at the end: everything of it, once, in order. */
const expectAnswer = async (root: string, texts: readonly string[], where = channel): Promise<Message[]> => {
  await product().slack.waitFor(
    () => {
      const said = own(root, where).map(readable).join("\n");
      return texts.every((text) => said.includes(text)) && / · \d+\.\d s/.test(said);
    },
    { seconds: 30, what: `the answer in ${root}` },
  );
  await expectSettled(product());
  const said = own(root, where).map(readable).join("\n");
  for (const text of texts) expect(said.split(text), text).toHaveLength(2);
  const places = texts.map((text) => said.indexOf(text));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(
    product()
      .slack.agent.streams()
      .filter(({ state }) => state === "open"),
  ).toEqual([]);
  return own(root, where);
};

it("streams whole blocks while the model writes, to the person who asked; then the message becomes the answer", async () => {
  const { slack } = product();
  const [first = "", second = "", third = ""] = paragraphs("Part", 3);
  const model = held("stream it", `${first}\n\n${second}\n\n${third}`, 0.8);
  const { ts } = say("stream it");
  const stream = await streamIn(ts);
  const live = (await slack.waitFor(() => own(ts).find((one) => readable(one).includes(second)))) as Message;
  expect(readable(live)).not.toContain("Part 3");
  expect(stream.recipient).toBe("U0ANNA");
  expect(slack.agent.session(channel, ts)?.status).toBe("processing");
  model.go();
  const answer = await expectAnswer(ts, [first, second, third]);
  expect(answer[0]?.ts).toBe(stream.ts);
  expect(slack.agent.session(channel, ts)?.status).toBe("active");
  expect(slack.status(channel, ts)).toBeUndefined();
});

it("posts a short answer that comes at once, in one call, and opens no stream for it", async () => {
  const { slack, model } = product();
  model.script({ when: { system: instructions.supervisor, user: "short one" }, say: { text: "Short." } });
  const before = slack.calls().length;
  const { ts } = say("short one");
  await expectAnswer(ts, ["Short."]);
  const methods = slack
    .calls()
    .slice(before)
    .map(({ method }) => method)
    .filter((method) => method.startsWith("chat."));
  expect(methods).toEqual(["chat.postMessage"]);
});

it("goes on in a further message where one is full; every part stands once, in order", async () => {
  const { slack } = product();
  const parts = paragraphs("Chapter", 9);
  const model = held("a long one", parts.join("\n\n"), 0.9);
  const { ts } = say("a long one");
  const [first, second] = [await streamIn(ts), await streamIn(ts, 1)];
  expect(first.ts < second.ts).toBe(true);
  await slack.waitFor(() => slack.agent.streams().find((one) => one.ts === first.ts)?.state === "stopped");
  model.go();
  const answer = await expectAnswer(ts, parts);
  expect(answer.length).toBeGreaterThan(2);
});

it("two turns in one thread never mix", async () => {
  const one = paragraphs("First", 3);
  const two = paragraphs("Second", 3);
  const slow = held("turn one", one.join("\n\n"), 0.8);
  const { ts } = say("turn one");
  await streamIn(ts);
  const next = held("turn two", two.join("\n\n"), 0.8);
  say("turn two", { thread_ts: ts });
  slow.go();
  await streamIn(ts, 1);
  next.go();
  await expectAnswer(ts, [...one, ...two]);
  expect(own(ts).filter((message) => readable(message).includes("First 1"))).toHaveLength(1);
});

it("in direct messages streams without a recipient, and titles the thread by its request", async () => {
  const { slack } = product();
  const dm = slack.dm("U0ANNA");
  const texts = paragraphs("Private", 3);
  const model = held("tell me privately", texts.join("\n\n"), 0.8);
  const { ts } = slack.say({ as: "U0ANNA", channel: dm, text: "tell me privately" });
  await streamIn(ts);
  model.go();
  await expectAnswer(ts, texts, dm);
  expect(slack.title(dm, ts)).toBe("tell me privately");
});

it("opens no more streams in a minute than Slack allows, and answers all the same", async () => {
  const { database } = product();
  await database.pool.query(
    `insert into steward.preview (id, key, turn, token, page, workspace, channel, thread_ts, means, state)
     select gen_random_uuid(), 'spent', t.id, gen_random_uuid(), 0, 'T0NORTHWIND', 'C1', '1.0', 'stream', 'gone'
     from (select id from steward.turn limit 1) as t, generate_series(1, 16)`,
  );
  const texts = paragraphs("Frugal", 3);
  const model = held("frugal with streams", texts.join("\n\n"));
  const { slack } = product();
  const { ts } = say("frugal with streams");
  await slack.waitFor(() => own(ts)[0], { seconds: 20, what: "a message of the run" });
  model.go();
  await expectAnswer(ts, texts);
  expect(slack.agent.streams().filter(({ thread_ts }) => thread_ts === ts)).toEqual([]);
});

it("takes back what it showed when the turn waits for people: the card says it, and the session is suspended", async () => {
  const { slack, model } = product();
  model.script(
    {
      when: { system: instructions.supervisor, user: "merge it slowly", hasToolResult: false },
      say: { toolCalls: [{ name: "ask_engineering", args: { task: "merge it slowly" } }] },
    },
    {
      when: { system: instructions.engineering, user: "merge it slowly" },
      say: {
        delayMs: 1_000,
        toolCalls: [
          {
            name: "gitlab_merge_request_merge",
            args: { merge_request: "payments/ledger-api!482" },
          },
        ],
      },
    },
  );
  const { ts } = say("merge it slowly");
  const shown = await streamIn(ts);
  const card = await slack.waitFor(
    () => own(ts).find((message) => buttonsOf(message).some(({ action_id }) => action_id === "approve")),
    { seconds: 30, what: "a card" },
  );
  await slack.waitFor(() => own(ts).every((message) => message.ts !== shown.ts), {
    seconds: 20,
    what: "the steps to go",
  });
  expect(own(ts).map((message) => message.ts)).toEqual([card.ts]);
  await slack.waitFor(() => slack.agent.session(channel, ts)?.status === "suspended", {
    seconds: 20,
    what: "a suspended session",
  });
});

it("leaves the words that were said when somebody presses Stop, and nothing that says at work", async () => {
  const { slack } = product();
  const [first = "", ...more] = paragraphs("Enough", 3);
  const model = held("more than enough", [first, ...more].join("\n\n"), 0.8);
  onTestFinished(() => model.go());
  const { ts } = say("more than enough");
  const { ts: shown } = await streamIn(ts);
  await slack.waitFor(() => own(ts).some((message) => readable(message).includes(first)), { seconds: 20 });
  slack.agent.pressStop({ as: "U0ANNA", channel, thread_ts: ts });
  await slack.waitFor(() => own(ts).length === 2, { seconds: 20, what: "a receipt" });
  await slack.waitFor(() => slack.agent.session(channel, ts)?.status !== "processing", { seconds: 20 });
  await expectSettled(product());
  expect(readable(own(ts).find((message) => message.ts === shown) ?? { text: "" })).toContain(first);
});

// The last: a workspace without streaming is remembered for a while.
it("without streaming it posts and edits one message, with a Stop on it; then that becomes the answer", async () => {
  const { slack } = product();
  slack.agent.allow({ streaming: false, agent: false });
  const texts = paragraphs("Edited", 3);
  const model = held("no streams here", texts.join("\n\n"));
  const { ts } = say("no streams here");
  const shown = await slack.waitFor(
    () => own(ts).find((message) => buttonsOf(message).some(({ action_id }) => action_id === "stop")),
    { seconds: 20, what: "a message with a Stop" },
  );
  expect(slack.calls("chat.postMessage").at(-1)?.args).toMatchObject({
    unfurl_links: "false",
    unfurl_media: "false",
  });
  model.go();
  const answer = await expectAnswer(ts, texts);
  expect(answer[0]?.ts).toBe(shown.ts);
  expect(answer.flatMap(buttonsOf).map(({ action_id }) => action_id)).not.toContain("stop");
  expect(slack.agent.streams().filter(({ thread_ts }) => thread_ts === ts)).toEqual([]);
});

it("the Stop of an edited message stops its run; the receipt is all that stays", async () => {
  const { slack } = product();
  const model = held("stop me by a button", paragraphs("Stopped", 3).join("\n\n"));
  onTestFinished(() => model.go());
  const { ts } = say("stop me by a button");
  const stop = () =>
    own(ts)
      .flatMap((message) => buttonsOf(message).map((button) => ({ ...button, ts: message.ts })))
      .find(({ action_id }) => action_id === "stop");
  const button = await slack.waitFor(stop, { seconds: 20, what: "a Stop" });
  await slack.click({ as: "U0ANNA", channel, ts: button.ts, action_id: "stop" });
  await slack.waitFor(() => own(ts).length === 1 && own(ts)[0]?.ts !== button.ts, {
    seconds: 20,
    what: "the receipt alone",
  });
  expect(readable(own(ts)[0] ?? { text: "" })).toMatch(/stopped/i);
  await expectSettled(product());
});
