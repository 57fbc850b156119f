import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** The doors of ARCHITECTURE.md: which rooms a room may import values from. Type-only imports may go to the owner. */
const doors: Record<string, readonly string[]> = {
  core: [],
  telemetry: ["core"],
  http: ["core"],
  tools: ["core", "http"],
  identity: ["core", "http"],
  store: ["core"],
  gate: ["core"],
  agent: ["core", "gate"],
  turn: ["core", "gate", "agent"],
  automation: ["core", "gate", "agent", "turn"],
  slack: ["core", "gate", "agent", "turn"],
  mcp: ["core", "gate", "turn"],
  memory: ["core", "store"],
  audit: ["core", "store"],
  eval: ["core"],
};
/** Interfaces that a room may name by type only, because their owner is the consumer. */
const typeDoors: Record<string, readonly string[]> = {
  store: ["gate", "turn", "agent", "slack", "audit", "identity", "mcp"],
  memory: ["agent", "turn"],
  audit: ["gate", "turn"],
  slack: ["store", "identity", "mcp", "tools"],
};
/** The composition root and the command line may import everything. */
const roots = ["main", "cli", "config"];

const root = normalize(join(import.meta.dirname, ".."));
const walk = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith(".ts") ? [path] : [];
  });
const files = [...walk(join(root, "src")), ...walk(join(root, "tools"))].map((path) => ({
  path: relative(root, path).split(sep).join("/"),
  text: readFileSync(path, "utf8"),
}));

const roomOf = (path: string): string => {
  const parts = path.split("/");
  if (parts[0] !== "src") return parts[0] ?? "";
  return (parts[1] ?? "").replace(/\.ts$/, "");
};

interface Import {
  from: string;
  room: string;
  target: string;
  typeOnly: boolean;
}
const imports: Import[] = files.flatMap(({ path, text }) =>
  [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gms)].map(
    (m) => ({
      from: path,
      room: roomOf(path),
      target: m[2] ?? m[3] ?? "",
      typeOnly: m[1] !== undefined,
    }),
  ),
);
const local = imports.filter((i) => i.target.startsWith("."));

const offenders = (pattern: RegExp, allowed: (path: string) => boolean): string[] =>
  files.filter(({ path, text }) => pattern.test(text) && !allowed(path)).map(({ path }) => path);
const importers = (packages: RegExp, allowed: readonly string[]): string[] =>
  imports
    .filter((i) => packages.test(i.target) && !allowed.includes(i.room))
    .map((i) => `${i.from} -> ${i.target}`);

describe("architecture", () => {
  it("sees the tree it judges", () => {
    expect(files.length).toBeGreaterThan(10);
    expect(local.length).toBeGreaterThan(10);
  });

  it("opens doors one way", () => {
    const wrong = local.flatMap((i) => {
      const to = roomOf(
        normalize(join(dirname(i.from), i.target))
          .split(sep)
          .join("/"),
      );
      if (to === i.room || roots.includes(i.room)) return [];
      const values = doors[i.room];
      if (values === undefined) return [`${i.from}: room '${i.room}' has no doors here; add it to the map`];
      const allowed = i.typeOnly ? [...values, ...(typeDoors[i.room] ?? [])] : values;
      return allowed.includes(to) ? [] : [`${i.from} -> ${i.target}${i.typeOnly ? " (type)" : ""}`];
    });
    expect(wrong).toEqual([]);
  });

  it("keeps the sandbox, the tests and the bench out of the product", () => {
    expect(local.filter((i) => /(^|\/)(sandbox|test|bench)\//.test(i.target)).map((i) => i.from)).toEqual([]);
  });

  it("keeps vendors in their rooms", () => {
    expect(importers(/^@slack\//, ["slack", "main"])).toEqual([]);
    expect(importers(/^@langchain\//, ["agent"])).toEqual([]);
    expect(importers(/^(pg|graphile-worker|ioredis|node-pg-migrate)$/, ["store", "memory", "audit"])).toEqual(
      [],
    );
    expect(importers(/^(undici|node:https?)$/, ["http", "slack", "cli", "mcp"])).toEqual([]);
    expect(importers(/^@cedar-policy\//, ["gate"])).toEqual([]);
  });

  it("reads the environment in config.ts alone", () => {
    expect(offenders(/process\.env\b/, (path) => path === "src/config.ts")).toEqual([]);
  });

  it("runs a tool in one place", () => {
    const places = files.filter(({ text }) => /\btool\.run\(/.test(text)).map(({ path }) => path);
    expect(places.every((path) => path.startsWith("src/gate/"))).toBe(true);
    expect(places.length).toBeLessThanOrEqual(1);
  });

  it("sends HTTP from http/ and Slack's client alone", () => {
    expect(offenders(/(?<![.\w])fetch\(/, (path) => path.startsWith("src/http/"))).toEqual([]);
  });
});
