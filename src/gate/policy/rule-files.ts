import { readdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../core/errors.ts";
import { type Problem, suggestion } from "./problems.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { readText } from "./yaml.ts";

const ownFiles = ["groups.yml", "owners.yml", "people.yml", "channels.yml", "README.md"];
/** Files of the folder, sorted; anything that would be passed over in silence is a problem. */
const cedarFiles = (folder: string, problems: Problem[]): string[] => {
  let names: string[];
  try {
    // Names with a dot in front are the file system's or Kubernetes' own (`..data`).
    names = readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch (error) {
    problems.push({
      file: folder,
      message: `cannot be read (${messageOf(error)}). Without policies nothing may run.`,
    });
    return [];
  }
  for (const name of names) {
    if (ownFiles.includes(name) || name.endsWith(".cedar") || name.endsWith(".test.yml")) continue;
    problems.push({
      file: join(folder, name),
      message: `is not read: expected *.cedar, *.test.yml or one of ${ownFiles.join(", ")}. ${suggestion(name, ownFiles)}`,
    });
  }
  const found = names.filter((name) => name.endsWith(".cedar"));
  if (found.length === 0) {
    problems.push({ file: folder, message: "holds no .cedar file. Without policies nothing may run." });
  }
  return found;
};

/** The named policies of a folder, in the order of files and lines. */
export const readStatements = (folder: string, problems: Problem[]): Map<string, Statement> => {
  const statements = new Map<string, Statement>();
  for (const name of cedarFiles(folder, problems)) {
    const file = join(folder, name);
    const source = readText(file, problems);
    if (source === undefined) continue;
    const before = problems.length;
    const found = statementsOf(file, name.replace(/\.cedar$/, ""), source, problems);
    if (found.length === 0 && problems.length === before)
      problems.push({ file, message: "holds no policy. Write one, or remove the file." });
    for (const statement of found) {
      const first = statements.get(statement.name);
      if (first === undefined) statements.set(statement.name, statement);
      else {
        problems.push({
          file,
          line: statement.line,
          message: `rule name '${statement.name}' is taken by ${first.file}:${first.line}. Choose another.`,
        });
      }
    }
  }
  return statements;
};
