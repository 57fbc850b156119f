import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { NeedsConnectionError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { ask, people, world, type World, type WorldOptions } from "./world.ts";

const { anna } = people;

/** Reads are allowed, writes are asked of the payments leads. */
const usual: WorldOptions = {
  decide: ({ context }) =>
    context.risk === 0
      ? { kind: "allow", policies: ["reads"] }
      : { kind: "ask", asks: [ask("payments-leads")] },
};

/** Keeps what each of the tool's doors was given. */
const spied = (w: World) => {
  const seen: Record<string, { as: string; capability: CallContext["capability"] }> = {};
  const note = (door: string, context: CallContext) => {
    seen[door] = { as: context.actsAs("boxes"), capability: context.capability };
  };
  const { read, write } = w.tools;
  const { run, resolve, version } = write;
  write.resolve = (input, context) => (note("resolve", context), resolve(input, context));
  write.version = (args, context) => (note("version", context), version(args, context));
  write.run = (args, context) => (note("run", context), run(args, context));
  write.find = async (_, context) => (note("find", context), { kind: "not_done" });
  const reading = read.run;
  read.run = (args, context) => (note("read", context), reading(args, context));
  return seen;
};

const readItem = async (w: World) =>
  w.gate.read({ id: randomUUID(), tool: "boxes_item_read", args: { item: "a" } }, await w.startTurn());

const setItem = async (w: World) =>
  w.gate.propose(
    { id: randomUUID(), tool: "boxes_item_set", args: { item: "a", value: "1" } },
    await w.startTurn(),
  );

describe("the right to write", () => {
  it("is lent by the executor alone: for this action, by its digest, as the account that was approved", async () => {
    const w = await world(usual);
    const seen = spied(w);
    await readItem(w);
    const { action } = await w.approved();
    await w.executor.act(action);
    const { digest } = await w.newest(action);
    expect(seen["run"]?.capability).toMatchObject({
      ...{ tool: "boxes_item_set", digest, target: "Item/a", credential: "service:boxes" },
    });
    for (const door of ["read", "resolve", "version"]) {
      expect(seen[door]).toEqual({ as: "service", capability: undefined });
    }
  });

  it("is good while the write is sent, and dead right after", async () => {
    const w = await world();
    const { action } = await w.approved();
    let during: string | undefined = "not asked";
    const seen = spied(w);
    w.boxes.onSend = async () => {
      during = w.capabilities.objection(seen["run"]?.capability, "service:boxes");
      return { text: "Done.", sources: [], untrusted: [] };
    };
    await w.executor.act(action);
    expect(during).toBeUndefined();
    expect(w.capabilities.objection(seen["run"]?.capability, "service:boxes")).toMatch(/running call/);
  });

  it("is not lent to Check, which only looks", async () => {
    const w = await world();
    const { action } = await w.approved();
    const seen = spied(w);
    w.boxes.onSend = () => Promise.reject(new Error("no answer"));
    await w.executor.act(action);
    await w.decisions.check(action, anna, { shownTo: anna.user });
    expect(seen["find"]).toEqual({ as: "service", capability: undefined });
  });
});

describe("whose account acts", () => {
  it("is the person's own where one is connected, also in the digest", async () => {
    const w = await world(usual);
    w.accounts.connected.set(anna.user, ["boxes"]);
    const seen = spied(w);
    await readItem(w);
    const { action } = await w.approved();
    await w.executor.act(action);
    expect([seen["read"]?.as, seen["resolve"]?.as, seen["version"]?.as, seen["run"]?.as]).toEqual(
      Array.from({ length: 4 }, () => "person"),
    );
    expect((await w.newest(action)).credential).toBe("person:boxes:mail:anna@example.com");
    expect(seen["run"]?.capability?.credential).toBe("person:boxes:mail:anna@example.com");
  });

  it("is the one that was approved, whatever was connected since", async () => {
    const w = await world();
    const { action } = await w.approved();
    const seen = spied(w);
    w.accounts.connected.set(anna.user, ["boxes"]);
    await w.executor.act(action);
    expect(seen["run"]?.as).toBe("service");
    expect(await w.stateOf(action)).toBe("succeeded");
  });

  it("is asked about anew where the person's own is gone since", async () => {
    const w = await world();
    w.accounts.connected.set(anna.user, ["boxes"]);
    const { action } = await w.approved();
    w.accounts.connected.clear();
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({ state: "waiting", credential: "service:boxes" });
    expect(await w.stateOf(action)).toBe("superseded");
  });
});

describe("what only a person's own account may do", () => {
  const refused = { kind: "refused", code: "needs_connection", needs: "boxes" };

  it("is refused with what to connect, a write and a read alike, and recorded", async () => {
    const w = await world();
    Object.assign(w.tools.write, { asPerson: true });
    Object.assign(w.tools.read, { asPerson: true });
    w.accounts.offered.add("boxes");
    expect(await setItem(w)).toMatchObject(refused);
    const answer = await readItem(w);
    expect(answer).toMatchObject(refused);
    expect("text" in answer && answer.text).toContain("`/steward connect boxes`");
    const { rows } = await w.db.pool.query<{ kind: string }>(
      `select kind from steward.audit where kind = 'call.refused'`,
    );
    expect(rows).toHaveLength(2);
  });

  it("is done by the service's account where people cannot connect one", async () => {
    const w = await world();
    Object.assign(w.tools.write, { asPerson: true });
    expect(await setItem(w)).toMatchObject({ kind: "planned" });
  });

  it("is proposed once the account is connected", async () => {
    const w = await world({ decide: () => ({ kind: "ask", asks: [ask("requester")] }) });
    Object.assign(w.tools.write, { asPerson: true });
    w.accounts.offered.add("boxes");
    w.accounts.connected.set(anna.user, ["boxes"]);
    expect(await setItem(w)).toMatchObject({ kind: "planned" });
  });

  it("ends before it is sent where the account is gone since", async () => {
    const w = await world();
    Object.assign(w.tools.write, { asPerson: true });
    w.accounts.offered.add("boxes");
    w.accounts.connected.set(anna.user, ["boxes"]);
    const { action } = await w.approved();
    w.accounts.connected.clear();
    await w.executor.act(action);
    expect(w.boxes.sent).toEqual([]);
    expect(await w.newest(action)).toMatchObject({
      state: "cancelled",
      outcome: { text: expect.stringContaining("/steward connect boxes") },
    });
  });

  it("is refused in the same way where the system finds out first", async () => {
    const w = await world();
    w.tools.write.resolve = () => Promise.reject(new NeedsConnectionError("boxes"));
    expect(await setItem(w)).toMatchObject(refused);
  });
});
