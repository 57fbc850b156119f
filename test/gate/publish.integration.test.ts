import { describe, expect, it } from "vitest";
import { ask, people, world } from "./world.ts";

const keys = (rows: { key: string; channel: string }[]) =>
  rows.map(({ key, channel }) => `${key.split(":")[0]} ${channel}`);

describe("publishing what a turn planned", () => {
  it("R4 nothing is visible or clickable before its transaction, all of it after", async () => {
    const w = await world();
    const run = await w.startTurn();
    const { action } = await w.propose(run);
    const early = await w.decisions.decide({
      ...{ kind: "approve", action, clicker: people.boris },
      message: { shownTo: people.boris.user },
    });
    expect(early.kind).toBe("closed");

    const plan = await w.turns.preparePublish(run.turn, run.conversation);
    await expect(
      w.db.transact(async (tx) => {
        await w.turns.publish(tx, plan);
        throw new Error("killed before the commit");
      }),
    ).rejects.toThrow("killed");
    expect(await w.posts()).toEqual([]);
    expect(await w.stateOf(action)).toBe("planned");

    expect(await w.publish(run)).toEqual({ open: 1 });
    expect(await w.stateOf(action)).toBe("waiting");
    expect(keys(await w.posts())).toEqual(["card C1"]);
    expect(await w.jobs("act")).toEqual([]);
  });

  it("R4 what nobody has to be asked about starts, with its card", async () => {
    const w = await world({ decide: () => ({ kind: "allow", policies: [] }) });
    const run = await w.startTurn();
    const { action } = await w.propose(run, { risk: "R1" });
    await w.publish(run);
    expect(await w.stateOf(action)).toBe("approved");
    expect(await w.jobs("act")).toEqual([{ key: action, queue_name: `act:${run.turn}` }]);
    expect(keys(await w.posts())).toEqual(["card C1"]);
  });

  it("takes a click on a button that showed the exact call as the requester's vote, for R1 alone", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("requester")] }) });
    const run = await w.startTurn();
    const mine = await w.propose(run, { risk: "R1" }, true);
    const shared = await w.propose(run, { risk: "R2", value: "2" }, true);
    await w.publish(run);
    expect(await w.stateOf(mine.action)).toBe("approved");
    expect(await w.ledger.votes.of(mine.action)).toMatchObject([
      { verdict: "approve", voter: { user: "UANNA" } },
    ]);
    expect(await w.stateOf(shared.action)).toBe("waiting");
  });

  it("R1 what is planned when a run starts is an orphan, and may be proposed anew", async () => {
    const w = await world();
    const run = await w.startTurn();
    const { action } = await w.propose(run);
    await w.db.transact((tx) => w.turns.supersedePlanned(tx, run.turn));
    expect(await w.stateOf(action)).toBe("superseded");
    const again = await w.propose(run);
    expect(again.action).not.toBe(action);
    expect(await w.publish(run)).toEqual({ open: 1 });
    expect(await w.stateOf(action)).toBe("superseded");
  });

  it("puts the card where somebody who may approve is", async () => {
    const w = await world();
    w.present.delete(people.boris.user);
    const run = await w.startTurn();
    await w.propose(run);
    await w.publish(run);
    const rows = await w.posts();
    expect(keys(rows)).toEqual(["card UBORIS", "card UELIF", "asked C1"]);
    expect(rows[2]?.view).toContain("Boris Sokolov and Elif Demir were asked by direct message");
  });

  it("says in the thread when nobody may approve", async () => {
    const w = await world();
    w.members["payments-leads"] = [people.anna, people.hugo];
    const run = await w.startTurn();
    await w.propose(run);
    await w.publish(run);
    const rows = await w.posts();
    expect(keys(rows)).toEqual(["card C1", "asked C1"]);
    expect(rows[1]?.view).toContain("Nobody else of payments-leads");
  });

  it("R9 Stop cancels what was not sent, and names what is being sent", async () => {
    const w = await world();
    const { run, action } = await w.approved();
    const other = await w.waiting({ item: "b" });
    await w.db.pool.query(`update steward.action set turn = $2 where id = $1`, [other.action, run.turn]);
    const sending = Promise.withResolvers<void>();
    w.boxes.onSend = async () => {
      await sending.promise;
      return { text: "Done.", sources: [], untrusted: [] };
    };
    const acting = w.executor.act(action);
    await expect.poll(() => w.boxes.sent.length).toBe(1);

    const stopped = await w.db.transact(async (tx) => {
      await tx.query(`update steward.turn set state = 'stopped', token = null where id = $1`, [run.turn]);
      return w.turns.cancelOpen(tx, run.turn, "mail:anna@example.com");
    });
    expect(stopped.cancelled.map(({ id }) => id)).toEqual([other.action]);
    expect(stopped.running.map(({ id }) => id)).toEqual([action]);
    sending.resolve();
    await acting;
    expect(await w.stateOf(action)).toBe("succeeded");
    // A stopped turn is woken by nothing; its receipt says the outcome, and nothing is posted beside it.
    expect(await w.turnOf(run.turn)).toEqual({ state: "stopped", wake: false });
    expect((await w.posts()).map(({ key }) => key)).not.toContain(`outcome:${action}`);
    expect(await w.stateOf(other.action)).toBe("cancelled");
    expect((await w.click(other.action, people.boris)).kind).toBe("closed");
  });
});
