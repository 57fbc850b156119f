import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { rounded } from "./stats.ts";

const gib = 1024 ** 3;

/** What the numbers were measured on. */
export const machine = () => ({
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? "unknown",
  memoryGiB: rounded(totalmem() / gib, 1),
  /** Of the minute before: anything far above 0 says that the machine was not ours alone. */
  loadAverage: rounded(loadavg()[0] ?? Number.NaN, 2),
  system: `${type()} ${release()} ${arch()}`,
});

/** The packages whose speed shows in the numbers, as pinned. */
const packages = [
  "@slack/bolt",
  "@langchain/langgraph",
  "graphile-worker",
  "pg",
  "ioredis",
  "@cedar-policy/cedar-wasm",
];

/** Versions of Node, the servers and the packages. */
export const versions = (servers: { postgres: string; redis: string | null }) => {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version, dependencies } = JSON.parse(file) as {
    version: string;
    dependencies: Record<string, string>;
  };
  return {
    ...{ steward: version, node: process.versions.node, ...servers },
    ...Object.fromEntries(packages.map((name) => [name, dependencies[name] ?? "absent"])),
  };
};
