import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { FileProblem } from "../problems.ts";
import { readYamlFile, type YamlFile } from "../yaml.ts";
import { type ApiFile, apiFileSchema } from "./file.ts";

/** A file of tools/apis that was read. */
export interface ListedApi {
  /** The file's name without its end: the toolkit, the account, the beginning of its tools' names. */
  system: string;
  file: YamlFile<ApiFile>;
}

const documentPattern = /\.openapi\.(ya?ml|json)$/;
const systemPattern = /^[a-z][a-z0-9]*$/;

/** Names that tools written here have already: a file of that name would speak for them. */
const taken = ["gitlab", "crm", "slack", "steward", "kb", "find", "ask"];

/** Reads every API file of a folder; documents beside them (`*.openapi.yml`) are not files of their own. */
export function readApiFiles(folder: string, problems: FileProblem[]): ListedApi[] {
  const listed = names(folder, problems).flatMap((name): ListedApi[] => {
    const path = join(folder, name);
    const system = basename(name).replace(/\.ya?ml$/, "");
    if (!systemPattern.test(system) || taken.includes(system)) {
      const expected = "a file is called after its system, in small letters and digits, such as payments.yml";
      problems.push({ file: path, message: `'${system}' is no name for a system of yours; ${expected}.` });
      return [];
    }
    const file = readYamlFile(path, apiFileSchema, problems);
    return file === undefined ? [] : [{ system, file }];
  });
  checkNames(listed, problems);
  return listed;
}

function names(folder: string, problems: FileProblem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name) && !documentPattern.test(name))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      problems.push({
        file: folder,
        message: `the folder cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      });
    }
    return [];
  }
}

/** Names begin with their system, and each stands once; an undo names a tool of the same file. */
function checkNames(listed: readonly ListedApi[], problems: FileProblem[]): void {
  const seen = new Set<string>();
  for (const { system, file } of listed) {
    const own = file.value.operations.map(({ name }) => name);
    for (const [index, { name, undo }] of file.value.operations.entries()) {
      const at = ["operations", index] as const;
      if (!name.startsWith(`${system}_`)) {
        problems.push(
          file.problem(
            [...at, "name"],
            `${name}: expected ${system}_noun_verb, since the file is ${system}.yml.`,
          ),
        );
      }
      if (seen.has(name)) problems.push(file.problem([...at, "name"], `${name} is listed twice.`));
      seen.add(name);
      if (undo !== undefined && !own.includes(undo.tool)) {
        problems.push(
          file.problem(
            [...at, "undo", "tool"],
            `${name}: '${undo.tool}' is no tool of this file. It has: ${own.join(", ")}.`,
          ),
        );
      }
    }
  }
}
