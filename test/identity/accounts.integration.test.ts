import { describe, expect, it, onTestFinished } from "vitest";
import { startGitlab } from "../../sandbox/gitlab/index.ts";
import { openAudit } from "../../src/audit/append.ts";
import type { Principal } from "../../src/core/principal.ts";
import { createHttp } from "../../src/http/client.ts";
import { openAccounts } from "../../src/identity/accounts.ts";
import { openLeavers } from "../../src/identity/leavers.ts";
import { gitLabSignIn } from "../../src/identity/systems.ts";
import { identityStore } from "../../src/store/identities.ts";
import { environmentKeys } from "../../src/store/keys.ts";
import { freshDatabase } from "../support/database.ts";
import { consent } from "../support/gitlab-consent.ts";
import { silent } from "../support/silent.ts";

const anna: Principal = {
  ...{ kind: "person", workspace: "T1", user: "UANNA", name: "Anna", email: "anna@example.com" },
  ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
};
const boris = { ...anna, user: "UBORIS", name: "Boris", email: "boris@example.com" };
const callback = "http://localhost:4000/connect/gitlab/callback";

const begin = async () => {
  const gitlab = await startGitlab();
  onTestFinished(() => gitlab.close());
  const { pool, transact } = await freshDatabase();
  const system = gitLabSignIn({ url: gitlab.url, ...gitlab.oauth });
  const http = createHttp({ allow: [gitlab.url], writes: "steward's own" });
  onTestFinished(() => http.close());
  const woken: string[] = [];
  const people = new Map([anna, boris].map((one) => [one.user, one]));
  /** One process; several of them share the database. */
  const open = (...keys: [string, ...string[]]) => {
    const store = identityStore(pool, environmentKeys(keys));
    const accounts = openAccounts({
      ...{ systems: [system], store, transact, http, log: silent, audit: openAudit(transact) },
      mapped: () => undefined,
      connected: (_, name, person) => Promise.resolve(void woken.push(`${person.user} ${name}`)),
    });
    return { store, accounts };
  };
  const { accounts, store } = open("the first key of the tests");
  const signIn = async (person: Principal, username: string) => {
    const { address, browser } = await accounts.begin(system, person, callback);
    const back = await consent(gitlab, address, username);
    const [state = "", code = ""] = ["state", "code"].map((name) => back.searchParams.get(name) ?? "");
    return accounts.finish(system, { state, code, browser, redirectUri: callback }, ({ user }) =>
      Promise.resolve(people.get(user) ?? anna),
    );
  };
  const tokenCalls = () => gitlab.journal.list({ method: "POST", path: "/oauth/token" }).length;
  const ages = () => pool.query(`update steward.identity set fresh_until = now() - interval '1 minute'`);
  return { gitlab, pool, system, open, accounts, store, signIn, woken, people, tokenCalls, ages };
};

describe("connected accounts", () => {
  it("keep tokens sealed, and wake what waits for them in the same transaction", async () => {
    const world = await begin();
    const { account } = await world.signIn(anna, "anna");
    expect(account).toMatchObject({ username: "anna", account: "11" });
    expect(world.woken).toEqual(["UANNA gitlab"]);
    const token = await world.accounts.token("gitlab", anna);
    const { rows } = await world.pool.query<Record<string, unknown>>(`select * from steward.identity`);
    const kept = JSON.stringify(rows, (_, value: unknown) =>
      typeof value === "object" && value !== null && "data" in value
        ? Buffer.from(value.data as number[]).toString("latin1")
        : value,
    );
    expect(kept).not.toContain(token);
    expect(kept).toContain("anna");
  });

  it("are renewed once, however many processes ask at the same time", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    await world.ages();
    const before = world.tokenCalls();
    // Slow enough that all of them find the token too old.
    world.gitlab.faults.add({ kind: "delay", ms: 400, method: "POST", path: "/oauth/token", times: "all" });
    const processes = Array.from({ length: 6 }, () => world.open("the first key of the tests").accounts);
    const tokens = await Promise.all(processes.map((accounts) => accounts.token("gitlab", anna)));
    expect(new Set(tokens).size).toBe(1);
    expect(world.tokenCalls() - before).toBe(1);
  });

  it("are renewed where GitLab no longer knows the token, and end where it no longer knows the person", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    const first = await world.accounts.token("gitlab", anna);
    await world.accounts.refused("gitlab", anna, first);
    const second = await world.accounts.token("gitlab", anna);
    expect(second).not.toBe(first);
    world.gitlab.oauth.grants.withdraw("anna");
    await world.accounts.refused("gitlab", anna, second);
    await expect(world.accounts.token("gitlab", anna)).rejects.toThrow(/no account of yours is connected/);
    expect(await world.accounts.of(anna)).toEqual([]);
  });

  it("stay as they are while GitLab is away", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    await world.ages();
    world.gitlab.faults.add({ kind: "fail", status: 503, method: "POST", path: "/oauth/token", times: 50 });
    await expect(world.accounts.token("gitlab", anna)).rejects.toThrow();
    expect(await world.accounts.of(anna)).toHaveLength(1);
    world.gitlab.faults.clear();
    expect(await world.accounts.token("gitlab", anna)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("belong to one person of a workspace", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    // The directory says that the second Slack account has the same address: two accounts of one human, say.
    world.people.set("UBORIS", { ...boris, email: "anna@example.com" });
    await expect(world.signIn(boris, "anna")).rejects.toThrow(/is connected to somebody else/);
    expect(world.gitlab.oauth.grants.people(world.gitlab.oauth.clientId)).toEqual(["anna"]);
  });

  it("open with an older key and are sealed anew by the first one", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    const token = await world.accounts.token("gitlab", anna);
    const both = world.open("the second key of the tests", "the first key of the tests").accounts;
    expect(await both.token("gitlab", anna)).toBe(token);
    const { accounts } = world.open("the second key of the tests");
    expect(await accounts.token("gitlab", anna)).toBe(token);
    await expect(world.accounts.token("gitlab", anna)).rejects.toThrow(/STEWARD_KEY must hold the key/);
  });

  it("give their tokens back when they end, also when GitLab was away at first", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    world.gitlab.faults.add({ kind: "fail", status: 503, method: "POST", path: "/oauth/revoke", times: 50 });
    expect(await world.accounts.disconnect("gitlab", anna, "asked", "slack:T1/UANNA")).toBe(true);
    await expect(world.accounts.token("gitlab", anna)).rejects.toThrow();
    await world.accounts.giveBack();
    const people = () => world.gitlab.oauth.grants.people(world.gitlab.oauth.clientId);
    expect(people()).toEqual(["anna"]);
    world.gitlab.faults.clear();
    await world.accounts.giveBack();
    expect(people()).toEqual(["anna"]);
    await world.pool.query(`update steward.token_leaving set retry_at = now()`);
    await world.accounts.giveBack();
    expect(people()).toEqual([]);
    expect((await world.pool.query(`select from steward.token_leaving`)).rowCount).toBe(0);
  });

  it("end when somebody is found to have left, and not when nobody can say", async () => {
    const world = await begin();
    await world.signIn(anna, "anna");
    await world.signIn(boris, "boris");
    let answer: () => Promise<Principal | undefined> = () => Promise.reject(new Error("Slack is away"));
    const leavers = openLeavers({
      ...{ accounts: world.accounts, store: world.store, log: silent },
      personOf: ({ user }) => (user === "UANNA" ? answer() : Promise.resolve(boris)),
    });
    const due = () =>
      world.pool.query(`update steward.identity set looked_at = now() - interval '3 minutes'`);
    await due();
    await leavers.look();
    expect(await world.accounts.of(anna)).toHaveLength(1);
    answer = () => Promise.resolve({ ...anna, active: false });
    await leavers.look();
    expect(await world.accounts.of(anna)).toHaveLength(1);
    await due();
    await leavers.look();
    expect(await world.accounts.of(anna)).toEqual([]);
    expect(await world.accounts.of(boris)).toHaveLength(1);
  });
});
