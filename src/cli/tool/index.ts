import { z } from "zod";
import { TerminalError } from "../../core/errors.ts";
import { nearestWords } from "../../../tools/nearest.ts";
import { apiFileSchema } from "../../../tools/openapi/file.ts";
import { acceptTools, printAccepted } from "./accept.ts";
import { argsOf, type Given, readGiven, textsOf } from "./given.ts";
import { importApi, printImported } from "./import.ts";
import { listTools, printTools } from "./list.ts";
import { newTool } from "./new.ts";
import { nameMissing, tryTool } from "./run.ts";

const say = (text: string): void => console.log(text);

type Sub = (given: Given, repository: string) => Promise<number> | number;

const subs: Record<string, Sub> = {
  list: async ({ flags }, repository) => {
    const { tools, note } = await listTools(repository);
    say(flags["json"] === true ? JSON.stringify(tools) : printTools(tools));
    if (note !== undefined) console.error(note);
    return 0;
  },
  run: async ({ words: [name = nameMissing()], flags: { as, ...flags } }, repository) => {
    say(await tryTool(repository, name, argsOf(flags), textsOf(as)[0]));
    return 0;
  },
  import: async ({ words: [source], flags }, repository) => {
    if (source === undefined) {
      throw new TerminalError(
        "bad_argument",
        "Which document? steward tool import <path or address> [--name payments] [--op 'GET /payouts/{id}'] [--show]",
      );
    }
    const show = flags["show"] === true;
    const imported = await importApi(repository, source, {
      ...{ name: textsOf(flags["name"])[0], wanted: textsOf(flags["op"]), show },
    });
    say(printImported(imported));
    return imported.missing.length > 0 ? 1 : 0;
  },
  new: ({ words: [name = ""] }, repository) => {
    const files = newTool(repository, name);
    const system = name.split("_")[0] ?? "";
    say(
      `${files.map((file) => `Written: ${file}`).join("\n")}\nNext: list it in tools/${system}/index.ts and tools/index.ts, its types in the resource tree there. tools/README.md goes through it.`,
    );
    return 0;
  },
  accept: async ({ words, flags }, repository) => {
    const all = flags["all"] === true;
    const accepted = await acceptTools(repository, words, all || words.length > 0);
    say(printAccepted(accepted));
    return accepted.written === undefined && accepted.changed.length > 0 ? 1 : 0;
  },
  schema: () => {
    say(JSON.stringify(z.toJSONSchema(apiFileSchema, { io: "input", unrepresentable: "any" }), null, 2));
    return 0;
  },
};

/** `steward tool <what>`: everything a toolsmith does with tools. */
export const toolCommand = (args: string[], repository: string): Promise<number> | number => {
  const [what = "list", ...rest] = args;
  const sub = Object.hasOwn(subs, what) ? subs[what] : undefined;
  if (sub !== undefined) return sub(readGiven(rest), repository);
  const known = Object.keys(subs);
  throw new TerminalError(
    "bad_argument",
    `There is no 'tool ${what}'.${nearestWords(what, known) || ` There are: ${known.join(", ")}.`}`,
  );
};
