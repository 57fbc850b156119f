import { expect, it } from "vitest";
import { runLinks } from "../../../src/slack/runs/links.ts";

const link = { turn: "4f3f2e1d-0000-4000-8000-000000000001", workspace: "T1", user: "U1" };
const queryOf = (path: string): URLSearchParams => new URL(path, "http://x").searchParams;

it("is good for ten minutes, for the run and the person it was made for", () => {
  let now = 1_000_000;
  const links = runLinks("a secret of ours", () => now);
  const query = queryOf(links.mint(link));
  expect(links.read(link.turn, query)).toEqual(link);
  now += 600_000;
  expect(links.read(link.turn, query)).toEqual(link);
  now += 1_000;
  expect(links.read(link.turn, query)).toBeUndefined();
});

it("is not opened by what somebody changed in it, nor by another secret", () => {
  const links = runLinks("a secret of ours", () => 1_000_000);
  const path = links.mint(link);
  for (const [name, value] of [
    ["user", "U2"],
    ["workspace", "T2"],
    ["until", "9999999999"],
    ["mark", "AAAA"],
    ["mark", ""],
  ] as const) {
    const query = queryOf(path);
    query.set(name, value);
    expect(links.read(link.turn, query), name).toBeUndefined();
  }
  expect(links.read("another", queryOf(path))).toBeUndefined();
  expect(runLinks("another secret", () => 1_000_000).read(link.turn, queryOf(path))).toBeUndefined();
});
