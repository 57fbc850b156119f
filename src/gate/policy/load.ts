import { createHash } from "node:crypto";
import { policyToJson, type PolicyJson, type SchemaJson } from "@cedar-policy/cedar-wasm/nodejs";
import canonicalize from "canonicalize";
import { type Annotated, annotationsOf } from "./annotations.ts";
import { cedarProblem, nameProblems, validationProblems } from "./checks.ts";
import { type PolicyFiles, readPolicyFiles } from "./files.ts";
import { namesIn } from "./names.ts";
import { type Problem, PolicyFilesError } from "./problems.ts";
import { actionNames, cedarSchema, type Vocabulary } from "./schema.ts";
import { readStatements } from "./rule-files.ts";
import type { Statement } from "./statements.ts";

/** One named policy, parsed. */
export interface Rule extends Statement, Annotated {
  effect: PolicyJson["effect"];
  /** Groups its text names. */
  groups: string[];
}

/** A policy folder that passed every check. */
export interface LoadedPolicies {
  folder: string;
  /** SHA-256 over schema, rules, groups, owners and channels. */
  digest: string;
  /** In the order of files and lines. */
  rules: ReadonlyMap<string, Rule>;
  schema: SchemaJson<string>;
  files: PolicyFiles;
}

/** Texts that `context` may be compared with; tools and groups are added per folder. */
const contextTexts = { kind: ["chat", "slash", "automation", "mcp"], mode: ["on", "read-only", "off"] };

const digestOf = (
  schema: SchemaJson<string>,
  rules: ReadonlyMap<string, Rule>,
  files: PolicyFiles,
): string => {
  const content = canonicalize({
    schema,
    rules: [...rules].map(([name, { text }]) => [name, text]),
    groups: Object.fromEntries(files.groups),
    owners: Object.fromEntries(files.owners),
    channels: Object.fromEntries(files.channels),
  });
  return createHash("sha256")
    .update(content ?? "")
    .digest("hex");
};

/** Reads a policy folder and says everything that is wrong with it; `loaded` is absent when anything is. */
export const readPolicies = (
  folder: string,
  vocabulary: Vocabulary,
): { problems: Problem[]; loaded?: LoadedPolicies } => {
  const problems: Problem[] = [];
  const schema = cedarSchema(vocabulary);
  const files = readPolicyFiles(folder, vocabulary.entityTypes, problems);
  const groups = files.groupNames;
  const asked = [...groups, "requester", "owners"];
  const known = {
    ...contextTexts,
    Group: groups,
    Action: actionNames(vocabulary),
    tool: vocabulary.tools.map(({ name }) => name),
    ask: [...groups, "requester"],
  };
  const rules = new Map<string, Rule>();
  const wrong = new Set<string>();
  for (const statement of readStatements(folder, problems).values()) {
    const parsed = policyToJson(statement.text);
    if (parsed.type === "failure") {
      problems.push(...parsed.errors.map((error) => cedarProblem(statement, error)));
      continue;
    }
    const named = nameProblems(statement, parsed.json, known);
    if (named.length > 0) wrong.add(statement.name);
    problems.push(...named);
    rules.set(statement.name, {
      ...statement,
      ...annotationsOf(statement, parsed.json, asked, problems),
      effect: parsed.json.effect,
      groups: namesIn(parsed.json).flatMap((n) => (n.kind === "entity" && n.type === "Group" ? [n.id] : [])),
    });
  }
  problems.push(...validationProblems(folder, schema, rules, wrong));
  if (problems.length > 0) return { problems };
  return { problems, loaded: { folder, digest: digestOf(schema, rules, files), rules, schema, files } };
};

/** The same for the start: throws `PolicyFilesError` with every problem at once. */
export const loadPolicies = (folder: string, vocabulary: Vocabulary): LoadedPolicies => {
  const { problems, loaded } = readPolicies(folder, vocabulary);
  if (loaded === undefined) throw new PolicyFilesError(problems);
  return loaded;
};
