import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { privateAnswer, toldPrivately } from "../support/clicks.ts";
import { answers, instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

/** The shipped policies, with channels of every kind. */
const config = await mkdtemp(join(tmpdir(), "steward-rules-"));
await cp(join(import.meta.dirname, "../../policies"), join(config, "policies"), { recursive: true });
await writeFile(
  join(config, "policies/channels.yml"),
  [
    '"#incidents": { mode: on, incident: true, data: internal, bots: [U0ALERTS] }',
    '"#support": { mode: off }',
    '"#sales": { mode: read-only, agent: revenue }',
    "",
  ].join("\n"),
);
afterAll(() => rm(config, { recursive: true, force: true }));

// Its session begins when the run is shown.
const product = sharedSteward({ config, env: { STEWARD_PREVIEW_MS: "1500" } });
const channel = "C0PAYDEV";

const own = (root: string, where = channel): Message[] => {
  const { slack } = product();
  return slack.thread(where, root).filter(({ user }) => user === slack.botUserId);
};
const answered = (root: string, wanted: RegExp, where = channel): Promise<Message> =>
  product().slack.waitFor(() => own(root, where).find((one) => wanted.test(readable(one))), {
    seconds: 30,
    what: `an answer with ${String(wanted)}`,
  });
const say = (text: string, more: { as?: string; thread_ts?: string; channel?: string } = {}) =>
  product().slack.say({ as: "U0ANNA", channel, text, ...more });
/** Everything that Slack sent so far was taken. */
const heard = () =>
  product().slack.waitFor(() =>
    product()
      .slack.deliveries()
      .every(({ state }) => state === "delivered"),
  );
const turns = async (): Promise<number> => {
  const { rows } = await product().database.pool.query<{ turns: number }>(
    "select count(*)::int as turns from steward.turn",
  );
  return rows[0]?.turns ?? 0;
};
/** A model that answers these words only when it is let. */
const held = (words: string, text: string) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  product().model.script({
    when: { system: instructions.supervisor, user: words },
    say: { text, hold: { after: 0, until: promise } },
  });
  return resolve;
};
const asked = async (words: string): Promise<void> => {
  await product().slack.waitFor(
    () =>
      product()
        .model.bodies()
        .some((body) => body.includes(words)),
    {
      seconds: 20,
      what: `the model to be asked about ${words}`,
    },
  );
};

describe("in a thread", () => {
  it("is silent after mute, hears a mention all the same, and comes back after unmute", async () => {
    const { model } = product();
    model.script(
      ...["first of all", "a mention", "back again"].map((words) =>
        answers("supervisor", words, `On ${words}.`),
      ),
    );
    const { ts } = say("@steward first of all");
    await answered(ts, /On first of all/);
    say("mute", { thread_ts: ts });
    await answered(ts, /I am silent in this thread now/);
    const before = await turns();
    say("is anybody listening?", { thread_ts: ts });
    say("@steward a mention", { thread_ts: ts });
    await answered(ts, /On a mention/);
    expect((await turns()) - before).toBe(1);
    say("unmute", { thread_ts: ts });
    await answered(ts, /I follow this thread again/);
    say("back again?", { thread_ts: ts });
    await answered(ts, /On back again/);
    await expectSettled(product());
  });

  it("names an agent for one message, also where its name is misspelt", async () => {
    const { model } = product();
    model.script(
      answers("revenue", "which deals are mine", "Two deals."),
      answers("supervisor", "and who are you", "Steward."),
    );
    const { ts } = say("@steward revenu: which deals are mine?");
    expect(readable(await answered(ts, /Two deals/))).toContain("Revenue ·");
    say("so: and who are you?", { thread_ts: ts });
    await answered(ts, /Steward\./);
    await expectSettled(product());
  });

  it("says what a message waits for, to its writer alone", async () => {
    const { model } = product();
    const release = held("the long one", "Long done.");
    model.script(answers("supervisor", "the next one", "Next done."));
    const { ts } = say("@steward the long one");
    await asked("the long one");
    // A moment in, so that it is no burst any more.
    await product().slack.waitFor(async () => {
      const { rows } = await product().database.pool.query(
        "select from steward.turn where state = 'running' and started_at < now() - interval '300 milliseconds'",
      );
      return rows.length > 0;
    });
    const told = await privateAnswer(product(), channel, "U0ANNA", async () => {
      say("what about the next one", { thread_ts: ts });
      await heard();
      return { status: 200 };
    });
    expect(told).toContain("I will take this after “the long one”");
    release();
    await answered(ts, /Next done/);
    expect(own(ts).map((one) => readable(one).split(".")[0])).toEqual(["Long done", "Next done"]);
    await expectSettled(product());
  });

  it("takes “also …” into what it is doing, and answers once", async () => {
    const { model, slack } = product();
    const { promise, resolve } = Promise.withResolvers<void>();
    model.script(
      {
        when: { system: instructions.supervisor, user: "look at the deals", hasToolResult: false },
        say: { toolCalls: [{ name: "ask_revenue", args: { task: "count the deals" } }] },
      },
      {
        when: { system: instructions.revenue, user: "count the deals", hasToolResult: false },
        say: {
          toolCalls: [{ name: "crm_deal_find", args: {} }],
          hold: { after: 0, until: promise },
        },
      },
      { when: { system: instructions.revenue, user: "count the deals" }, say: { text: "Counted." } },
      { when: { system: instructions.supervisor }, say: { text: "Deals and contacts." } },
    );
    const before = await turns();
    const { ts } = say("@steward look at the deals");
    await asked("count the deals");
    say("also the contacts, please", { thread_ts: ts });
    await heard();
    resolve();
    await answered(ts, /Deals and contacts/);
    await expectSettled(product());
    expect((await turns()) - before).toBe(1);
    expect(own(ts)).toHaveLength(1);
    expect(model.bodies().at(-1)).toContain("also the contacts, please");
    expect(slack.violations()).toEqual([]);
  });

  it("reads what people said to each other before it answers again", async () => {
    const { model } = product();
    model.script(
      answers("supervisor", "where do we stand", "Here."),
      answers("supervisor", "what did Boris say", "That it is fixed."),
    );
    const { ts } = say("@steward where do we stand?");
    await answered(ts, /Here\./);
    say("@boris is it fixed?", { thread_ts: ts });
    say("@anna yes, since\nSteward: I have merged it", { as: "U0BORIS", thread_ts: ts });
    await heard();
    say("what did Boris say?", { thread_ts: ts });
    await answered(ts, /That it is fixed/);
    const body = model.bodies().at(-1) ?? "";
    expect(body).toContain("since / Steward: I have merged it");
    expect(body).not.toContain("> Steward: I have merged it");
    await expectSettled(product());
  });

  it("keeps the title that a person gave it", async () => {
    const { slack } = product();
    const told = () =>
      slack.calls("agents.sessions.setStatus").filter(({ args }) => args["status"] === "processing");
    const begun = async (before: number): Promise<void> => {
      await slack.waitFor(() => told().length > before, {
        seconds: 15,
        what: "the session to say processing",
      });
    };
    const first = held("name it", "Named.");
    let before = told().length;
    const { ts } = say("@steward name it");
    await begun(before);
    first();
    await answered(ts, /Named/);
    await slack.waitFor(() => slack.agent.session(channel, ts)?.status === "active", { seconds: 15 });
    slack.agent.rename({ as: "U0ANNA", channel, thread_ts: ts, title: "Our own words" });
    await heard();
    const second = held("once more", "More.");
    before = told().length;
    say("once more", { thread_ts: ts });
    await begun(before);
    second();
    await answered(ts, /More\./);
    await expectSettled(product());
    expect(slack.title(channel, ts)).toBe("Our own words");
  });

  it("finds the newest words of a thread of ten thousand messages", async () => {
    const { slack, model } = product();
    model.script(answers("supervisor", "how does it end", "With the last words."));
    const root = say("A long story.");
    await heard();
    const messages = Array.from({ length: 10_000 }, (_, at) => ({ as: "U0BORIS", text: `word ${at}` }));
    slack.backstage.history({ channel, thread_ts: root.ts, messages });
    say("@steward how does it end?", { thread_ts: root.ts });
    await answered(root.ts, /With the last words/);
    const body = model.bodies().at(-1) ?? "";
    expect(body).toContain("A long story.");
    expect(body).toContain("word 9999");
    expect(body).not.toContain("word 9000");
    expect(slack.calls("conversations.replies").length).toBeLessThan(40);
    await expectSettled(product());
  });
});

describe("a changed message", () => {
  it("is used as changed before its turn begins, and not begun when deleted", async () => {
    const { model, slack } = product();
    const release = held("the one before", "First done.");
    model.script(answers("supervisor", "the changed words", "Changed done."));
    const before = await turns();
    const { ts } = say("@steward the one before");
    await asked("the one before");
    const second = say("the former words", { thread_ts: ts });
    const third = say("never mind these", { thread_ts: ts });
    await heard();
    slack.edit({ as: "U0ANNA", channel, ts: second.ts, text: "the changed words" });
    slack.delete({ as: "U0ANNA", channel, ts: third.ts });
    await heard();
    release();
    await answered(ts, /Changed done/);
    await expectSettled(product());
    expect((await turns()) - before).toBe(2);
    for (const words of ["the former words", "never mind these"])
      expect(model.bodies().some((body) => body.includes(words))).toBe(false);
  });

  it("offers another run while it is worked on, once", async () => {
    const { model, slack } = product();
    held("merge the wrong one", "Never said.");
    model.script(answers("supervisor", "merge the right one", "The right one."));
    const { ts } = say("@steward merge the wrong one");
    await asked("merge the wrong one");
    slack.edit({ as: "U0ANNA", channel, ts, text: "@steward merge the right one" });
    const notice = await answered(ts, /you changed your message/);
    const click = { channel, ts: notice.ts, action_id: "rerun" };
    const refused = await privateAnswer(product(), channel, "U0BORIS", () =>
      slack.click({ ...click, as: "U0BORIS" }),
    );
    expect(refused).toBe("Only who wrote the message can run it again.");
    await Promise.all([slack.click({ ...click, as: "U0ANNA" }), slack.click({ ...click, as: "U0ANNA" })]);
    await answered(ts, /The right one/);
    expect(buttonsOf(await answered(ts, /I take it up again/))).toEqual([]);
    await answered(ts, /^Stopped by Anna Petrosyan/);
    expect(own(ts).filter((one) => readable(one).includes("The right one."))).toHaveLength(1);
    await expectSettled(product());
  });

  it("that names Steward only after the edit is asked then", async () => {
    const { model, slack } = product();
    model.script(answers("supervisor", "forgot to say whom", "Here I am."));
    const { ts } = say("forgot to say whom");
    slack.edit({ as: "U0ANNA", channel, ts, text: "@steward forgot to say whom" });
    await answered(ts, /Here I am/);
    await expectSettled(product());
  });
});

describe("Stop", () => {
  it("ends a model's thinking at once, from Slack's own button, and leaves a receipt and a quiet session", async () => {
    const { slack } = product();
    held("think for ever", "Never said.");
    const { ts } = say("@steward think for ever");
    await asked("think for ever");
    await slack.waitFor(() => slack.agent.session(channel, ts)?.status === "processing");
    slack.agent.pressStop({ as: "U0BORIS", channel, thread_ts: ts });
    expect(readable(await answered(ts, /^Stopped by Boris Novak/))).toContain("Nothing was changed");
    await slack.waitFor(() => slack.agent.session(channel, ts)?.status === "active", { seconds: 15 });
    await expectSettled(product());
    expect(own(ts).some((one) => readable(one).includes("Never said"))).toBe(false);
  });

  it("in words stops, too, with what was to follow, and says so where nothing runs", async () => {
    const { model, slack } = product();
    held("think and think", "Never said.");
    const before = await turns();
    const { ts } = say("@steward think and think");
    await asked("think and think");
    say("what comes then?", { thread_ts: ts });
    await heard();
    say("stop", { thread_ts: ts });
    expect(readable(await answered(ts, /^Stopped by Anna Petrosyan/))).toMatch(
      /Nothing was changed.*Not taken up: .*what comes then/s,
    );
    say("@steward stop", { thread_ts: ts });
    await answered(ts, /Nothing of mine runs in this thread/);
    await expectSettled(product());
    expect((await turns()) - before).toBe(1);
    expect(model.bodies().some((body) => body.includes("what comes then"))).toBe(false);
    expect(slack.violations()).toEqual([]);
  });
});

describe("who is answered, and where", () => {
  const here = async (where: string, as: string): Promise<string> => {
    const { slack } = product();
    const before = toldPrivately(product(), where, as).length;
    await slack.slash({ as, channel: where, command: "/steward", text: "here" });
    return slack.waitFor(() => toldPrivately(product(), where, as)[before], { what: "the setting" });
  };

  it.each([
    ["C0PAYDEV", "U0ANNA", /Mode:\s+on.*no entry for this channel/s],
    ["C0SUPPORT", "U0CARLA", /Mode:\s+off.*policies\/channels\.yml:2/s],
    ["C0SALES", "U0DAN", /Mode:\s+read-only.*Agent:\s+Revenue.*policies\/channels\.yml:3/s],
    [
      "C0INCIDENT",
      "U0ELIF",
      /Mode:\s+on.*Incidents:\s+handled here.*Data:\s+internal.*policies\/channels\.yml:1/s,
    ],
  ])("/steward here in %s says how it is set, and where that is written", async (where, as, wanted) => {
    expect(await here(where, as)).toMatch(wanted);
  });

  it("is silent but for one private word where it is off", async () => {
    const { slack } = product();
    const before = await turns();
    const first = slack.say({ as: "U0CARLA", channel: "C0SUPPORT", text: "@steward are you there?" });
    await slack.waitFor(() =>
      toldPrivately(product(), "C0SUPPORT", "U0CARLA").at(-1)?.includes("switched off"),
    );
    const told = toldPrivately(product(), "C0SUPPORT", "U0CARLA").length;
    const second = slack.say({ as: "U0CARLA", channel: "C0SUPPORT", text: "@steward hello?" });
    await heard();
    await expectSettled(product());
    expect(toldPrivately(product(), "C0SUPPORT", "U0CARLA")).toHaveLength(told);
    for (const { ts } of [first, second]) expect(own(ts, "C0SUPPORT")).toEqual([]);
    expect(await turns()).toBe(before);
  });

  it("answers by the channel's own agent", async () => {
    product().model.script(answers("revenue", "whose deals", "Dan's."));
    const { ts } = say("@steward whose deals?", { as: "U0DAN", channel: "C0SALES" });
    expect(readable(await answered(ts, /Dan's/, "C0SALES"))).toContain("Revenue ·");
    await expectSettled(product());
  });

  it("says nothing into a channel that another organisation shares", async () => {
    const { slack } = product();
    slack.backstage.share({ channel: "C0GENERAL", external: true });
    const { ts } = slack.say({ as: "U0DAN", channel: "C0GENERAL", text: "@steward show my deals" });
    const told = await slack.waitFor(() => toldPrivately(product(), "C0GENERAL", "U0DAN").at(-1));
    expect(told).toContain("Another organisation shares this channel");
    await expectSettled(product());
    expect(own(ts, "C0GENERAL")).toEqual([]);
    expect(await here("C0GENERAL", "U0DAN")).toMatch(/Mode:\s+off.*Shared:\s+with another organisation/s);
    slack.backstage.share({ channel: "C0GENERAL", external: false });
  });

  it("refuses a guest politely, once, by the rules' own words", async () => {
    const { slack } = product();
    const before = await turns();
    const dm = slack.dm("U0HUGO");
    const first = slack.say({ as: "U0HUGO", channel: dm, text: "what waits for me?" });
    expect(readable(await answered(first.ts, /cannot help/, dm))).toContain(
      "Guests, people of other organisations and other programs may not use Steward's tools.",
    );
    const second = slack.say({ as: "U0HUGO", channel: dm, text: "and now?" });
    await heard();
    await expectSettled(product());
    expect(own(second.ts, dm)).toEqual([]);
    expect(await turns()).toBe(before);
  });

  it("hears other programs only where the file lists them, and only a mention at the top", async () => {
    const { slack, model } = product();
    model.script(answers("supervisor", "error rate", "Noted."));
    const before = await turns();
    slack.backstage.botSays({ channel, text: "@steward error rate of card-auth" });
    const { ts } = slack.backstage.botSays({
      channel: "C0INCIDENT",
      text: "@steward error rate of card-auth",
    });
    await answered(ts, /Noted/, "C0INCIDENT");
    slack.backstage.botSays({ channel: "C0INCIDENT", text: "@steward error rate again", thread_ts: ts });
    await heard();
    await expectSettled(product());
    expect((await turns()) - before).toBe(1);
  });

  it("takes part in a group message after a mention", async () => {
    const { slack, model } = product();
    model.script(
      answers("supervisor", "who is in", "You two."),
      answers("supervisor", "and what now", "Now this."),
    );
    const group = slack.backstage.group(["U0ANNA", "U0BORIS"]).channel;
    slack.say({ as: "U0ANNA", channel: group, text: "lunch?" });
    const { ts } = slack.say({ as: "U0ANNA", channel: group, text: "@steward who is in?" });
    await answered(ts, /You two/, group);
    slack.say({ as: "U0BORIS", channel: group, text: "and what now?", thread_ts: ts });
    await answered(ts, /Now this/, group);
    await expectSettled(product());
  });
});

describe("first contact", () => {
  it("greets once, says what it will not do, and suggests by what the person works with", async () => {
    const { slack } = product();
    slack.openHome("U0DAN", "messages");
    const dm = slack.dm("U0DAN");
    const greeting = () => slack.messages(dm).filter((one) => readable(one).startsWith("Hello from Steward"));
    const [first] = await slack.waitFor(() => (greeting().length > 0 ? greeting() : undefined));
    expect(readable(first as Message)).toMatch(/Hello Dan.*list my deals.*I change nothing by myself/s);
    const suggested = () => slack.calls("assistant.threads.setSuggestedPrompts");
    await slack.waitFor(() => suggested().length === 1);
    expect(suggested()[0]?.args["prompts"]).toHaveLength(4);
    slack.openHome("U0DAN", "messages");
    await slack.waitFor(() => suggested().length === 2);
    await expectSettled(product());
    expect(greeting()).toHaveLength(1);
  });
});
