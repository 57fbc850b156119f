import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { TerminalError } from "../../core/errors.ts";

const pattern = /^[a-z][a-z0-9]*(_[a-z][a-z0-9]*){2,5}$/;

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** What the template calls its tool, and what this one is called, longest first. */
const renames = (system: string, noun: readonly string[], verb: string): [RegExp, string][] => {
  const camel = noun.map((part, at) => (at === 0 ? part : capital(part))).join("");
  const file = [...noun, verb].join("-");
  return [
    [/acme_thing_read/g, [system, ...noun, verb].join("_")],
    [/thing-read/g, file],
    [/thingRead/g, `${camel}${capital(verb)}`],
    [/tools\/template\//g, `tools/${system}/`],
    [/AcmeThing/g, `${capital(system)}${noun.map(capital).join("")}`],
    [/thingShape/g, `${camel}Shape`],
    [/"acme/g, `"${system}`],
    [/acme\.test/g, `${system}.test`],
    [/Acme/g, capital(system)],
  ];
};

const templates = [
  {
    from: "tools/template/thing-read.ts",
    to: (system: string, file: string) => `tools/${system}/${file}.ts`,
  },
  {
    from: "test/tools/template/thing-read.test.ts",
    to: (system: string, file: string) => `test/tools/${system}/${file}.test.ts`,
  },
] as const;

/** Writes a tool and its test from the template; nothing is overwritten. Answers with the files. */
export const newTool = (repository: string, name: string): string[] => {
  if (!pattern.test(name)) {
    throw new TerminalError(
      "bad_argument",
      `'${name.slice(0, 60)}' is no name for a tool: expected system_noun_verb, such as wiki_page_read.`,
    );
  }
  const [system = "", ...rest] = name.split("_");
  const verb = rest.at(-1) ?? "";
  const noun = rest.slice(0, -1);
  const wanted = templates.map(({ from, to }) => ({
    from: join(repository, from),
    to: join(repository, to(system, [...noun, verb].join("-"))),
  }));
  const there = wanted.find(({ to }) => existsSync(to));
  if (there !== undefined) {
    throw new TerminalError(
      "exists",
      `${relative(process.cwd(), there.to)} is there already; it was left as it is.`,
    );
  }
  return wanted.map(({ from, to }) => {
    const text = renames(system, noun, verb).reduce(
      (made, [before, after]) => made.replaceAll(before, after),
      readFileSync(from, "utf8"),
    );
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
    return relative(process.cwd(), to);
  });
};
