import { writeFile } from "node:fs/promises";
import { messageOf } from "../src/core/errors.ts";
import { parts, partNames, type PartName } from "./parts/index.ts";
import type { Measured } from "./parts/types.ts";
import { judge, table } from "./report.ts";
import { machine, versions } from "./support/machine.ts";
import { rounded } from "./support/stats.ts";
import { type Servers, startServers } from "./support/servers.ts";
import type { Key } from "./targets.ts";

/**
 * `npm run bench`: measures Steward beside what it is built on, in one run on one machine, prints a table and keeps
 * bench/results/latest.json. `npm run bench -- ack gate` runs parts alone and keeps nothing.
 */

const results = new URL("results/latest.json", import.meta.url);
const say = (line: string): void => console.log(line);

/** The parts that were asked for, all where none was named. */
const wanted = (args: readonly string[]): PartName[] => {
  const unknown = args.filter((name) => !partNames.some((part) => part === name));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(", ")}. The parts are ${partNames.join(", ")}.`);
    process.exit(2);
  }
  return args.length === 0 ? [...partNames] : partNames.filter((name) => args.includes(name));
};

const measure = async (servers: Servers, name: PartName): Promise<Measured & { seconds: number }> => {
  say(`\n${name}: ${parts[name].about}`);
  const started = performance.now();
  const seconds = (): number => rounded((performance.now() - started) / 1000);
  try {
    const measured = await parts[name].run({ servers, say: (line) => say(`  ${line}`) });
    return { ...measured, seconds: seconds() };
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    return { keys: {}, details: { failed: messageOf(error) }, seconds: seconds() };
  }
};

const chosen = wanted(process.argv.slice(2));
const started = new Date();
const where = machine();
const servers = await startServers();
try {
  const measured: Partial<Record<PartName, Measured & { seconds: number }>> = {};
  for (const name of chosen) measured[name] = await measure(servers, name);
  const values: Partial<Record<Key, number>> = Object.assign(
    {},
    ...Object.values(measured).map((one) => one.keys),
  );
  const judged = judge(
    chosen.flatMap((name) => parts[name].keys),
    values,
  );
  say(`\n${table(judged)}`);
  if (chosen.length === partNames.length) {
    const kept = {
      ...{ date: started.toISOString(), machine: where, versions: versions(servers.versions) },
      postgresBy: servers.postgresBy,
      ...Object.fromEntries(judged.map(({ key, value }) => [key, value])),
      targets: judged.filter(({ target }) => target !== null),
      parts: Object.fromEntries(
        Object.entries(measured).map(([name, { seconds, details }]) => [name, { seconds, ...details }]),
      ),
    };
    await writeFile(results, `${JSON.stringify(kept, null, 2)}\n`);
    say("Kept in bench/results/latest.json.");
  }
} finally {
  await servers.stop();
}
