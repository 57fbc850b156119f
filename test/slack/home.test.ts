import { expect, it } from "vitest";
import type { Principal } from "../../src/core/principal.ts";
import { openHomes } from "../../src/slack/home.ts";
import { silent } from "../support/silent.ts";

const anna: Principal = {
  ...{ kind: "person", workspace: "T1", user: "UANNA", name: "Anna Petrosyan", timezone: "UTC" },
  ...{ guest: false, external: false, bot: false, active: true },
};

/** What one person sees, and what was read for it; the rules forbid whoever is asked about. */
const look = async (person: Partial<Principal>, forbidden: string | undefined) => {
  const read: string[] = [];
  const published: string[] = [];
  const reads = <T>(what: string, value: T): Promise<T> => {
    read.push(what);
    return Promise.resolve(value);
  };
  const homes = openHomes({
    people: { principal: () => Promise.resolve({ ...anna, ...person }) },
    forbidden: () => Promise.resolve(forbidden),
    calls: {
      call: <T>(_method: string, args: object) => {
        published.push(JSON.stringify(args));
        return Promise.resolve({} as T);
      },
    },
    bound: { bind: (value: string) => value } as never,
    decisions: { approvalsOf: () => reads("approvals", { waitingForMe: [], askedByMe: [] }) },
    lately: () => reads("lately", []),
    agents: () => [{ title: "Engineering", description: "Knows GitLab." }],
    systems: () => reads("systems", [{ name: "GitLab", state: "answers" }]),
    accounts: {
      offered: () => [{ system: "gitlab", word: "gitlab", title: "GitLab" }],
      named: () => undefined,
      disconnect: () => Promise.resolve(false),
      of: ({ workspace, user }) =>
        reads("accounts", [
          {
            ...{ system: "gitlab", person: { workspace, user }, account: "11", username: "anna" },
            ...{ groups: [], connectedAt: new Date("2026-11-20T10:00:00Z") },
          },
        ]),
    },
    mayLink: () => false,
    log: silent as never,
  });
  await homes.show("T1", "UANNA", { notice: "It was stopped." });
  return { read, home: published.join() };
};

it("says why to whom the rules leave nothing, and shows nothing of what goes on", async () => {
  for (const outsider of [{ guest: true }, { external: true }, { active: false }]) {
    const { read, home } = await look(outsider, "Guests may not use Steward's tools.");
    expect(home).toMatch(/It was stopped.*For you I can do nothing here: Guests may not use/);
    expect(home).not.toMatch(/Engineering|GitLab|Systems/);
    expect(read).toEqual([]);
  }
});

it("shows an outsider what the rules leave them, as anybody", async () => {
  for (const home of [
    (await look({ guest: true }, undefined)).home,
    (await look({}, "Not asked of people of our own.")).home,
  ]) {
    expect(home).toMatch(
      /It was stopped.*Nothing waits for you.*Engineering.*Your accounts.*GitLab.*as anna, since.*disconnect gitlab/,
    );
  }
});
