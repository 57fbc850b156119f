import { describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../src/core/errors.ts";
import { people, world, type World, type WorldOptions } from "./world.ts";

const { anna, boris, carla } = people;
const done = { kind: "done" as const, output: { text: "It is set.", sources: [], untrusted: [] } };

const unknown = async (options: WorldOptions = {}) => {
  const w = await world(options);
  w.boxes.onSend = () => Promise.reject(new UnknownOutcomeError("boxes_timeout", "The box did not answer."));
  const { run, action } = await w.approved();
  await w.executor.act(action);
  await w.db.pool.query(`update steward.turn set wake = false`);
  return { w, run, action };
};

const press = async (w: World, action: string, by = anna) =>
  w.decisions.check(action, by, await w.messageOf(action));

describe("an unknown outcome (R8)", () => {
  it("R8 is shown, and settled as done by whoever asked or may approve; the turn goes on", async () => {
    const { w, run, action } = await unknown();
    expect((await press(w, action, carla)).kind).toBe("not_eligible");
    expect(await w.decisions.check(action, boris, { channel: "C1", ts: "forged" })).toMatchObject({
      kind: "forged",
    });
    w.boxes.onFind = async () => done;
    expect(await press(w, action)).toMatchObject({ kind: "decided", state: "succeeded" });
    expect(await w.newest(action)).toMatchObject({
      outcome: { text: "It is set.", by: "Anna Petrosyan" },
    });
    expect(await w.turnOf(run.turn)).toMatchObject({ wake: true });
    expect((await press(w, action)).text).toContain("done already");
    expect((await w.refusals()).map(({ fields }) => fields.answer)).toEqual([
      "not_eligible",
      "forged",
      "closed",
    ]);
  });

  it("R8 cannot be looked up without its tool; the press is audited", async () => {
    const { w, action } = await unknown();
    const gate = w.build([w.tools.read]);
    const answer = await gate.decisions.check(action, boris, await w.messageOf(action));
    expect(answer).toMatchObject({
      kind: "not_recorded",
      text: expect.stringContaining("not available now"),
    });
    expect(await w.refusals()).toMatchObject([{ fields: { click: "check", answer: "not_recorded" } }]);
  });

  it("R8 is called 'not done' only after nothing can be on its way any more", async () => {
    const { w, action } = await unknown();
    w.boxes.onFind = async () => ({ kind: "not_done" });
    const early = await press(w, action, boris);
    expect(early).toMatchObject({ kind: "not_recorded", state: "unknown" });
    // Window 10 s, request 15 s, lag 1 s.
    expect(early.text).toMatch(/Check again in 2[456] s/);
    const wound = (seconds: number) =>
      w.db.pool.query(
        `update steward.action set send_until = clock_timestamp() - make_interval(secs => $1)`,
        [seconds],
      );
    await wound(14);
    expect((await press(w, action)).state).toBe("unknown");
    await wound(17);
    expect(await press(w, action)).toMatchObject({ kind: "decided", state: "failed" });
  });

  it("R8 stays unknown when the system cannot say or cannot be asked", async () => {
    const { w, action } = await unknown();
    expect((await press(w, action)).text).toContain("Nothing to see");
    w.boxes.onFind = () => Promise.reject(new Error("socket hang up"));
    expect((await press(w, action)).text).toContain("could not be asked");
    expect(await w.stateOf(action)).toBe("unknown");
    expect((await w.auditKinds(action)).filter((kind) => kind === "action.checked")).toHaveLength(2);
  });

  it("R8 follows a dead owner: executing becomes unknown and wakes the turn; a live owner's does not", async () => {
    const w = await world();
    const { run, action } = await w.approved();
    const sending = Promise.withResolvers<void>();
    w.boxes.onSend = async () => {
      await sending.promise;
      return done.output;
    };
    const acting = w.executor.act(action);
    await expect.poll(() => w.boxes.sent.length).toBe(1);
    await w.live();
    await w.sweep.sweep();
    expect(await w.stateOf(action)).toBe("executing");
    await w.db.pool.query(`update steward.action set owner = 'a worker that was killed'`);
    await w.sweep.sweep();
    expect(await w.stateOf(action)).toBe("unknown");
    expect(await w.turnOf(run.turn)).toMatchObject({ wake: true });
    // The worker was only slow: its outcome still counts, because nobody else sent meanwhile.
    sending.resolve();
    await acting;
    expect(await w.stateOf(action)).toBe("succeeded");
  });

  it("R8 a live owner that could not store its outcome is given up long after the window", async () => {
    const w = await world();
    const { action } = await w.approved();
    await w.live();
    await w.db.pool.query(
      `update steward.action set state = 'executing', token = gen_random_uuid(), owner = $1,
         send_until = now() - interval '2 minutes'`,
      [w.worker],
    );
    await w.sweep.sweep();
    expect(await w.stateOf(action)).toBe("unknown");
  });
});
