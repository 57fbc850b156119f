import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { toldPrivately } from "../support/clicks.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { askMerge, countMessages, mergeCard, mergeRequestPut } from "../support/merge-story.ts";
import { answers } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { answerCalls, leaks } from "../support/slack-safety.ts";
import { readable, tableOf } from "../support/slack-text.ts";
import { startSteward, type Steward, usualTransport } from "../steward.ts";

/**
 * What people suffer from bots of this kind, provoked one by one; the numbers are those of the list of pain points.
 * Number 13, sockets, has its own file.
 */
const product = sharedSteward({ env: { STEWARD_PREVIEW_MS: "100" } });
const channel = "C0PAYDEV";

beforeEach(async () => {
  const { slack, gitlab, database } = product();
  slack.limits(false);
  gitlab.reset();
  await database.pool.query("update steward.preview set opened_at = opened_at - interval '1 minute'");
});
afterEach(() => product().slack.backstage.release());

const own = (ts: string, where = channel): Message[] =>
  product()
    .slack.thread(where, ts)
    .slice(1)
    .filter(({ bot_id }) => bot_id === "B0STEWARD");
const shownIn = (ts: string, where = channel): string => own(ts, where).map(readable).join("\n");
const says = (ts: string, words: string, where = channel): Promise<string> =>
  product().slack.waitFor(() => shownIn(ts, where).includes(words) && shownIn(ts, where), {
    seconds: 30,
    what: `“${words}” in ${ts}`,
  });
const count = (ts: string, words: string): number => shownIn(ts).split(words).length - 1;
const delivered = () =>
  product().slack.waitFor(
    () =>
      product()
        .slack.deliveries()
        .every(({ state }) => state !== "pending"),
    {
      seconds: 20,
      what: "a delivery of every event",
    },
  );
const turns = async (): Promise<number> => {
  const { rows } = await product().database.pool.query<{ turns: number }>(
    "select count(*)::int as turns from steward.turn",
  );
  return rows[0]?.turns ?? 0;
};
const atRest = (ts: string, where = channel) =>
  product().slack.waitFor(
    () => {
      const { slack } = product();
      const open = slack.agent.streams().some(({ state }) => state === "open");
      const busy = slack.agent.session(where, ts)?.status === "processing";
      return !open && !busy && slack.status(where, ts) === undefined;
    },
    { seconds: 20, what: "an end of everything that says at work" },
  );

describe("1: duplicate answers", () => {
  it("an acknowledgement that comes too late, Slack's retries, and one more delivery after the answer", async () => {
    const steward = product();
    const { slack, model, database } = steward;
    model.script(answers("supervisor", "only once please", "Said once."));
    const admin = await database.pool.connect();
    let said: ReturnType<typeof slack.say>;
    try {
      await admin.query("begin");
      await admin.query("lock table steward.inbox in access exclusive mode");
      said = slack.say({ as: "U0ANNA", channel, text: "@steward only once please" });
      await slack.waitFor(
        () => slack.deliveries().some(({ ts, attempts }) => ts === said.ts && attempts.length > 0),
        { seconds: 10, what: "a first try that was not acknowledged" },
      );
    } finally {
      await admin.query("rollback");
      admin.release();
    }
    await says(said.ts, "Said once.");
    await delivered();
    for (const { event_id } of said.events)
      expect(await slack.redeliver(event_id)).toMatchObject({ status: 200 });
    await expectSettled(steward);
    expect(own(said.ts)).toHaveLength(1);
  });
});

/** Nothing that Slack sends arrives, until the answer is called: nobody listens there, or every socket is cut. */
const unheard = async ({ slack, url }: Steward): Promise<() => void> => {
  if (usualTransport === "socket") {
    for (const { id } of slack.sockets.list()) slack.sockets.cut(id);
    return () => {};
  }
  const nobody = createServer();
  nobody.listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  slack.connect(`http://127.0.0.1:${port}`);
  return () => slack.connect(url);
};

describe("2: real events lost", () => {
  it("a first delivery that never arrived: the retry is the first that is heard, and is answered", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(answers("supervisor", "lost at first", "Heard at last."));
    const back = await unheard(steward);
    const said = slack.say({ as: "U0ANNA", channel, text: "@steward lost at first" });
    await slack.waitFor(() =>
      slack.deliveries().some(({ ts, attempts }) => ts === said.ts && attempts[0]?.failure !== undefined),
    );
    back();
    await says(said.ts, "Heard at last.");
    await delivered();
    await expectSettled(steward);
    expect(own(said.ts)).toHaveLength(1);
  });

  it("events that arrive in the wrong order are each answered, once", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(
      answers("supervisor", "earlier one", "Earlier."),
      answers("supervisor", "later one", "Later."),
    );
    slack.backstage.hold();
    const first = slack.say({ as: "U0ANNA", channel, text: "@steward earlier one" });
    const second = slack.say({ as: "U0ANNA", channel, text: "@steward later one" });
    slack.backstage.release({ newestFirst: true });
    await says(first.ts, "Earlier.");
    await says(second.ts, "Later.");
    await delivered();
    await expectSettled(steward);
    expect([own(first.ts).length, own(second.ts).length]).toEqual([1, 1]);
  });
});

describe("3 and 5: streams that die, answers that are posted again", () => {
  it("a stream that Slack closes in its middle: the tail comes, the beginning is not said again", async () => {
    const steward = product();
    const { slack } = steward;
    const paragraphs = ["The beginning of it.", "The middle of it.", "The tail, which comes late."];
    const held = heldAnswer(steward, "a long thought", paragraphs);
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward a long thought" });
    await says(ts, "The beginning of it.");
    slack.advance(5 * 60_000);
    held.release();
    await says(ts, "The tail");
    await expectSettled(steward);
    await atRest(ts);
    expect(paragraphs.map((text) => count(ts, text))).toEqual([1, 1, 1]);
  });
});

describe("4: long answers", () => {
  it("40,000 characters while the model speaks: rolled over, in order, whole", async () => {
    const steward = product();
    const { slack } = steward;
    slack.limits(true);
    const paragraphs = Array.from({ length: 80 }, (_, at) => `Part ${at}. ${"word ".repeat(100)}`.trim());
    expect(paragraphs.join("\n\n").length).toBeGreaterThan(40_000);
    const held = heldAnswer(steward, "everything there is", paragraphs);
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward everything there is" });
    await says(ts, "Part 5.");
    held.release();
    await slack.waitFor(() => count(ts, "Steward ·") > 0 && shownIn(ts).includes("Part 79."), {
      seconds: 45,
      what: "the end of a long answer",
    });
    await expectSettled(steward);
    await atRest(ts);
    expect(shownIn(ts).match(/Part \d+\./g)).toEqual(paragraphs.map((_, at) => `Part ${at}.`));
    expect(own(ts).length).toBeGreaterThan(3);
    expect(own(ts).length).toBeLessThan(10);
  });

  it.each(["invalid_blocks", "msg_blocks_too_long", "msg_too_long"])(
    "a post that Slack refuses as %s is said in another way, once",
    async (error) => {
      const steward = product();
      const { slack, model } = steward;
      const words = `Refused as ${error.replaceAll("_", " ")}.`;
      model.script(answers("supervisor", `refused ${error}`, words));
      slack.fault({ method: "chat.postMessage", error });
      const { ts } = slack.say({ as: "U0ANNA", channel, text: `@steward refused ${error}` });
      await says(ts, words);
      await expectSettled(steward);
      expect(count(ts, words)).toBe(1);
    },
  );
});

describe("6: no idea of the thread, or an old one", () => {
  it("called into the middle of it twice, it knows what was said in between", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(
      answers("supervisor", "what is this", "About payouts."),
      answers("supervisor", "and by now", "By now it is about refunds."),
    );
    const root = slack.say({ as: "U0CARLA", channel, text: "Payouts of Acme are late." });
    slack.say({ as: "U0BORIS", channel, thread_ts: root.ts, text: "Since Tuesday, I think." });
    slack.say({ as: "U0ANNA", channel, thread_ts: root.ts, text: "@steward what is this?" });
    await says(root.ts, "About payouts.");
    await expectSettled(steward);
    expect(model.bodies().at(-1)).toContain("Since Tuesday, I think.");
    slack.say({ as: "U0BORIS", channel, thread_ts: root.ts, text: "@carla the refunds are late, too." });
    await delivered();
    slack.say({ as: "U0CARLA", channel, thread_ts: root.ts, text: "@steward and by now?" });
    await says(root.ts, "By now it is about refunds.");
    await expectSettled(steward);
    expect(model.bodies().at(-1)).toContain("the refunds are late, too");
  });

  it("of ten thousand messages it reads the beginning and the newest, with few calls", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(answers("supervisor", "where do we stand", "At the end of a long talk."));
    const root = slack.say({ as: "U0CARLA", channel, text: "The very first words of this talk." });
    const messages = Array.from({ length: 10_000 }, (_, at) => ({ as: "U0BORIS", text: `remark ${at}.` }));
    slack.backstage.history({ channel, thread_ts: root.ts, messages });
    const before = slack.calls("conversations.replies").length;
    slack.say({ as: "U0ANNA", channel, thread_ts: root.ts, text: "@steward where do we stand?" });
    await says(root.ts, "At the end of a long talk.");
    await expectSettled(steward);
    const asked = model.bodies().at(-1) ?? "";
    expect(asked).toContain("The very first words of this talk.");
    expect(asked).toContain("remark 9999.");
    expect(asked).not.toContain("remark 200.");
    expect(asked.length).toBeLessThan(60_000);
    expect(slack.calls("conversations.replies").length - before).toBeLessThan(12);
    expect(own(root.ts)).toHaveLength(1);
  });
});

describe("7: one must mention it every time, or it barges in", () => {
  it("answers without a mention where it takes part, and lets people talk", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(
      answers("supervisor", "begin here", "Begun."),
      answers("supervisor", "one more thing", "One more."),
      answers("supervisor", "are you back", "Back."),
    );
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward begin here" });
    await says(ts, "Begun.");
    slack.say({ as: "U0ANNA", channel, thread_ts: ts, text: "one more thing, please" });
    await says(ts, "One more.");
    const before = await turns();
    slack.say({ as: "U0ANNA", channel, thread_ts: ts, text: "@boris do you agree?" });
    slack.say({ as: "U0BORIS", channel, thread_ts: ts, text: "thanks" });
    slack.say({ as: "U0ANNA", channel, thread_ts: ts, text: "@steward mute" });
    await slack.waitFor(() => own(ts).length >= 3, { seconds: 20, what: "an answer to mute" });
    slack.say({ as: "U0ANNA", channel, thread_ts: ts, text: "what do you think, Boris?" });
    slack.say({ as: "U0BORIS", channel, text: "nobody asked a bot here" });
    await delivered();
    expect(await turns()).toBe(before);
    slack.say({ as: "U0ANNA", channel, thread_ts: ts, text: "@steward unmute" });
    await slack.waitFor(() => own(ts).length >= 4, { seconds: 20, what: "an answer to unmute" });
    slack.say({ as: "U0ANNA", channel, thread_ts: ts, text: "are you back?" });
    await says(ts, "Back.");
    await expectSettled(steward);
  });
});

describe("8: thinking for ever", () => {
  it("two threads each have their own status, and none is left", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(
      { when: { user: "slow thread" }, say: { text: "Slow.", delayMs: 1_000 } },
      { when: { user: "other thread" }, say: { text: "Other.", delayMs: 1_000 } },
    );
    const one = slack.say({ as: "U0ANNA", channel, text: "@steward slow thread" });
    const two = slack.say({ as: "U0BORIS", channel, text: "@steward other thread" });
    const both = () => [one, two].every(({ ts }) => (slack.status(channel, ts)?.status ?? "") !== "");
    await slack.waitFor(both, { what: "a status in each thread" });
    await says(one.ts, "Slow.");
    await says(two.ts, "Other.");
    await expectSettled(steward);
    await atRest(one.ts);
    await atRest(two.ts);
  });

  it("killed while it says that it works: after the restart it answers, and nothing says so any more", async () => {
    const cleanups: (() => Promise<void>)[] = [];
    const steward = await startSteward(
      { env: { STEWARD_PREVIEW_MS: "100" } },
      (cleanup) => void cleanups.push(cleanup),
    );
    try {
      const { slack } = steward;
      const held = heldAnswer(steward, "killed at work", ["Words before the end.", "Words at the end."]);
      const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward killed at work" });
      await slack.waitFor(() => slack.agent.session(channel, ts)?.status === "processing", {
        seconds: 20,
        what: "a session at work",
      });
      await steward.kill();
      held.release();
      await steward.restart();
      await slack.waitFor(
        () => slack.thread(channel, ts).slice(1).map(readable).join("\n").includes("Words at the end."),
        { seconds: 45, what: "the answer after a restart" },
      );
      await expectSettled(steward);
      await slack.waitFor(
        () =>
          slack.agent.session(channel, ts)?.status !== "processing" &&
          slack.status(channel, ts) === undefined &&
          slack.agent.streams().every(({ state }) => state !== "open"),
        { seconds: 30, what: "an end of what said at work" },
      );
      const shown = slack.thread(channel, ts).slice(1).map(readable).join("\n");
      expect(shown.split("Words at the end.")).toHaveLength(2);
      expect(shown.split("Words before the end.")).toHaveLength(2);
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
    }
  });
});

describe("9: Stop does nothing", () => {
  it("ends the work itself within a second, whoever presses it, and says what became of it", async () => {
    const steward = product();
    const { slack } = steward;
    const held = heldAnswer(steward, "stop me", ["Words before the stop.", "Words after the stop."]);
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward stop me" });
    await says(ts, "Words before the stop.");
    slack.agent.pressStop({ as: "U0BORIS", channel, thread_ts: ts });
    const stopped = async () => {
      const { rows } = await steward.database.pool.query<{ state: string }>(
        "select state from steward.turn where conversation = $1",
        [`${slack.teamId}/${channel}/${ts}`],
      );
      return rows.map(({ state }) => state);
    };
    await expect.poll(stopped, { timeout: 5_000 }).toEqual(["stopped"]);
    held.release();
    await says(ts, "Stopped");
    await atRest(ts);
    expect(shownIn(ts)).toContain("Boris");
    expect(shownIn(ts)).not.toContain("Words after the stop.");
  });
});

describe("10: it answers itself", () => {
  it("own messages, their previews and edits, other bots, and replies below a message start nothing", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(answers("supervisor", "say it once", "There: @steward say it once"));
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward say it once" });
    await says(ts, "There:");
    await expectSettled(steward);
    const before = await turns();
    const [answer] = own(ts);
    slack.backstage.unfurl({ channel, ts: answer?.ts ?? "", url: "https://example.com/a" });
    slack.backstage.unfurl({ channel, ts, url: "https://example.com/b" });
    slack.backstage.botSays({ channel, text: "@steward from another bot" });
    slack.backstage.botSays({ channel, text: "@steward in its old form", classic: true });
    slack.backstage.botSays({ channel, thread_ts: ts, text: "a remark of another bot" });
    slack.say({ as: "U0BORIS", channel, thread_ts: ts, text: "thanks", broadcast: true });
    await delivered();
    await expectSettled(steward);
    expect(await turns()).toBe(before);
    expect(own(ts)).toHaveLength(1);
  });
});

describe("11: clicks that are swallowed", () => {
  it("after a restart, by those who may not, twice at once, and on a card that is decided", async () => {
    const cleanups: (() => Promise<void>)[] = [];
    const steward = await startSteward({}, (cleanup) => void cleanups.push(cleanup));
    try {
      const { slack, gitlab } = steward;
      const thread = askMerge(steward, "merge it when you may: !482", false);
      const card = await mergeCard(steward, thread, /Waiting/);
      await steward.kill();
      await steward.restart();
      const click = (as: string) => slack.click({ as, channel, ts: card.ts, action_id: "approve" });
      const told = async (as: string, act: () => Promise<unknown>) => {
        const before = toldPrivately(steward, channel, as).length;
        await act();
        return slack.waitFor(() => toldPrivately(steward, channel, as)[before], {
          seconds: 25,
          what: `an answer to ${as}`,
        });
      };
      const stale = slack.clickPayload({ as: "U0BORIS", channel, ts: card.ts, action_id: "approve" });
      expect(await told("U0CARLA", () => click("U0CARLA"))).toMatch(/payments-leads|Boris/);
      await told("U0BORIS", () => Promise.all([click("U0BORIS"), click("U0BORIS")]));
      await mergeCard(steward, thread, /Done|Merged|merged/);
      expect(gitlab.journal.list(mergeRequestPut)).toHaveLength(1);
      // The card has no button any more; a client that still shows one is answered.
      expect(await told("U0BORIS", () => slack.forge({ payload: stale }))).toMatch(/already|decided|over/i);
      await expectSettled(steward);
      expect(countMessages(steward, thread).cards).toBe(1);
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
    }
  });
});

describe("12: tables that break", () => {
  it("a table with empty cells and odd rows stands as a table", async () => {
    const steward = product();
    const { slack, model } = steward;
    const text =
      "Here:\n\n| id | title | who |\n|---|---|---|\n| !1 | | Anna |\n| !2 | a\\|b |\n| !3 | three | |\n";
    model.script(answers("supervisor", "a ragged table", text));
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward a ragged table" });
    await says(ts, "Here:");
    await expectSettled(steward);
    const rows =
      own(ts)
        .map(tableOf)
        .find((found) => found.length > 0) ?? [];
    expect(rows.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    expect(rows.map(([id]) => id)).toEqual(["id", "!1", "!2", "!3"]);
    expect(rows.flat().every((cell) => cell.length > 0)).toBe(true);
  });
});

describe("14: rate limits", () => {
  it("a channel that Slack slows down delays no other", async () => {
    const steward = product();
    const { slack, model } = steward;
    slack.limits(true);
    const names = ["aa", "bb", "cc", "dd", "ee", "ff"];
    model.script(
      ...names.map((name) => answers("supervisor", `crowd ${name}`, `Crowd ${name} answered.`)),
      answers("supervisor", "elsewhere", "Elsewhere answered."),
    );
    const crowd = names.map((name) => slack.say({ as: "U0ANNA", channel, text: `@steward crowd ${name}` }));
    const quiet = slack.say({ as: "U0GRACE", channel: "C0GENERAL", text: "@steward elsewhere" });
    await says(quiet.ts, "Elsewhere answered.", "C0GENERAL");
    for (const [at, { ts }] of crowd.entries()) await says(ts, `Crowd ${names[at]} answered.`);
    await expectSettled(steward);
    expect(crowd.map(({ ts }) => own(ts).length)).toEqual(names.map(() => 1));
  });
});

describe("14: more at once than Slack opens streams for", () => {
  it("twenty-four answers in the making: none is refused a stream, each comes once", async () => {
    const steward = product();
    const { slack } = steward;
    // Waits out what the tests before have used of Slack's minute.
    slack.advance(60_000);
    slack.limits(true);
    const places = ["C0PAYDEV", "C0GENERAL", "C0INCIDENT", "D0ANNA"];
    const asks = Array.from({ length: 24 }, (_, at) => ({
      words: `in the making ${at}x`,
      where: places[at % places.length] ?? channel,
    }));
    slack.dm("U0ANNA");
    const before = slack.calls("chat.startStream").length;
    const helds = asks.map(({ words }) =>
      heldAnswer(steward, words, [`Begun ${words}.`, `Ended ${words}, late.`]),
    );
    const said = asks.map(({ words, where }) =>
      slack.say({ as: "U0ANNA", channel: where, text: `@steward ${words}` }),
    );
    await slack.waitFor(() => slack.calls("chat.startStream").length - before >= 3, {
      seconds: 30,
      what: "some streams",
    });
    for (const held of helds) held.release();
    for (const [at, { ts }] of said.entries()) {
      await says(ts, `Ended ${asks[at]?.words}, late.`, asks[at]?.where);
    }
    await expectSettled(steward);
    const starts = slack.calls("chat.startStream").slice(before);
    expect(starts.length).toBeLessThanOrEqual(20);
    expect(starts.filter(({ result }) => result !== "ok")).toEqual([]);
    for (const [at, { ts }] of said.entries()) {
      expect(shownIn(ts, asks[at]?.where).split(`Ended ${asks[at]?.words}, late.`)).toHaveLength(2);
      expect(own(ts, asks[at]?.where)).toHaveLength(1);
    }
  });
});

describe("15: shared channels and strangers", () => {
  it("one of another company is refused politely, in the thread, and nothing of theirs is looked up", async () => {
    const steward = product();
    const { slack, gitlab, model } = steward;
    model.script(answers("supervisor", "let me in", "You are in."));
    slack.backstage.invite({ id: "U0IVAN", name: "ivan", realName: "Ivan Outside", foreignTeam: "T0ACME" });
    slack.backstage.share({ channel: "C0SALES", external: true });
    slack.join("U0IVAN", "C0SALES");
    const { ts } = slack.say({ as: "U0IVAN", channel: "C0SALES", text: "@steward let me in" });
    await delivered();
    const told = () => [...own(ts, "C0SALES").map(readable), ...toldPrivately(steward, "C0SALES", "U0IVAN")];
    await slack.waitFor(() => told().length > 0, { seconds: 20, what: "a polite refusal" });
    expect(told().join(" ")).not.toContain("You are in.");
    expect(gitlab.journal.list({ path: "/api/v4/projects/:id/merge_requests" })).toEqual([]);
    await expectSettled(steward);
    slack.backstage.share({ channel: "C0SALES", external: false });
  });
});

describe("and also", () => {
  it("twenty messages in a burst: bounded, in order, each answered once", async () => {
    const steward = product();
    const { slack, model } = steward;
    slack.limits(true);
    model.script({ when: { user: "burst" }, say: { text: "Answered." } });
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward burst begins" });
    await says(ts, "Answered.");
    await expectSettled(steward);
    const before = await turns();
    const words = Array.from({ length: 20 }, (_, at) => `burst number ${at}`);
    for (const text of words) {
      slack.say({ as: "U0ANNA", channel, thread_ts: ts, text });
      await delivered();
    }
    await expectSettled(steward);
    const made = (await turns()) - before;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThanOrEqual(20);
    expect(own(ts)).toHaveLength(1 + made);
    // Whatever was folded together, the model heard every message, in order.
    const heard = model.bodies().join("\n");
    const places = words.map((text) => heard.search(new RegExp(`${text}(?!\\d)`)));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it.each([
    ["a trigger that is too old", { method: "views.open", error: "expired_trigger_id" }],
    ["a form that Slack does not open", { method: "views.open", status: 503 }],
  ] as const)("%s is said to the person, and nothing is begun", async (_, fault) => {
    const steward = product();
    const { slack } = steward;
    slack.fault(fault);
    const before = toldPrivately(steward, "C0SALES", "U0DAN").length;
    const asked = await turns();
    await slack.slash({ as: "U0DAN", channel: "C0SALES", command: "/steward", text: "do crm_deal_update" });
    const told = await slack.waitFor(() => toldPrivately(steward, "C0SALES", "U0DAN")[before], {
      seconds: 20,
      what: "a word about the form",
    });
    expect(told).toMatch(/^Nothing was started/);
    await expectSettled(steward);
    expect(await turns()).toBe(asked);
  });

  it("links turned round, pictures and mentions by a model reach nobody", async () => {
    const steward = product();
    const { slack, model } = steward;
    const evil = "https://evil.example/?d=secret";
    const text = `Look (here)[${evil}] and [there](${evil}), ![p](${evil}) <${evil}|x> <!channel> <@U0BORIS>.`;
    model.script(answers("supervisor", "carry it out", text));
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward carry it out" });
    await says(ts, "Look");
    await expectSettled(steward);
    expect(leaks(answerCalls(steward, ts), [steward.url, steward.gitlab.url])).toEqual([]);
    const streamed = slack.calls().filter(({ method }) => method.endsWith("Stream"));
    expect(JSON.stringify(streamed)).not.toContain('markdown_text":"Look');
  });

  it("a group of people is served like a channel", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(answers("supervisor", "hello group", "Hello, group."));
    const { channel: group } = slack.backstage.group(["U0ANNA", "U0BORIS"]);
    slack.say({ as: "U0BORIS", channel: group, text: "not for a bot" });
    const { ts } = slack.say({ as: "U0ANNA", channel: group, text: "@steward hello group" });
    await says(ts, "Hello, group.", group);
    await expectSettled(steward);
    expect(slack.messages(group)).toHaveLength(2);
  });
});

// The last one: its answer stays unsaid, so the product is not settled after it.
describe("14: answers that Slack will not have", () => {
  it("what Slack refuses for good is not tried for ever, and nothing says that it works", async () => {
    const steward = product();
    const { slack, model } = steward;
    model.script(answers("supervisor", "no room here", "Unseen."));
    slack.fault({ method: "chat.postMessage", error: "restricted_action", times: "all" });
    const { ts } = slack.say({ as: "U0ANNA", channel, text: "@steward no room here" });
    const open = async () => {
      const { rows } = await steward.database.pool.query<{ open: number }>(
        `select count(*)::int as open from steward.outbox where state = 'pending'`,
      );
      return rows[0]?.open;
    };
    await slack.waitFor(() => slack.calls("chat.postMessage").some(({ args }) => args["thread_ts"] === ts), {
      seconds: 20,
      what: "an attempt to answer",
    });
    await expect.poll(open, { timeout: 30_000 }).toBe(0);
    const tries = slack.calls("chat.postMessage").filter(({ args }) => args["thread_ts"] === ts).length;
    expect(tries).toBeLessThan(10);
    await atRest(ts);
  });
});
