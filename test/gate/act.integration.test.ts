import { describe, expect, it } from "vitest";
import { RetryableError, TerminalError, UnknownOutcomeError } from "../../src/core/errors.ts";
import { ask, people, world, type World } from "./world.ts";

const { boris, elif } = people;

const fails = (w: World, error: Error): void => {
  w.boxes.onSend = () => Promise.reject(error);
};

describe("acting (R7)", () => {
  it("R7 sends once, with the intent before and the outcome after, and wakes the turn", async () => {
    const w = await world();
    const { run, action } = await w.approved();
    const seen: string[] = [];
    w.boxes.onSend = async () => {
      seen.push(...(await w.auditKinds(action)).slice(-1), (await w.newest(action)).state);
      return { text: "Set to 1.", sources: [], untrusted: ["what the system says"] };
    };
    await w.executor.act(action);
    await w.executor.act(action);
    expect(seen).toEqual(["action.intent", "executing"]);
    expect(w.boxes.sent).toEqual([{ id: action, args: { item: "a", value: "1", risk: "R2" } }]);
    expect(await w.newest(action)).toMatchObject({ state: "succeeded", outcome: { text: "Set to 1." } });
    expect((await w.auditKinds(action)).slice(-2)).toEqual(["action.intent", "action.succeeded"]);
    expect(await w.turnOf(run.turn)).toEqual({ state: "waiting", wake: true });
    expect(await w.ledger.marks.of(w.conversation.key)).toEqual(["what the system says"]);
    expect(w.crashed.slice(-3)).toEqual(["intent", "send", "outcome"]);
  });

  it("R7 sends once when two workers act at the same moment", async () => {
    const w = await world();
    const { action } = await w.approved();
    // All three have looked and found it approved before one of them begins.
    const looked = Promise.withResolvers<void>();
    let looks = 0;
    w.boxes.onVersion = async () => {
      looks += 1;
      if (looks === 3) looked.resolve();
      await looked.promise;
      return "v1";
    };
    await Promise.all([w.executor.act(action), w.executor.act(action), w.executor.act(action)]);
    expect(w.boxes.sent).toHaveLength(1);
    expect(await w.stateOf(action)).toBe("succeeded");
  });

  it("R7 never sends again what is executing", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.onCrash.at = (point) => {
      if (point === "send") throw new Error("killed before the send");
    };
    // What throws after the intent may have been sent for all anybody knows.
    await w.executor.act(action);
    expect(await w.stateOf(action)).toBe("unknown");
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
  });

  it.each([
    ["failed", new TerminalError("boxes_locked", "The box is locked. Ask its owner.")],
    ["unknown", new UnknownOutcomeError("boxes_timeout", "The box did not answer.")],
    ["unknown", new RetryableError("boxes_busy", "The box is busy.", 1_000)],
    ["unknown", new DOMException("aborted", "AbortError")],
    ["unknown", new TypeError("x is not a function")],
  ])("R7 calls it %s after %s", async (state, error) => {
    const w = await world();
    const { run, action } = await w.approved();
    fails(w, error);
    await w.executor.act(action);
    const settled = await w.newest(action);
    expect(settled.state).toBe(state);
    expect(settled.outcome?.text).not.toContain("is not a function");
    expect(await w.turnOf(run.turn)).toMatchObject({ wake: true });
  });

  it("R12 without its intent row nothing is sent", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.audit.broken = "action.intent";
    await expect(w.executor.act(action)).rejects.toThrow("audit log is full");
    expect(w.boxes.sent).toEqual([]);
    expect(await w.stateOf(action)).toBe("approved");
  });

  it("R7 keeps trying to store an outcome, and stores it once", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.boxes.onSend = async () => {
      w.audit.broken = "action.succeeded";
      setTimeout(() => delete w.audit.broken, 50);
      return { text: "Done.", sources: [], untrusted: [] };
    };
    await w.executor.act(action);
    expect(await w.stateOf(action)).toBe("succeeded");
    expect(w.boxes.sent).toHaveLength(1);
  });

  it("R7 does not send after its window", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.onCrash.at = (point) => {
      if (point === "intent") w.clock.skewMs = 10_000;
    };
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({
      state: "failed",
      outcome: { text: expect.stringContaining("Nothing was sent") },
    });
  });

  it("R7 writes to one target at a time, and comes back for the other", async () => {
    const w = await world();
    const first = await w.approved();
    const second = await w.approved();
    await w.db.pool.query(`delete from graphile_worker._private_jobs`);
    const going = Promise.withResolvers<void>();
    w.boxes.onSend = async () => {
      await going.promise;
      return { text: "Done.", sources: [], untrusted: [] };
    };
    const acting = w.executor.act(first.action);
    await expect.poll(() => w.boxes.sent.length).toBe(1);
    await w.executor.act(second.action);
    expect(await w.stateOf(second.action)).toBe("approved");
    expect(await w.jobs("act")).toMatchObject([{ key: second.action }]);
    going.resolve();
    await acting;
    await w.executor.act(second.action);
    expect(w.boxes.sent).toHaveLength(2);
  });

  it("R7 refuses what is not what was approved", async () => {
    const w = await world();
    const { action } = await w.approved();
    await w.db.pool.query(`update steward.action set args = $1`, [
      JSON.stringify({ item: "a", value: "1000000" }),
    ]);
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({
      state: "failed",
      outcome: { text: expect.stringContaining("not what was approved") },
    });
  });

  it("expired between approval and act: not sent, and the sweep says so", async () => {
    const w = await world();
    const { action } = await w.approved();
    await w.db.pool.query(`update steward.action set expires_at = now() - interval '1 second'`);
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    await w.sweep.sweep();
    expect(await w.stateOf(action)).toBe("expired");
  });
});

describe("the last look before acting", () => {
  it("target moved: asked anew, not sent", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.boxes.versions.set("a", "v2");
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    const next = await w.newest(action);
    expect(next).toMatchObject({ state: "waiting", targetVersion: "v2", card: action });
    expect((await w.click(next.id, elif)).kind).toBe("decided");
    await w.executor.act(next.id);
    expect(w.boxes.sent).toHaveLength(1);
  });

  it("an unattended action whose target moved is decided anew, and runs as it is now", async () => {
    const w = await world({ decide: () => ({ kind: "allow", policies: [] }) });
    const run = await w.startTurn();
    const { action } = await w.propose(run);
    await w.publish(run);
    w.boxes.versions.set("a", "v2");
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    const next = await w.newest(action);
    expect(next.state).toBe("approved");
    await w.executor.act(next.id);
    expect(w.boxes.sent).toHaveLength(1);
  });

  it("rule 6: an approver who lost the right, or left: asked anew", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.members["payments-leads"] = [elif];
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({ state: "waiting" });
    const other = await w.waiting({ item: "b" });
    await w.click(other.action, elif);
    w.directory.delete(elif.user);
    await w.executor.act(other.action);
    expect(await w.stateOf(other.action)).toBe("superseded");
  });

  it("rule 6: a new rule asks: earlier approvals are void", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.rules.decide = () => ({ kind: "ask", asks: [ask("payments-leads"), ask("sales-leads")] });
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect((await w.newest(action)).asks).toHaveLength(2);
  });

  it("rule 6: another rule asks the same people: they answered the other question", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.rules.decide = () => ({ kind: "ask", asks: [ask("payments-leads", { policy: "year-end" })] });
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({ state: "waiting", asks: [{ policy: "year-end" }] });
  });

  it("rule 6: rules that ask for less leave what was approved as it is", async () => {
    const w = await world({ serviceAccountActs: true });
    const { action } = await w.approved();
    w.rules.decide = () => ({ kind: "allow", policies: [] });
    await w.executor.act(action);
    expect(w.boxes.sent).toHaveLength(1);
  });

  it("rule 6: untrusted text read since then: what would have run unattended asks the requester", async () => {
    const w = await world({ decide: () => ({ kind: "allow", policies: [] }) });
    const run = await w.startTurn();
    const { action } = await w.propose(run, { risk: "R1" });
    await w.publish(run);
    await w.ledger.marks.add(w.conversation, ["a ticket"]);
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({ state: "waiting", asks: [{ group: "requester" }] });
  });

  it("rule 6: denied now, or the requester gone: cancelled with the reason", async () => {
    const w = await world();
    const { run, action } = await w.approved();
    w.rules.decide = () => ({ kind: "deny", policies: ["freeze"], reason: "Boxes are frozen." });
    await w.executor.act(action);
    expect(await w.newest(action)).toMatchObject({
      state: "cancelled",
      outcome: { text: expect.stringContaining("frozen") },
    });
    expect(await w.turnOf(run.turn)).toMatchObject({ wake: true });
    w.rules.decide = () => ({ kind: "ask", asks: [ask("payments-leads")] });
    const other = await w.approved({ item: "b" });
    w.directory.set("UANNA", { ...people.anna, active: false });
    await w.executor.act(other.action);
    expect(await w.stateOf(other.action)).toBe("cancelled");
    expect(w.boxes.sent).toEqual([]);
  });

  it("a target that is gone ends it; one that cannot be read now is tried again by the job", async () => {
    const w = await world();
    const { action } = await w.approved();
    w.boxes.onVersion = () => Promise.reject(new RetryableError("boxes_down", "Boxes are down.", 1_000));
    await expect(w.executor.act(action)).rejects.toThrow("Boxes are down");
    expect(await w.stateOf(action)).toBe("approved");
    w.boxes.onVersion = () => Promise.reject(new TerminalError("boxes_gone", "There is no item a."));
    await w.executor.act(action);
    expect(await w.newest(action)).toMatchObject({ state: "failed" });
    expect(w.boxes.sent).toEqual([]);
  });
});

describe("turns that are over", () => {
  it("R11 a detached turn: the outcome is posted, and becomes the fact of a fresh turn, once", async () => {
    const w = await world();
    const { run, action } = await w.approved();
    await w.setTurn(run.turn, "detached");
    fails(w, new UnknownOutcomeError("boxes_timeout", "The box did not answer."));
    await w.executor.act(action);
    expect((await w.posts()).map(({ key }) => key)).toContain(`outcome:${action}`);
    const { rows } = await w.db.pool.query(`select id, kind, person, payload from steward.inbox`);
    expect(rows).toEqual([
      { id: `outcome:${action}`, kind: "outcome", person: "T1/UANNA", payload: JSON.stringify({ action }) },
    ]);
    expect(await w.jobs("converse")).toHaveLength(1);

    w.boxes.onFind = async () => ({
      kind: "done",
      output: { text: "It is set.", sources: [], untrusted: [] },
    });
    const checked = await w.decisions.check(action, boris, await w.messageOf(action));
    expect(checked.kind).toBe("decided");
    expect((await w.posts()).map(({ key }) => key)).toContain(`outcome:${action}:checked`);
    expect(await w.jobs("converse")).toHaveLength(1);
  });

  it("an ended turn: the outcome is posted and nothing is woken", async () => {
    const w = await world();
    const { run, action } = await w.approved();
    await w.setTurn(run.turn, "done");
    await w.executor.act(action);
    expect((await w.posts()).map(({ key }) => key)).toContain(`outcome:${action}`);
    expect(await w.jobs("converse")).toEqual([]);
  });
});
