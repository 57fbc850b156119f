import { describe, expect, it } from "vitest";
import type { AgentOutcome, TurnStart } from "../../src/agent/types.ts";
import type { Question } from "../../src/core/question.ts";
import { freshDatabase } from "../support/database.ts";
import { anna, answer, ask, boris, openWorld } from "./world.ts";

const here = { channel: "C1", ts: "55.5" };
const which: Question = {
  text: "Which deal?",
  choices: [
    { label: "Globex Renewal", value: "9120" },
    { label: "Globex Expansion", value: "9121" },
  ],
  call: { tool: "crm_deal_update", args: { stage: "Negotiation" }, missing: ["deal"] },
};

/** A question that stands in Slack, in a world that remembers how its turns were started. */
const asked = async (question: Question = which) => {
  const store = await freshDatabase();
  const starts: TurnStart[] = [];
  const first: AgentOutcome = { ...answer(question.text), kind: "answer", question } as AgentOutcome;
  const world = await openWorld({
    store,
    script: {
      start: (start) => {
        starts.push(start);
        return Promise.resolve(starts.length === 1 ? first : answer("ok"));
      },
    },
  });
  await world.intake.accept(ask("move globex to negotiation"));
  await world.work();
  await store.pool.query(`update steward.outbox set state = 'sent', posted_channel = 'C1', ts = '55.5'`);
  const [row] = await world.rows<{ id: string }>(`select id from steward.question`);
  const kinds = async () =>
    (
      await world.rows<{ kind: string }>(
        `select kind from steward.audit where kind like 'question.%' order by id`,
      )
    ).map(({ kind }) => kind);
  const answers = () => world.rows(`select answered_by, answer from steward.question`);
  return { store, world, starts, id: row?.id ?? "", kinds, answers };
};

describe("a choice", () => {
  it("completes the call that waited, once, for the person who was asked", async () => {
    const { world, starts, id, kinds, answers } = await asked();
    const told = await Promise.all([1, 2].map(() => world.turns.answerQuestion(id, 0, anna, here)));
    expect(told.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect(told.find(({ fresh }) => !fresh)?.text).toBe("Already answered by Anna: Globex Renewal");
    await world.work();
    expect(starts.map(({ request }) => request).slice(1)).toEqual([
      {
        kind: "call",
        tool: "crm_deal_update",
        args: { stage: "Negotiation", deal: "9120" },
        text: "move globex to negotiation\nGlobex Renewal",
        confirmed: false,
      },
    ]);
    expect(starts[1]?.origin).toBe("chat");
    expect(await kinds()).toEqual(["question.asked", "question.answered", "question.refused"]);
    expect(await answers()).toEqual([{ answered_by: "Anna", answer: "Globex Renewal" }]);
    expect(await world.rows(`select from steward.outbox where kind = 'update'`)).toHaveLength(1);
  });

  it("continues the request in words where no call waits", async () => {
    const { world, starts, id } = await asked({ text: "Which one?", choices: [{ label: "The first" }] });
    await world.turns.answerQuestion(id, 0, anna, here);
    await world.work();
    expect(starts[1]?.request).toEqual({
      kind: "ask",
      text: "move globex to negotiation\nYou asked: Which one?\nMy answer: The first",
    });
  });

  it.each([
    ["somebody else", boris, here, /Only the person who asked/],
    ["a copied message", anna, { channel: "C1", ts: "66.6" }, /works only on the message/],
  ])("counts for nothing from %s", async (_, person, message, words) => {
    const { world, id, kinds } = await asked();
    expect(await world.turns.answerQuestion(id, 0, person, message)).toMatchObject({ fresh: false });
    expect((await world.turns.answerQuestion(id, 0, person, message)).text).toMatch(words);
    expect(await world.rows(`select from steward.inbox where done_at is null`)).toEqual([]);
    expect(await kinds()).toContain("question.refused");
  });

  it("is told that an expired question takes none, and that a strange one is unknown", async () => {
    const { store, world, id } = await asked();
    await store.pool.query(`update steward.question set expires_at = now()`);
    expect((await world.turns.answerQuestion(id, 0, anna, here)).text).toMatch(/expired/);
    expect((await world.turns.answerQuestion("no uuid", 0, anna, here)).text).toMatch(/not known/);
    expect((await world.turns.answerQuestion(id, 7, anna, here)).fresh).toBe(false);
  });
});

describe("words", () => {
  it("of the person who was asked use the question up and bring it along", async () => {
    const { world, starts, id, answers } = await asked();
    await world.intake.accept(ask("the renewal"));
    await world.work();
    expect(starts[1]?.request).toEqual({ kind: "ask", text: "the renewal", answering: which });
    expect(await answers()).toEqual([{ answered_by: "Anna", answer: "answered in words" }]);
    expect((await world.turns.answerQuestion(id, 0, anna, here)).text).toMatch(/Already answered/);
    // Memory has the choices, so that "the second one" can be understood; and is rebuilt to the same.
    const remembered = starts[1]?.recollection.recent[0]?.answer;
    expect(remembered).toBe("Which deal?\n\nChoices: Globex Renewal; Globex Expansion");
    await world.memory.forget("T1/C1/1.0");
    await world.intake.accept(ask("and then?"));
    await world.work();
    expect(starts[2]?.recollection.recent[0]?.answer).toBe(remembered);
    expect(starts[2]?.request).toEqual({ kind: "ask", text: "and then?" });
  });

  it("of somebody else leave it open", async () => {
    const { world, starts, answers } = await asked();
    await world.intake.accept(ask("what is this?", { user: "UBORIS" }));
    await world.work();
    expect(starts[1]?.request).toEqual({ kind: "ask", text: "what is this?" });
    expect(await answers()).toEqual([{ answered_by: null, answer: null }]);
  });

  it("of a burst keep the question with them", async () => {
    const { world, starts } = await asked();
    await world.intake.accept(ask("the renewal"));
    await world.intake.accept(ask("please"));
    await world.work();
    expect(starts[1]?.request).toEqual({ kind: "ask", text: "the renewal\nplease", answering: which });
  });
});

describe("a form", () => {
  const form = { id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", person: { workspace: "T1", user: "UANNA" } };
  const conversation = {
    ...{ key: "T1/C1/1.0", workspace: "T1", channel: "C1", threadTs: "1.0", kind: "channel" as const },
  };
  const call = {
    ...{ conversation, tool: "crm_deal_update", text: "Change a deal: Globex" },
    args: { deal: "9120", stage: "Negotiation" },
  };

  it("is taken once, as the confirmed request of who filled it in, and answers its question", async () => {
    const { world, starts, id, answers } = await asked();
    const found = await world.turns.questionForForm(id, anna, here);
    expect(found).toEqual({ call: which.call, conversation });
    await world.turns.forms.add({
      ...form,
      purpose: {
        kind: "call",
        tool: call.tool,
        args: { stage: "Negotiation" },
        conversation,
        question: id,
        offer: null,
      },
    });
    expect(await world.turns.forms.submit(form.id, boris, call)).toBe("not_yours");
    const both = await Promise.all([1, 2].map(() => world.turns.forms.submit(form.id, anna, call)));
    expect(both.toSorted()).toEqual(["stored", "used"]);
    await world.work();
    expect(starts[1]?.request).toEqual({
      ...{ kind: "call", tool: call.tool, args: call.args, text: call.text, confirmed: true },
    });
    expect(await answers()).toEqual([{ answered_by: "Anna", answer: "filled in a form" }]);
  });

  it("that is too old, or whose question was answered otherwise, is not taken", async () => {
    const { store, world, id } = await asked();
    const purpose = { kind: "call" as const, tool: "t", args: {}, conversation, question: id, offer: null };
    await world.turns.forms.add({ ...form, purpose });
    await world.turns.answerQuestion(id, 0, anna, here);
    expect(await world.turns.forms.submit(form.id, anna, call)).toBe("answered");
    await store.pool.query(`update steward.form set expires_at = now()`);
    expect(await world.turns.forms.submit(form.id, anna, call)).toBe("expired");
    expect(await world.turns.forms.submit("none", anna, call)).toBe("expired");
    expect(await world.turns.questionForForm(id, boris, here)).toMatchObject({
      refused: expect.stringMatching(/Only the person/) as string,
    });
  });
});
