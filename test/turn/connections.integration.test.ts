import { describe, expect, it } from "vitest";
import type { AgentOutcome, TurnStart } from "../../src/agent/types.ts";
import { identityStore } from "../../src/store/identities.ts";
import { environmentKeys } from "../../src/store/keys.ts";
import { wakeConnected } from "../../src/store/connection-waits.ts";
import { freshDatabase } from "../support/database.ts";
import { anna, answer, ask, openWorld, waiting } from "./world.ts";

const needsGitLab: AgentOutcome = { ...waiting(), needs: ["gitlab"] } as AgentOutcome;
const person = { workspace: "T1", user: "UANNA" };
const tokens = { access: "a", refresh: null, freshUntil: null };
const account = { system: "gitlab", person, account: "11", username: "anna", groups: [] };

/** A turn that needs an account of Anna's, and goes on as the waits say. */
const begin = async (script: { shape?: string } = {}) => {
  const store = await freshDatabase();
  const resumed: (string | undefined)[] = [];
  const world = await openWorld({
    store,
    script: {
      start: () => Promise.resolve(needsGitLab),
      resume: ({ connections }: TurnStart) => {
        const state = connections?.get("gitlab");
        resumed.push(state);
        return Promise.resolve(state === "waiting" ? needsGitLab : answer(`It is ${state ?? "unknown"}.`));
      },
      ...script,
    },
  });
  const identities = identityStore(store.pool, environmentKeys(["the only key of this test"]));
  return {
    ...{ store, world, resumed },
    /** Anna connects, as the callback's transaction does it. */
    connect: () =>
      store.transact(async (tx) => {
        await identities.keep(tx, account, tokens);
        await wakeConnected(tx, "gitlab", person);
      }),
    keepAlone: () => store.transact((tx) => identities.keep(tx, account, tokens)),
    waits: () => world.rows<{ state: string }>(`select state from steward.connection_wait`),
    views: () =>
      world.rows<{ key: string; kind: string }>(
        `select coalesce(o.key, p.key) as key, o.kind from steward.outbox o left join steward.outbox p on p.id = o.post
         where coalesce(o.key, p.key) like 'connect%' order by o.seq`,
      ),
  };
};

describe("a turn that waits for an account", () => {
  it("R4: waits in one transaction with what is said of it, and the link goes to the person alone", async () => {
    const { world, waits, views } = await begin();
    await world.intake.accept(ask("merge it"));
    await world.work();
    expect(await world.states()).toEqual(["waiting"]);
    expect(await waits()).toEqual([{ state: "waiting" }]);
    expect((await views()).map(({ key }) => key.replace(/:.*/, ""))).toEqual(["connect", "connect-link"]);
    const posts = await world.rows<{ channel: string; view: string }>(
      `select channel, view from steward.outbox order by seq`,
    );
    expect(posts.map(({ channel, view }) => [channel, (JSON.parse(view) as { link: boolean }).link])).toEqual(
      [
        ["C1", false],
        ["UANNA", true],
      ],
    );
    expect(world.whispered).toEqual(["UANNA: connect gitlab"]);
    expect(await world.kept()).toHaveLength(1);
  });

  it("goes on once the account is there, once, whatever wakes it before", async () => {
    const { world, connect, resumed, waits, views } = await begin();
    await world.intake.accept(ask("merge it"));
    await world.work();
    await world.rows(`update steward.turn set wake = true`);
    await world.work();
    expect([resumed, await world.states()]).toEqual([["waiting"], ["waiting"]]);
    expect(world.whispered).toHaveLength(1);
    expect(await views()).toHaveLength(2);
    await connect();
    expect(await waits()).toEqual([{ state: "connected" }]);
    expect((await views()).filter(({ kind }) => kind === "update")).toHaveLength(2);
    await world.work();
    await world.work();
    expect([resumed.at(-1), await world.states()]).toEqual(["connected", ["done"]]);
    expect((await world.told()).at(-1)).toBe("It is connected.");
    expect(await world.kept()).toEqual([]);
  });

  it("R10: goes on by the sweep where nobody woke it, and at its end in time", async () => {
    const first = await begin();
    await first.world.intake.accept(ask("merge it"));
    await first.world.work();
    await first.keepAlone();
    expect((await first.world.turns.sweep()).connections).toBe(1);
    await first.world.work();
    expect((await first.world.told()).at(-1)).toBe("It is connected.");

    const second = await begin();
    await second.world.intake.accept(ask("merge it"));
    await second.world.work();
    expect((await second.world.turns.sweep()).connections).toBe(0);
    await second.world.rows(`update steward.connection_wait set expires_at = now()`);
    expect((await second.world.turns.sweep()).connections).toBe(1);
    await second.world.work();
    expect((await second.world.told()).at(-1)).toBe("It is expired.");
  });

  it("does not wait where the account came in the moment before", async () => {
    const { world, keepAlone, waits } = await begin();
    await keepAlone();
    await world.intake.accept(ask("merge it"));
    await world.work();
    await world.work();
    expect(await waits()).toEqual([{ state: "connected" }]);
    expect(await world.states()).toEqual(["done"]);
    expect(await world.told()).toEqual(["It is connected."]);
  });

  it("R9: stops with its turn, and a sign-in that comes later wakes nothing", async () => {
    const { world, connect, waits } = await begin();
    await world.intake.accept(ask("merge it"));
    await world.work();
    const [turn] = await world.rows<{ id: string }>(`select id from steward.turn`);
    expect((await world.turns.stop(turn?.id ?? "", anna)).kind).toBe("stopped");
    expect(await waits()).toEqual([{ state: "cancelled" }]);
    await connect();
    await world.work();
    expect(await world.states()).toEqual(["stopped"]);
  });

  it("R11: says that it lost its place where its checkpoint no longer fits", async () => {
    const { store, world, connect } = await begin();
    await world.intake.accept(ask("merge it"));
    await world.work();
    const later = await openWorld({
      store,
      worker: "worker-2",
      script: { shape: "shape-2", start: () => Promise.resolve(answer("never")) },
    });
    await connect();
    await later.work();
    expect(await later.states()).toEqual(["detached"]);
    expect((await later.told()).at(-1)).toMatch(/lost my place in it.*please ask again/);
  });

  it("goes no further for somebody who has left since", async () => {
    const { store, world, connect, resumed } = await begin();
    await world.intake.accept(ask("merge it"));
    await world.work();
    await connect();
    const later = await openWorld({
      store,
      worker: "worker-2",
      script: { start: () => Promise.resolve(answer("never")) },
      parts: { people: { principal: () => Promise.resolve({ ...anna, active: false }) } },
    });
    await later.work();
    expect(resumed).toEqual([]);
    expect((await later.told()).at(-1)).toMatch(/Anna, who asked for this, is no longer active here/);
  });
});
