import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FencedError } from "../../src/core/errors.ts";
import { ask, people, world } from "./world.ts";

const call = (tool: string, args = {}) => ({ id: randomUUID(), tool, args });

describe("proposing a write", () => {
  it("plans an action and shows nobody anything", async () => {
    const w = await world();
    const run = await w.startTurn();
    const { action, asks } = await w.propose(run);
    expect(asks).toBe(true);
    expect(await w.ledger.actions.get(action)).toMatchObject({
      ...{ state: "planned", card: action, targetVersion: "v1", risk: 2, credential: "service:boxes" },
      args: { item: "a", value: "1" },
      asks: [{ group: "payments-leads" }],
    });
    expect(await w.posts()).toEqual([]);
    expect(await w.jobs("act")).toEqual([]);
    expect(w.crashed).toEqual(["proposed"]);
    expect(await w.auditKinds(action)).toEqual(["action.proposed"]);
  });

  it("teaches what is wrong with a call, and records the refusal", async () => {
    const w = await world();
    const run = await w.startTurn();
    const text = async (tool: string, args = {}) => {
      const made = await w.gate.propose(call(tool, args), run);
      return made.kind === "refused" ? made.text : "planned";
    };
    expect(await text("boxes_itm_set")).toContain("boxes_item_set");
    expect(await text("boxes_item_set", { item: "a", value: "1", risk: "R9" })).toMatch(
      /risk: .*"R9".*"R1", "R2", "R3"/,
    );
    expect(await text("boxes_item_set", { itme: "a", value: "1" })).toMatch(/Did you mean 'item'.*item: /);
    expect(await text("boxes_item_set", { item: "\ud800", value: "1" })).toContain("Unicode");
    expect(await text("boxes_item_read", { item: "a" })).toContain("only reads");
    const { rows } = await w.db.pool.query(`select from steward.audit where kind = 'call.refused'`);
    expect(rows).toHaveLength(5);
  });

  it("gives a denial's words back, and plans nothing", async () => {
    const w = await world({
      decide: () => ({ kind: "deny", policies: ["no-boxes"], reason: "Boxes are closed." }),
    });
    const run = await w.startTurn();
    const made = await w.gate.propose(call("boxes_item_set", { item: "a", value: "1" }), run);
    expect(made).toMatchObject({ kind: "refused", code: "policy_denied" });
    expect(made).toHaveProperty("text", expect.stringMatching(/Boxes are closed\..*no-boxes/));
    expect(await w.ledger.actions.planned(run.turn)).toEqual([]);
  });

  it("R3 a run that lost its turn plans nothing", async () => {
    const w = await world();
    const run = await w.startTurn();
    await expect(w.propose({ ...run, token: randomUUID() })).rejects.toThrow(FencedError);
    await w.setTurn(run.turn, "stopped");
    await expect(w.propose(run)).rejects.toThrow(FencedError);
    expect(await w.ledger.actions.planned(run.turn)).toEqual([]);
  });

  it("R3 a Stop that is being written is waited for", async () => {
    const w = await world();
    const run = await w.startTurn();
    const stopping = Promise.withResolvers<void>();
    const stopped = w.db.transact(async (tx) => {
      await tx.query(`update steward.turn set state = 'stopped', token = null where id = $1`, [run.turn]);
      await stopping.promise;
    });
    const proposed = w.propose(run).then(
      () => "planned",
      (error: unknown) => error,
    );
    await expect
      .poll(async () => {
        const { rows } = await w.db.pool.query(`select from pg_locks where not granted`);
        return rows.length;
      })
      .toBeGreaterThan(0);
    stopping.resolve();
    await stopped;
    expect(await proposed).toBeInstanceOf(FencedError);
  });

  it("R3 the same call twice in one turn is one action, also at the same time", async () => {
    const w = await world();
    const run = await w.startTurn();
    const made = await Promise.all([w.propose(run), w.propose(run), w.propose(run)]);
    expect(new Set(made.map(({ action }) => action)).size).toBe(1);
    expect((await w.propose(run, { value: "2" })).action).not.toBe(made[0]?.action);
    expect((await w.propose(await w.startTurn())).action).not.toBe(made[0]?.action);
  });

  it("R12 without its audit row nothing is planned", async () => {
    const w = await world();
    const run = await w.startTurn();
    w.audit.broken = "action.proposed";
    await expect(w.propose(run)).rejects.toThrow("audit log is full");
    expect(await w.ledger.actions.planned(run.turn)).toEqual([]);
  });
});

describe("the gate's own floor under policy", () => {
  const allow = () => ({ kind: "allow" as const, policies: ["anything-goes"] });
  const r1 = { risk: "R1" };

  it("lets a write run unattended where policy allows it and the conversation is clean", async () => {
    const w = await world({ decide: allow });
    expect(await w.propose(await w.startTurn(), r1)).toMatchObject({ asks: false });
  });

  it("asks the requester once the conversation has read untrusted text, whatever policy says", async () => {
    const w = await world({ decide: allow });
    const run = await w.startTurn();
    w.boxes.readUntrusted = ["item a by an outsider\0\ud800"];
    await w.gate.read(call("boxes_item_read", { item: "a" }), run);
    const { action, asks } = await w.propose(run, r1);
    expect(asks).toBe(true);
    expect(await w.ledger.actions.get(action)).toMatchObject({
      asks: [{ group: "requester", policy: "gate-requester-confirms" }],
      untrusted: ["item a by an outsider\ufffd\ufffd"],
      policyRequest: { context: { untrusted: true } },
    });
  });

  it("asks the requester while a service account acts for people", async () => {
    const w = await world({ decide: allow, serviceAccountActs: true });
    expect(await w.propose(await w.startTurn(), r1)).toMatchObject({ asks: true });
  });

  it("does what policy says where the person's own account acts: there the system tells who may", async () => {
    const w = await world({ decide: allow, serviceAccountActs: true });
    w.accounts.connected.set(people.anna.user, ["boxes"]);
    expect(await w.propose(await w.startTurn(), r1)).toMatchObject({ asks: false });
  });

  it("refuses where the only question could never be answered", async () => {
    const w = await world({ decide: allow, serviceAccountActs: true });
    w.rules.mayApprove = () => false;
    const made = await w.gate.propose(call("boxes_item_set", { item: "a", value: "1" }), await w.startTurn());
    expect(made).toMatchObject({ kind: "refused", code: "nobody_may_approve" });
  });
});

describe("a confirmation by who saw every argument", () => {
  const own = () => ({ kind: "ask" as const, asks: [ask("requester")] });
  const r1 = { risk: "R1", item: "boxes/a" };
  const confirmedOf = async (w: Awaited<ReturnType<typeof world>>, args: Record<string, string>) => {
    const { action } = await w.propose(await w.startTurn(), args, true);
    return (await w.ledger.actions.get(action))?.confirmed;
  };

  it("counts for a reversible write that asks nobody else, where each argument is sent as it was given", async () => {
    const w = await world({ decide: own });
    expect(await confirmedOf(w, r1)).toBe(true);
    expect(await confirmedOf(w, { ...r1, risk: "R2" })).toBe(false);
    w.rules.decide = () => ({ kind: "ask", asks: [ask("payments-leads")] });
    expect(await confirmedOf(w, r1)).toBe(false);
  });

  it("does not count where a name stood for something that was not shown: the card asks", async () => {
    const w = await world({ decide: own });
    w.boxes.names.set("payouts", "eve/payouts");
    const run = await w.startTurn();
    const { action, asks } = await w.propose(run, { ...r1, item: "payouts" }, true);
    expect(asks).toBe(true);
    await w.publish(run);
    expect(await w.ledger.actions.get(action)).toMatchObject({
      ...{ state: "waiting", confirmed: false, args: { item: "eve/payouts" } },
    });
    expect(await w.jobs("act")).toEqual([]);
  });
});

describe("reading", () => {
  it("marks the conversation before the text is given back", async () => {
    const w = await world({ decide: () => ({ kind: "allow", policies: [] }) });
    const run = await w.startTurn();
    w.boxes.readUntrusted = ["item a"];
    const read = await w.gate.read(call("boxes_item_read", { item: "a" }), run);
    expect(read).toMatchObject({ kind: "output", output: { text: "item a" } });
    expect(await w.ledger.marks.of(w.conversation.key)).toEqual(["item a"]);
  });

  it("refuses a read that policy denies or would ask about, and a write that comes as a read", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("payments-leads")] }) });
    const run = await w.startTurn();
    expect(await w.gate.read(call("boxes_item_read", { item: "a" }), run)).toMatchObject({
      code: "policy_asks",
    });
    expect(await w.gate.read(call("boxes_item_set", { item: "a", value: "1" }), run)).toMatchObject({
      code: "not_a_read",
    });
    expect(w.boxes.sent).toEqual([]);
  });

  it("offers no tool to somebody who is gone", async () => {
    const w = await world();
    const run = await w.startTurn();
    expect(await w.gate.visible(run)).toHaveLength(3);
    expect(await w.gate.visible({ ...run, principal: { ...people.anna, active: false } })).toEqual([]);
  });
});
