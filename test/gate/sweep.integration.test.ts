import { describe, expect, it } from "vitest";
import { people, world } from "./world.ts";

describe("the sweep (R10)", () => {
  it("approved without a job gets its job again, once", async () => {
    const w = await world();
    const { action } = await w.approved();
    await w.db.pool.query(`delete from graphile_worker._private_jobs`);
    await w.db.pool.query(`update steward.action set decided_at = now() - interval '1 minute'`);
    await w.sweep.sweep();
    await w.sweep.sweep();
    expect(await w.jobs("act")).toMatchObject([{ key: action }]);
  });

  it("expired: card, audit and turn follow; a decision in the same moment wins or loses, never both", async () => {
    const w = await world();
    const { run, action } = await w.waiting();
    await w.db.pool.query(`update steward.action set expires_at = now() - interval '1 second'`);
    const [answer] = await Promise.all([w.click(action, people.boris), w.sweep.sweep()]);
    expect(answer.kind).toBe("expired");
    expect(await w.stateOf(action)).toBe("expired");
    expect((await w.auditKinds(action)).at(-1)).toBe("action.expired");
    expect(await w.turnOf(run.turn)).toMatchObject({ wake: true });
    expect((await w.posts()).filter(({ kind }) => kind === "update")).toHaveLength(1);
  });

  it("one that cannot be mended does not keep the others from it", async () => {
    const w = await world();
    const first = await w.waiting();
    const second = await w.approved({ item: "b" });
    await w.db.pool.query(
      `update steward.action set expires_at = now() - interval '1 second' where id = $1`,
      [first.action],
    );
    await w.db.pool.query(`delete from graphile_worker._private_jobs`);
    await w.db.pool.query(
      `update steward.action set decided_at = now() - interval '1 minute' where state = 'approved'`,
    );
    w.audit.broken = "action.expired";
    await w.sweep.sweep();
    expect(await w.stateOf(first.action)).toBe("waiting");
    expect(await w.jobs("act")).toMatchObject([{ key: second.action }]);
  });
});

describe("following what runs on", () => {
  const started = async () => {
    const w = await world();
    const { action } = await w.approved({}, "boxes_job_start");
    await w.executor.act(action);
    return { w, action };
  };
  const updates = async (w: Awaited<ReturnType<typeof world>>) =>
    (await w.posts()).filter(({ kind }) => kind === "update").length;

  it("shows each change on the card until it ends, then looks no more", async () => {
    const { w, action } = await started();
    expect(await w.jobs("follow")).toMatchObject([{ key: `follow:${action}` }]);
    await w.executor.follow(action);
    expect((await w.newest(action)).outcome).toMatchObject({ text: "Done.", progress: "running" });
    w.boxes.onFollow = () => Promise.reject(new Error("not now"));
    await w.executor.follow(action);
    expect((await w.newest(action)).outcome?.progress).toBe("running");
    w.boxes.onFollow = async () => ({ text: "passed", ended: true, ok: true });
    await w.executor.follow(action);
    expect(await w.newest(action)).toMatchObject({
      outcome: { progress: "passed" },
      followEndedAt: expect.any(Date),
    });
    w.boxes.onFollow = async () => ({ text: "running again", ended: false });
    await w.executor.follow(action);
    expect((await w.newest(action)).outcome?.progress).toBe("passed");
    expect(await updates(w)).toBeGreaterThan(0);
    // It was quick: the card is enough.
    expect((await w.posts()).filter(({ key }) => key?.startsWith("followed:"))).toEqual([]);
  });

  it("tells the requester by a reply when it took long, and gives up after a day", async () => {
    const { w, action } = await started();
    await w.db.pool.query(`update steward.action set created_at = now() - interval '6 minutes'`);
    w.boxes.onFollow = async () => ({ text: "failed", ended: true, ok: false });
    await w.executor.follow(action);
    const notice = (await w.posts()).find(({ key }) => key === `followed:${action}`);
    expect(JSON.parse(notice?.view ?? "{}")).toEqual({
      view: "notice",
      text: "Set item a to 1: failed",
      mention: "UANNA",
    });
    const other = await w.approved({ item: "b" }, "boxes_job_start");
    await w.executor.act(other.action);
    await w.db.pool.query(
      `update steward.action set settled_at = now() - interval '25 hours' where id = $1`,
      [other.action],
    );
    await w.executor.follow(other.action);
    expect((await w.newest(other.action)).outcome?.progress).toContain("not followed any longer");
  });

  it("R10 a lost job is found again", async () => {
    const { w, action } = await started();
    await w.db.pool.query(`delete from graphile_worker._private_jobs`);
    await w.db.pool.query(`update steward.action set settled_at = now() - interval '1 minute'`);
    await w.sweep.sweep();
    expect(await w.jobs("follow")).toMatchObject([{ key: `follow:${action}` }]);
  });
});
