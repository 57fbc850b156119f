import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type DetailedError,
  policyToJson,
  type PolicyJson,
  type SchemaJson,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import canonicalize from "canonicalize";
import { messageOf } from "../../core/errors.ts";
import { type Annotated, annotationsOf } from "./annotations.ts";
import { type PolicyFiles, readPolicyFiles } from "./files.ts";
import { namesIn } from "./names.ts";
import { type Problem, PolicyFilesError, suggestion } from "./problems.ts";
import { actionNames, cedarSchema, type Vocabulary } from "./schema.ts";
import { lineIn, type Statement, statementsOf } from "./statements.ts";
import { readText } from "./yaml.ts";

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

const ownFiles = ["groups.yml", "owners.yml", "people.yml", "channels.yml", "README.md"];
/** Texts that `context` may be compared with; tools and groups are added per folder. */
const contextTexts = { kind: ["chat", "slash", "automation"], mode: ["on", "read-only", "off"] };

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

const cedarProblem = (statement: Statement, { message, help, sourceLocations }: DetailedError): Problem => {
  const [at] = sourceLocations ?? [];
  const words = message
    .replace(/^failed to parse policy from string: /, "")
    .replace(/^for policy `[^`]*`, /, "");
  const expected = at?.label === undefined || at.label === null ? "" : ` (${at.label.replaceAll("`", "")})`;
  return {
    file: statement.file,
    line: at === undefined ? statement.line : lineIn(statement, at.start),
    message: `rule ${statement.name}: ${words}${expected}.${help === null || help === "" ? "" : ` ${help}`}`,
  };
};

/** Group ids, action names and context texts: what Cedar's validator takes without a word. */
const nameProblems = (
  statement: Statement,
  json: PolicyJson,
  known: Readonly<Record<string, readonly string[]>>,
): Problem[] =>
  namesIn(json).flatMap((used) => {
    const [kind, name] = used.kind === "entity" ? [used.type, used.id] : [used.attribute, used.value];
    const names = known[kind];
    if (names === undefined || names.includes(name)) return [];
    const at = statement.text.indexOf(JSON.stringify(name));
    const what = used.kind === "entity" ? `${kind}::"${name}"` : `context.${kind} "${name}"`;
    return [
      {
        file: statement.file,
        line: at === -1 ? statement.line : lineIn(statement, Buffer.byteLength(statement.text.slice(0, at))),
        message: `rule ${statement.name}: unknown ${what}. ${suggestion(name, names)}`,
      },
    ];
  });

const validationProblems = (
  folder: string,
  schema: SchemaJson<string>,
  rules: ReadonlyMap<string, Rule>,
  alreadyWrong: ReadonlySet<string>,
): Problem[] => {
  const staticPolicies = Object.fromEntries([...rules].map(([name, { text }]) => [name, text]));
  const answer = validate({ schema, policies: { staticPolicies } });
  if (answer.type === "failure") return answer.errors.map(({ message }) => ({ file: folder, message }));
  const failed = new Set([...alreadyWrong, ...answer.validationErrors.map(({ policyId }) => policyId)]);
  // Of a rule with an error the rest is its consequence; "impossible" warnings refuse like errors.
  const findings = [
    ...answer.validationErrors.filter(({ policyId }) => !alreadyWrong.has(policyId)),
    ...answer.validationWarnings.filter(
      ({ policyId }, i, all) =>
        !failed.has(policyId) && all.findIndex((other) => other.policyId === policyId) === i,
    ),
  ];
  return [
    ...findings.flatMap(({ policyId, error }) => {
      const rule = rules.get(policyId);
      return rule === undefined ? [{ file: folder, message: error.message }] : [cedarProblem(rule, error)];
    }),
    ...answer.otherWarnings.map(({ message }) => ({ file: folder, message })),
  ];
};

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

const readStatements = (folder: string, problems: Problem[]): Map<string, Statement> => {
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
