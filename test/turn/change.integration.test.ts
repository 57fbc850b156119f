import { describe, expect, it, vi } from "vitest";
import { openAudit } from "../../src/audit/append.ts";
import { changeStore } from "../../src/store/changes.ts";
import type { Store } from "../../src/store/pool.ts";
import { createChanges } from "../../src/turn/change.ts";
import { freshDatabase } from "../support/database.ts";
import { anna, answer, ask, boris, openWorld, type World, type WorldOptions } from "./world.ts";

const patience = { timeout: 10_000 };
const item = "T1/C1/500.0";

const opened = async (script: WorldOptions["script"], more: Partial<WorldOptions> = {}) => {
  const store = await freshDatabase();
  const world = await openWorld({ store, script, ...more });
  return { store, world, ...changesOf(store, world) };
};
const changesOf = ({ transact }: Store, world: World) =>
  createChanges({ changes: changeStore, transact, audit: openAudit(transact) }, world.turns.stop);

/** A turn that runs until it is let go, and what it was asked. */
const holding = () => {
  const held = Promise.withResolvers<void>();
  const seen: string[] = [];
  return {
    seen,
    release: () => held.resolve(),
    script: {
      start: async (start: { request: { text: string } }) => {
        seen.push(start.request.text);
        if (seen.length === 1) await held.promise;
        return answer(`about ${start.request.text}`);
      },
    } as WorldOptions["script"],
  };
};

/** The nth edit, by its event and by its time. */
const at = (nth: number) => ({ id: `Ev${nth}`, editedAt: `170000000${nth}.000000/170000000${nth}.000100` });

describe("an edited message", () => {
  it("keeps the newest words, in whatever order its edits arrive", async () => {
    const seen: string[] = [];
    const { world, editMessage } = await opened({
      start: (start) => {
        seen.push(start.request.text);
        return Promise.resolve(answer("ok"));
      },
    });
    await world.intake.accept(ask("merge !1", { id: item }));
    expect(await editMessage({ ...at(2), item, text: "merge !3" })).toBe("used");
    expect(await editMessage({ ...at(1), item, text: "merge !2" })).toBe("over");
    await world.work();
    // Asked only by its second edit, which names Steward; the first one comes late.
    const late = ask("close !2", { id: "T1/C1/502.0" });
    await world.intake.accept({ ...late, editedAt: at(4).editedAt } as typeof late);
    expect(await editMessage({ ...at(3), item: late.id, text: "close !1" })).toBe("over");
    await world.work();
    expect(seen).toEqual(["merge !3", "close !2"]);
  });

  it("is used as it is now when its turn has not begun, also by a run that has just read it", async () => {
    const seen: string[] = [];
    const { world, editMessage, store } = await opened({
      start: (start) => {
        seen.push(start.request.text);
        return Promise.resolve(answer("ok"));
      },
    });
    await world.intake.accept(ask("merge !1", { id: item }));
    expect(await editMessage({ ...at(1), item, text: "merge !2" })).toBe("used");
    // The same event again, with what somebody else makes of it: decided once.
    expect(await editMessage({ ...at(1), item, text: "merge !3" })).toBe("over");
    await world.work();
    expect(seen).toEqual(["merge !2"]);

    // Reworded between a run's look and its claim: no turn of the old words.
    const other = "T1/C1/501.0";
    await world.intake.accept(ask("close !1", { id: other }));
    const racing = await openWorld({
      store,
      script: { start: (start) => Promise.resolve(answer(start.request.text)) },
      worker: "w2",
      parts: {
        admit: async () => {
          await editMessage({ ...at(2), item: other, text: "close !2" });
          return { kind: "in" };
        },
      },
    });
    await racing.work();
    expect(await racing.states()).toEqual(["done"]);
    await world.work();
    expect(seen).toEqual(["merge !2", "close !2"]);
  });

  it("offers another run while the turn goes on, once pressed by its writer alone, with the newest words", async () => {
    const { seen, release, script } = holding();
    const { world, store, editMessage, runAgain } = await opened(script);
    await world.intake.accept(ask("merge !1", { id: item }));
    const working = world.work();
    await vi.waitFor(() => expect(seen).toHaveLength(1), patience);
    expect(await editMessage({ ...at(2), item, text: "merge !22" })).toBe("offered");
    // Made before, delivered after.
    expect(await editMessage({ ...at(1), item, text: "merge !2" })).toBe("over");
    expect(await world.told()).toEqual(["edited"]);
    await store.pool.query(`update steward.outbox set state = 'sent', posted_channel = 'C1', ts = '9.9'`);
    const on = { channel: "C1", ts: "9.9" };
    expect((await runAgain(item, boris, on)).text).toMatch(/Only who wrote/);
    expect((await runAgain(item, anna, { channel: "C1", ts: "1.1" })).text).toMatch(/only on the message/);
    await Promise.all([runAgain(item, anna, on), runAgain(item, anna, on)]);
    release();
    await working;
    await world.work();
    expect(seen).toEqual(["merge !1", "merge !22"]);
    expect(await world.states()).toEqual(["stopped", "done"]);
    expect((await runAgain(item, anna, on)).text).toMatch(/again already/);
  });

  it("is nothing once the turn has ended, and is told apart from what was never asked", async () => {
    const { world, editMessage } = await opened({ start: () => Promise.resolve(answer("ok")) });
    await world.intake.accept(ask("merge !1", { id: item }));
    await world.work();
    expect(await editMessage({ ...at(1), item, text: "merge !2" })).toBe("over");
    expect(await editMessage({ ...at(2), item: "T1/C1/999.0", text: "merge !2" })).toBe("absent");
    expect(await world.told()).toEqual(["ok"]);
  });
});

describe("a deleted message", () => {
  it("is not begun when it has not begun, and changes nothing later", async () => {
    const { seen, release, script } = holding();
    const { world, deleteMessage } = await opened(script);
    await world.intake.accept(ask("first"));
    const working = world.work();
    await vi.waitFor(() => expect(seen).toEqual(["first"]), patience);
    await world.intake.accept(ask("second", { id: item }));
    expect(await deleteMessage(item)).toBe("cancelled");
    expect(await deleteMessage(item)).toBe("over");
    release();
    await working;
    expect(seen).toEqual(["first"]);
    expect(await world.rows(`select kind from steward.audit where kind = 'inbox.deleted'`)).toHaveLength(1);
  });
});

describe("mute in words", () => {
  it("silences the thread once, and says so", async () => {
    const { world, muteThread } = await opened({ start: () => Promise.resolve(answer("ok")) });
    const conversation = ask("x").conversation;
    const order = { conversation, by: anna };
    await muteThread({ ...order, id: "m1", muted: true });
    await muteThread({ ...order, id: "m1", muted: true });
    expect(await world.rows(`select muted from steward.conversation`)).toEqual([{ muted: true }]);
    expect(await world.told()).toEqual([expect.stringMatching(/^I am silent/)]);
    await muteThread({ ...order, id: "m2", muted: false });
    expect(await world.rows(`select muted from steward.conversation`)).toEqual([{ muted: false }]);
  });

  it.each([
    ["a guest", { guest: true }, /^Guests and people of other/],
    ["an outsider", { external: true }, /^Guests and people of other/],
    ["who could not be looked up", { active: false }, /^I could not look up/],
  ])("silences no thread of others for %s; one that is theirs alone it does", async (_, how, said) => {
    const { world, muteThread } = await opened({ start: () => Promise.resolve(answer("ok")) });
    const muted = () => world.rows(`select muted from steward.conversation`);
    const order = { conversation: ask("x").conversation, by: { ...boris, ...how } };
    await muteThread({ ...order, id: "m1", muted: true });
    expect((await world.told()).at(-1)).toMatch(said);
    await world.intake.accept(ask("mine", { user: "UBORIS" }));
    await world.work();
    await muteThread({ ...order, id: "m2", muted: true });
    expect(await muted()).toEqual([{ muted: true }]);
    await world.intake.accept(ask("and mine"));
    await muteThread({ ...order, id: "m3", muted: false });
    expect(await muted()).toEqual([{ muted: true }]);
    await world.work();
    await muteThread({ ...order, id: "m4", muted: false });
    expect(await muted()).toEqual([{ muted: true }]);
    expect((await world.told()).at(-1)).toMatch(said);
    const direct = { ...order.conversation, kind: "dm" as const };
    await muteThread({ ...order, conversation: direct, id: "m5", muted: false });
    expect(await muted()).toEqual([{ muted: false }]);
  });
});

describe("steering", () => {
  const steered = async (said: { text: string; user?: string }[]) => {
    const taken: string[][] = [];
    const requests: string[] = [];
    const { world } = await opened({
      start: async (start) => {
        requests.push(start.request.text);
        if (requests.length === 1) {
          for (const { text, user } of said)
            await world.intake.accept(ask(text, user === undefined ? {} : { user }));
          taken.push((await start.steering?.()) ?? []);
        }
        return answer("ok");
      },
    });
    await world.intake.accept(ask("read !1"));
    await world.work();
    return { taken, requests, world };
  };

  it("takes what the same person adds into the turn, stored, and leaves nothing of it behind", async () => {
    const { taken, requests, world } = await steered([{ text: "also !2" }, { text: "and !3, please" }]);
    expect(taken).toEqual([["also !2", "and !3, please"]]);
    expect(requests).toEqual(["read !1"]);
    expect(await world.rows(`select request::json ->> 'text' as text from steward.turn`)).toEqual([
      { text: "read !1\nalso !2\nand !3, please" },
    ]);
    expect(await world.states()).toEqual(["done"]);
  });

  it.each([
    ["something new", [{ text: "what is Globex worth?" }], ["what is Globex worth?"]],
    ["somebody else's words", [{ text: "also !2", user: "UBORIS" }], ["also !2"]],
    ["what stands behind them", [{ text: "who?", user: "UBORIS" }, { text: "also !2" }], ["who?", "also !2"]],
  ])("leaves %s to a turn of its own", async (_, said, later) => {
    const { taken, requests } = await steered(said);
    expect(taken).toEqual([[]]);
    expect(requests).toEqual(["read !1", ...later]);
  });

  it("is not lost when the run that took it in dies: the next one is asked the whole", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          await world.intake.accept(ask("also !2"));
          await start.steering?.();
          throw new Error("the process ends here");
        },
      },
    });
    await world.intake.accept(ask("read !1"));
    await world.work();
    await store.pool.query(`update steward.turn set retry_at = null`);
    const requests: string[] = [];
    const next = await openWorld({
      store,
      script: {
        start: (start) => {
          requests.push(start.request.text);
          return Promise.resolve(answer("ok"));
        },
      },
    });
    await next.work();
    expect(requests).toEqual(["read !1\nalso !2"]);
    expect(await next.states()).toEqual(["done"]);
  });
});

describe("who is let in", () => {
  it("refuses politely, once a day, alone, and starts nothing", async () => {
    const text = "I am switched off in this channel (policies/channels.yml:2).";
    const { world, store } = await opened(
      { start: () => Promise.reject(new Error("never")) },
      { parts: { admit: () => Promise.resolve({ kind: "out", what: "off:C1", text }) } },
    );
    await world.intake.accept(ask("hello"));
    await world.intake.accept(ask("hello?"));
    await world.work();
    expect(world.whispered).toEqual([`UANNA: ${text}`]);
    expect(await world.states()).toEqual([]);
    expect(await world.told()).toEqual([]);
    expect(await world.rows(`select from steward.inbox where done_at is null`)).toEqual([]);
    await store.pool.query(`update steward.told set at = now() - interval '25 hours'`);
    await world.intake.accept(ask("and today?"));
    await world.work();
    expect(world.whispered).toHaveLength(2);
  });

  it("a thread keeps the agent that its channel had at first; a message may name another for itself", async () => {
    const agents: (string | undefined)[] = [];
    let channelAgent: string | undefined = "operations";
    const { world } = await opened(
      {
        start: (start) => {
          agents.push(start.agent);
          return Promise.resolve(answer("ok"));
        },
      },
      {
        parts: {
          admit: () =>
            Promise.resolve({ kind: "in", ...(channelAgent !== undefined && { agent: channelAgent }) }),
        },
      },
    );
    const say = async (text: string, agent?: string): Promise<void> => {
      await world.intake.accept({ ...ask(text), ...(agent !== undefined && { agent }) } as ReturnType<
        typeof ask
      >);
      await world.work();
    };
    await say("first");
    channelAgent = "engineering";
    await say("second");
    await say("third", "revenue");
    channelAgent = undefined;
    await say("fourth");
    expect(agents).toEqual(["operations", "operations", "revenue", "operations"]);
  });
});
