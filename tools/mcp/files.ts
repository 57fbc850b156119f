import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { slotKinds } from "../../src/core/slots.ts";
import { nearestWords } from "../nearest.ts";
import { queryProblem } from "../openapi/query.ts";
import type { FileProblem } from "../problems.ts";
import { readYamlFile, type YamlFile } from "../yaml.ts";
import { type McpFile, mcpFileSchema } from "./file.ts";
import { labelProblem } from "./labels.ts";

/** A file of tools/mcp that can be used. */
export interface McpServerFile {
  /** `wiki`, of tools/mcp/wiki.yml. */
  name: string;
  yaml: YamlFile<McpFile>;
}

const namePattern = /^[a-z][a-z0-9_]*$/;

/** How the parts of a file fit together; what only its server can tell is told later. */
const judge = ({ value, problem }: YamlFile<McpFile>, problems: FileProblem[]): void => {
  const say = (path: readonly PropertyKey[], message: string): void => {
    problems.push(problem(path, message));
  };
  const { transport } = value;
  if (transport === "http") {
    if (value.url === undefined) say(["transport"], "'url' is missing: where the server is.");
    if (value.command !== undefined) say(["command"], "'command' belongs to the transport stdio.");
  } else {
    if (value.command === undefined) say(["transport"], "'command' is missing: the program to be run.");
    if (value.url !== undefined) say(["url"], "'url' belongs to the transport http.");
    if (value.auth !== "none") {
      say(
        ["auth"],
        "a program takes its credentials from 'env'; people's own accounts need the transport http.",
      );
    }
  }
  value.tools.forEach((spec, index) => {
    const at = (...path: PropertyKey[]) => ["tools", index, ...path];
    const wrong = labelProblem(spec);
    if (wrong !== undefined) say(at("risk"), `${spec.name}: ${wrong}`);
    if (spec.target !== undefined && !/^[A-Z]\w*\/\S/.test(spec.target)) {
      say(at("target"), `'${spec.target}' is no target; expected a type and an id, such as Page/{id}.`);
    }
    for (const [path, text] of [
      [at("find", "when"), spec.find?.when],
      [at("version", "value"), spec.version?.value],
    ] as const) {
      const unreadable = text === undefined ? undefined : queryProblem(text);
      if (unreadable !== undefined) say(path, unreadable);
    }
    if (spec.effect === "read") {
      for (const key of ["find", "version", "marker", "summary"] as const) {
        if (spec[key] !== undefined) say(at(key), `'${key}' belongs to a write.`);
      }
    }
    for (const [name, kind] of Object.entries(spec.slots)) {
      if (!slotKinds.some((known) => known === kind)) {
        say(
          at("slots", name),
          `'${kind}' is no kind.${nearestWords(kind, slotKinds)} Known: ${slotKinds.join(", ")}.`,
        );
      }
    }
  });
};

/** Reads every file of a folder, `tools/mcp`; problems are collected, and a file with any is left out. */
export const readMcpFiles = (folder: string, problems: FileProblem[]): McpServerFile[] => {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  return files.toSorted().flatMap((file) => {
    const path = join(folder, file);
    const name = basename(file).replace(/\.ya?ml$/, "");
    if (!namePattern.test(name)) {
      problems.push({
        file: path,
        message: "a server's file has a name of small letters, digits and underscores.",
      });
      return [];
    }
    const before = problems.length;
    const yaml = readYamlFile(path, mcpFileSchema, problems);
    if (yaml === undefined) return [];
    judge(yaml, problems);
    return problems.length > before ? [] : [{ name, yaml }];
  });
};
