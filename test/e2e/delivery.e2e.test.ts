import { expect, it } from "vitest";
import type { Message, Stream } from "../../sandbox/slack/types.ts";
import { instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

/** Shown early, so that a test need not wait; small pages, so that answers need not be long. */
const product = sharedSteward({ env: { STEWARD_PREVIEW_MS: "100", STEWARD_PAGE_CHARS: "600" } });
const channel = "C0PAYDEV";

const paragraphs = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name} ${at + 1}: ${"some words ".repeat(15).trim()}.`);

/** The model says the text up to about `part` of it, then waits until it is let go. */
const held = (ask: string, text: string, part = 0.6) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const after = Math.floor(text.split(/(?<=\s)/).length * part);
  product().model.script({
    when: { system: instructions.supervisor, user: ask, hasToolResult: false },
    say: { text, hold: { after, until: promise } },
  });
  return { go: resolve };
};

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
    { seconds: 5, what: `stream ${page} of ${root}` },
  );

/** The answer as it stands at the end: everything of it, once, in order. */
const expectAnswer = async (root: string, texts: readonly string[], where = channel): Promise<Message[]> => {
  const whole = await product().slack.waitFor(
    () => {
      const said = own(root, where).map(readable).join("\n");
      return texts.every((text) => said.includes(text)) && said.includes("Steward ·")
        ? own(root, where)
        : undefined;
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
  return whole;
};

it("streams whole blocks while the model writes, to the person who asked; then the message becomes the answer", async () => {
  const { slack } = product();
  const [first = "", second = "", third = ""] = paragraphs("Part", 3);
  const model = held("stream it", `${first}\n\n${second}\n\n${third}`, 0.8);
  const { ts } = say("stream it");
  const stream = await streamIn(ts).catch((e) => {
    console.log(own(ts).map(readable), product().log().slice(-6000));
    throw e;
  });
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
