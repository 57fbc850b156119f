import {
  type DetailedError,
  type PolicyJson,
  type SchemaJson,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import { namesIn } from "./names.ts";
import { type Problem, suggestion } from "./problems.ts";
import { lineIn, type Statement } from "./statements.ts";

/** One of Cedar's own complaints, placed in the file. */
export const cedarProblem = (
  statement: Statement,
  { message, help, sourceLocations }: DetailedError,
): Problem => {
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
export const nameProblems = (
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

/** What Cedar's validator says of rules that parse; its warnings refuse as its errors do. */
export const validationProblems = (
  folder: string,
  schema: SchemaJson<string>,
  rules: ReadonlyMap<string, Statement>,
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
