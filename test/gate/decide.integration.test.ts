import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ask, people, world } from "./world.ts";

const { anna, boris, carla, elif, grace, hugo } = people;

describe("deciding a click (R6)", () => {
  it("R6 counts the right person's approval: state, job, card and audit in one transaction", async () => {
    const w = await world();
    const { run, action } = await w.waiting();
    expect(await w.click(action, boris)).toMatchObject({ kind: "decided", state: "approved" });
    expect(await w.stateOf(action)).toBe("approved");
    expect(await w.jobs("act")).toEqual([{ key: action, queue_name: `act:${run.turn}` }]);
    expect((await w.posts()).filter(({ kind }) => kind === "update")).toHaveLength(1);
    expect(await w.auditKinds(action)).toEqual([
      "action.proposed",
      "action.asked",
      "vote.counted",
      "action.approved",
    ]);
    expect(w.crashed).toContain("decided");
  });

  it("R12 leaves nothing when an audit row cannot be written, and says so", async () => {
    const w = await world();
    const { action } = await w.waiting();
    w.audit.broken = "action.approved";
    expect(await w.click(action, boris)).toMatchObject({ kind: "not_recorded" });
    expect(await w.stateOf(action)).toBe("waiting");
    expect(await w.ledger.votes.of(action)).toEqual([]);
    expect(await w.jobs("act")).toEqual([]);
  });

  it("R6 refuses the requester, strangers, guests and the unknown, privately, with who may; each is audited", async () => {
    const w = await world();
    const { action } = await w.waiting();
    expect((await w.click(action, anna)).text).toMatch(
      /asked for this yourself.*Boris Sokolov and Elif Demir/,
    );
    expect((await w.click(action, carla)).text).toMatch(/not yours.*payments-leads/);
    w.members["payments-leads"]?.push(hugo);
    expect((await w.click(action, hugo)).kind).toBe("not_eligible");
    expect((await w.click(action, { ...boris, user: "UNOBODY" })).kind).toBe("not_eligible");
    w.directory.set(boris.user, { ...boris, active: false });
    expect((await w.click(action, boris)).kind).toBe("not_eligible");
    expect(await w.ledger.votes.of(action)).toEqual([]);
    expect((await w.refusals()).map(({ fields }) => fields.answer)).toEqual(Array(5).fill("not_eligible"));
  });

  it("lets the requester alone confirm what asks the requester", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("requester")] }) });
    const { action } = await w.waiting({ risk: "R1" });
    expect((await w.click(action, boris)).text).toContain("Anna Petrosyan, who asked for it, confirms it");
    expect((await w.click(action, anna)).kind).toBe("decided");
  });

  it("rule 5: heeds what the rules say of approving", async () => {
    const w = await world();
    const { action } = await w.waiting();
    w.rules.mayApprove = (voter) => voter.user !== boris.user;
    expect((await w.click(action, boris)).kind).toBe("not_eligible");
    expect((await w.click(action, elif)).kind).toBe("decided");
  });

  it("R6 believes only its own posts: forged and copied cards decide nothing", async () => {
    const w = await world();
    const { action } = await w.waiting();
    const forged = [
      { action, message: { channel: "C1", ts: "ts-99" } },
      { action, message: { channel: "C9", ts: "ts-1" } },
      { action, message: { shownTo: anna.user } },
      { action: randomUUID(), message: await w.messageOf(action) },
      { action: "'; drop table action", message: await w.messageOf(action) },
    ];
    for (const click of forged) {
      expect(await w.decisions.decide({ kind: "approve", clicker: boris, ...click })).toMatchObject({
        kind: "forged",
      });
    }
    expect(await w.stateOf(action)).toBe("waiting");
    expect(await w.refusals()).toHaveLength(5);
    const listed = { kind: "approve" as const, action, clicker: boris, message: { shownTo: boris.user } };
    expect((await w.decisions.decide(listed)).kind).toBe("decided");
  });

  it("waits for a post that is in flight", async () => {
    const w = await world();
    const run = await w.startTurn();
    const { action } = await w.propose(run);
    await w.publish(run);
    const deciding = w.decisions.decide({
      ...{ kind: "approve", action, clicker: boris },
      message: { channel: "C1", ts: "ts-1" },
    });
    await w.post();
    expect((await deciding).kind).toBe("decided");
  });

  it("R6 counts one person once, also twice at the same moment", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("payments-leads", { count: 2 })] }) });
    const { action } = await w.waiting();
    const answers = await Promise.all([w.click(action, boris), w.click(action, boris)]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(["already", "counted"]);
    expect(await w.stateOf(action)).toBe("waiting");
    // Another account of the same mailbox is the same person.
    const second = { ...boris, user: "UBORIS2" };
    w.directory.set("UBORIS2", second);
    w.members["payments-leads"]?.push(second);
    expect((await w.click(action, second)).kind).toBe("already");
    expect((await w.click(action, elif)).kind).toBe("decided");
  });

  it("rule 4: one person counts for one ask only", async () => {
    const asks = [ask("payments-leads"), ask("sales-leads")];
    const w = await world({ decide: () => ({ kind: "ask", asks }) });
    const { action } = await w.waiting();
    expect(await w.click(action, boris)).toMatchObject({ kind: "counted" });
    // Boris sits where he leaves room for Grace, who leads sales alone.
    expect(await w.click(action, grace)).toMatchObject({ kind: "decided" });
  });

  it("R6 ends with one rejection, and the turn goes on with it", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("payments-leads", { count: 2 })] }) });
    const { run, action } = await w.waiting();
    expect((await w.click(action, boris)).kind).toBe("counted");
    expect(await w.click(action, elif, "reject", { reason: "not today" })).toMatchObject({
      state: "rejected",
    });
    expect(await w.turnOf(run.turn)).toEqual({ state: "waiting", wake: true });
    expect(await w.jobs("converse")).toHaveLength(1);
    expect((await w.click(action, boris)).text).toContain("rejected already");
    expect((await w.newest(action)).outcome?.text).toContain("not today");
  });

  it("lets an approver think again before the decision, and the requester withdraw", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("payments-leads", { count: 2 })] }) });
    const { action } = await w.waiting();
    await w.click(action, boris);
    expect((await w.click(action, boris, "reject")).state).toBe("rejected");
    const other = await w.waiting({ item: "b" });
    expect((await w.click(other.action, carla, "reject")).kind).toBe("not_eligible");
    expect((await w.click(other.action, anna, "reject")).state).toBe("rejected");
  });

  it("R6 approve against reject in the same moment: one result, both answered", async () => {
    const w = await world();
    const { action } = await w.waiting();
    const answers = await Promise.all([w.click(action, boris), w.click(action, elif, "reject")]);
    expect(answers.filter(({ kind }) => kind === "decided")).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === "closed")).toHaveLength(1);
    expect(["approved", "rejected"]).toContain(await w.stateOf(action));
  });

  it("wants the reason that a rule wants", async () => {
    const w = await world({
      decide: () => ({ kind: "ask", asks: [ask("payments-leads", { reason: true })] }),
    });
    const { action } = await w.waiting();
    expect((await w.click(action, boris)).text).toContain("wants a reason");
    expect((await w.click(action, boris, "approve", { reason: "reviewed" })).kind).toBe("decided");
  });

  it("refuses what has expired, by the database's clock, before and after the sweep", async () => {
    const w = await world();
    const { action } = await w.waiting();
    await w.db.pool.query(`update steward.action set expires_at = now() - interval '1 second'`);
    expect((await w.click(action, boris)).kind).toBe("expired");
    expect(await w.stateOf(action)).toBe("waiting");
    await w.sweep.sweep();
    expect(await w.stateOf(action)).toBe("expired");
    expect((await w.click(action, boris)).kind).toBe("expired");
  });

  it("R6 refuses what expires between the look and the transaction", async () => {
    const w = await world();
    const { action } = await w.waiting();
    w.boxes.onVersion = async () => {
      await w.db.pool.query(`update steward.action set expires_at = now() - interval '1 second'`);
      return "v1";
    };
    expect((await w.click(action, boris)).kind).toBe("expired");
    expect(await w.ledger.votes.of(action)).toEqual([]);
  });

  it("says that nothing was recorded when people cannot be looked up", async () => {
    const w = await world();
    const { action } = await w.waiting();
    w.directory.get = () => {
      throw new Error("Slack is away");
    };
    expect((await w.click(action, boris)).kind).toBe("not_recorded");
    expect(await w.ledger.votes.of(action)).toEqual([]);
  });
});

describe("the target's version at the click", () => {
  it("R6 moved: no vote; the card is made anew with its own digest, and votes before are void", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("payments-leads", { count: 2 })] }) });
    const { run, action } = await w.waiting();
    await w.click(action, elif);
    w.boxes.versions.set("a", "v2");
    const answer = await w.click(action, boris);
    expect(answer.kind).toBe("moved");
    expect(answer.text).toContain("Version: v1 → v2");

    const next = await w.newest(action);
    expect(next).toMatchObject({ state: "waiting", card: action, targetVersion: "v2" });
    expect(next.digest).not.toBe((await w.ledger.actions.get(action))?.digest);
    expect(await w.stateOf(action)).toBe("superseded");
    expect(await w.turnOf(run.turn)).toEqual({ state: "waiting", wake: false });
    expect(await w.decisions.card(action)).toMatchObject({
      asks: [{ have: 0, count: 2 }],
      refreshedFrom: { targetVersion: "v1" },
      words: "Set it, please",
    });
    // The old button is the old request: it decides nothing any more.
    expect((await w.click(action, boris)).kind).toBe("moved");
    await w.click(next.id, boris);
    expect((await w.click(next.id, elif)).kind).toBe("decided");
  });

  it("not readable in time: the vote counts, and the executor reads again", async () => {
    const w = await world();
    const { action } = await w.waiting();
    w.boxes.onVersion = () => new Promise(() => {});
    expect((await w.click(action, boris)).kind).toBe("decided");
    w.boxes.onVersion = async () => "v2";
    w.boxes.versions.set("a", "v2");
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({ state: "waiting", targetVersion: "v2" });
  });

  it("moved, and slow to be read anew: the clicker is answered, the card follows when it can", async () => {
    const w = await world();
    const { action } = await w.waiting();
    w.boxes.versions.set("a", "v2");
    const { resolve } = w.tools.write;
    const slow = Promise.withResolvers<void>();
    w.tools.write.resolve = async (...given) => {
      await slow.promise;
      return resolve(...given);
    };
    const answer = await w.click(action, boris);
    expect(answer).toMatchObject({ kind: "moved", text: expect.stringContaining("nothing was recorded") });
    expect(await w.stateOf(action)).toBe("waiting");
    expect((await w.refusals()).map(({ fields }) => fields.answer)).toEqual(["moved"]);
    // Pressed once more meanwhile: still one fresh card.
    expect((await w.click(action, boris)).kind).toBe("moved");
    slow.resolve();
    await expect.poll(() => w.stateOf(action)).toBe("superseded");
    const next = await w.newest(action);
    expect(next).toMatchObject({ state: "waiting", targetVersion: "v2", card: action });
    expect((await w.click(next.id, boris)).kind).toBe("decided");
  });

  it("policy decides the moved call anew, and may deny it", async () => {
    const w = await world();
    const { run, action } = await w.waiting();
    w.boxes.versions.set("a", "v2");
    w.rules.decide = () => ({ kind: "deny", policies: ["frozen"], reason: "Boxes are frozen." });
    expect(await w.click(action, boris)).toMatchObject({ kind: "closed" });
    expect(await w.newest(action)).toMatchObject({ state: "cancelled" });
    expect(await w.turnOf(run.turn)).toMatchObject({ wake: true });
  });

  it("a tool that was changed since is asked anew, a tool that is gone ends it", async () => {
    const w = await world();
    const { action } = await w.waiting();
    const changed = w.build([{ ...w.tools.write, description: "Sets an item and more." }]);
    const click = { kind: "approve" as const, action, clicker: boris, message: await w.messageOf(action) };
    expect((await changed.decisions.decide(click)).kind).toBe("moved");
    const next = (await w.newest(action)).id;
    expect((await w.build([]).decisions.decide({ ...click, action: next })).kind).toBe("closed");
    expect(await w.stateOf(next)).toBe("cancelled");
  });
});

describe("lists", () => {
  it("show each person what waits for them, and what they asked for", async () => {
    const w = await world();
    const { action } = await w.waiting();
    expect((await w.decisions.approvalsOf(boris)).waitingForMe.map((card) => card.action.id)).toEqual([
      action,
    ]);
    expect((await w.decisions.approvalsOf(carla)).waitingForMe).toEqual([]);
    const annas = await w.decisions.approvalsOf(anna);
    expect(annas.waitingForMe).toEqual([]);
    expect(annas.askedByMe).toMatchObject([
      { title: "Set an item", asks: [{ people: [{ name: "Boris Sokolov" }, { name: "Elif Demir" }] }] },
    ]);
    // Another workspace that vouches for her address.
    const elsewhere = { ...anna, workspace: "T2", user: "UOTHER" };
    expect(await w.decisions.approvalsOf(elsewhere)).toEqual({ waitingForMe: [], askedByMe: [] });
  });
});
