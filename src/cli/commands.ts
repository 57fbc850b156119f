import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { distance } from "fastest-levenshtein";
import { parseHeldOut } from "../agent/router/held-out.ts";
import { printReport, reportRouter } from "../agent/router/report.ts";
import { setupSaver } from "../agent/saver.ts";
import { readConfig, readFolders, readManifestSettings, readSettings } from "../config.ts";
import { StewardError } from "../core/errors.ts";
import type { Toolbox } from "../core/tool.ts";
import { testPolicies } from "../gate/policy/cases.ts";
import { readPolicies } from "../gate/policy/load.ts";
import { problemText } from "../gate/policy/problems.ts";
import { migrate } from "../store/migrate.ts";
import { inReach } from "../store/reach.ts";
import { allTools } from "../../tools/index.ts";
import { readKnowledge } from "./knowledge.ts";
import { manifestFor } from "./manifest.ts";
import { checkModes, outsideVocabulary, readOutside } from "./outside.ts";
import { readTogether } from "./problems.ts";
import { openServers } from "./servers.ts";
import { start } from "./start.ts";

/** Exit codes: 0 done, 1 what was checked is wrong, 2 the command itself was wrong. */
type Command = (args: string[], repository: string) => Promise<number>;

const say = (line: string): void => console.log(line);

/** Runs until a signal; a second one ends at once. */
const runProduct: Command = async (_, repository) => {
  const { config, knowledge } = readTogether({
    config: () => readConfig(repository),
    knowledge: () => readKnowledge(readFolders(repository), readSettings()),
  });
  checkModes(config, knowledge.vocabulary.tools);
  const product = await start(config, knowledge);
  const host = config.host ?? "localhost";
  say(`Steward is listening on http://${host}:${product.port} (answered by ${product.planner})`);
  await stopSignal();
  await product.stop();
  return 0;
};

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });

const runMigrate: Command = async (_, repository) => {
  const servers = await openServers(readConfig(repository));
  try {
    await migrate(servers.databaseUrl, [setupSaver]).catch((error: unknown) => {
      throw inReach(servers.databaseUrl, error);
    });
    say("The database is up to date.");
    return 0;
  } finally {
    await servers.stop();
  }
};

const runPolicy: Command = async ([what = "check", ...rest], repository) => {
  const folders = readFolders(repository);
  const folder = folders.policies;
  const vocabulary = allTools([outsideVocabulary(readOutside(folders))]);
  if (what === "check") {
    const { problems, loaded } = readPolicies(folder, vocabulary);
    for (const problem of problems) console.error(problemText(problem));
    if (loaded === undefined) return 1;
    say(`${loaded.rules.size} rules are well. Digest ${loaded.digest.slice(0, 12)}.`);
    return 0;
  }
  if (what === "test") return testPolicyFolder(folder, vocabulary, rest.includes("--json"));
  return wrong(`policy ${what}`, ["policy check", "policy test"]);
};

const testPolicyFolder = async (folder: string, vocabulary: Toolbox, json: boolean): Promise<number> => {
  const { problems, results } = await testPolicies(folder, vocabulary);
  const failed = results.filter((result) => !result.passed);
  if (json) say(JSON.stringify({ problems, results }));
  else {
    for (const problem of problems) console.error(problemText(problem));
    for (const { file, line, name, expected, got } of failed) {
      console.error(`${file}:${line}: ${name}: expected ${expected}, got ${got}`);
    }
    say(`${results.length - failed.length} passed, ${failed.length} failed`);
  }
  return problems.length + failed.length > 0 ? 1 : 0;
};

const runRouter: Command = (args, repository) => {
  const file = resolve(join(repository, "evals/router/held-out.yml"));
  const report = reportRouter(allTools().tools, parseHeldOut(readFileSync(file, "utf8"), file));
  say(args.includes("--json") ? JSON.stringify(report) : printReport(report));
  return Promise.resolve(0);
};

const runManifest: Command = (args, repository) => {
  const [what = "print", ...flags] = args[0]?.startsWith("--") === true ? ["print", ...args] : args;
  if (what !== "print") return Promise.resolve(wrong(`manifest ${what}`, ["manifest print"]));
  const text = readFileSync(join(repository, "manifest.yml"), "utf8");
  const manifest = manifestFor(text, readManifestSettings(flags.includes("--socket")));
  say(flags.includes("--json") ? JSON.stringify(parse(manifest), null, 2) : manifest.trimEnd());
  return Promise.resolve(0);
};

const all: Record<string, { run: Command; does: string }> = {
  start: { run: runProduct, does: "run the product (settings by environment; see README.md)" },
  migrate: { run: runMigrate, does: "bring the database up to date, then end" },
  policy: {
    run: runPolicy,
    does: "policy check: read policies/ as the start would; policy test [--json]: run its cases",
  },
  manifest: {
    run: runManifest,
    does: "manifest print: the Slack app's manifest with your STEWARD_PUBLIC_URL, or for sockets [--socket] [--json]",
  },
  tool: {
    run: async (args, repository) => (await import("./tool/index.ts")).toolCommand(args, repository),
    does: "tool list | run | import | new | accept | schema: what agents can do (tools/README.md)",
  },
  router: { run: runRouter, does: "measure the offline router on its held-out lines [--json]" },
};

const help = (): number => {
  say("steward <command>\n");
  for (const [name, { does }] of Object.entries(all)) say(`  ${name.padEnd(10)}${does}`);
  say("\nWithout a command and without Slack tokens, the sandbox starts: `npm start`.");
  return 0;
};

const wrong = (typed: string, known: readonly string[]): number => {
  const nearest = known.toSorted((a, b) => distance(a, typed) - distance(b, typed))[0];
  console.error(`There is no command '${typed}'. Did you mean '${nearest}'? 'steward help' lists them.`);
  return 2;
};

/** Runs one command of the command line and answers its exit code. What is wrong is said without a stack. */
export const commands = async (name: string, args: string[], repository: string): Promise<number> => {
  if (["help", "--help", "-h"].includes(name)) return help();
  const command = all[name];
  if (command === undefined) return wrong(name, Object.keys(all));
  try {
    return await command.run(args, repository);
  } catch (error) {
    if (!(error instanceof StewardError)) throw error;
    console.error(error.message);
    return 1;
  }
};
