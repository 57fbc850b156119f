import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Decision } from "../../core/decision.ts";
import type { Groups } from "../policy-port.ts";
import { type PolicyCase, readCases } from "./case-file.ts";
import { createGroups } from "./groups.ts";
import { createPolicy } from "./index.ts";
import { type LoadedPolicies, readPolicies } from "./load.ts";
import type { Problem } from "./problems.ts";
import type { Vocabulary } from "./schema.ts";

/** What became of one case of a `*.test.yml`. */
interface CaseResult {
  file: string;
  line: number;
  name: string;
  passed: boolean;
  expected: string;
  got: string;
  /** Why it was denied, for people. */
  reason?: string;
}

/** The outcome of `steward policy test`. Cases run only when there are no problems. */
export interface PolicyTestReport {
  problems: Problem[];
  rules: number;
  results: CaseResult[];
}

/** Groups by the files alone: e-mail addresses, and the Slack memberships that the case claims. */
const groupsOf = ({ files }: LoadedPolicies, { claimed }: PolicyCase): Groups => {
  const byFile = createGroups(files.groups, {
    usergroup: async () => [],
    person: async () => undefined,
    personByEmail: async () => undefined,
  });
  return {
    ...byFile,
    isMember: async (group, person) =>
      (claimed.get(person.user) ?? []).includes(group) || (await byFile.isMember(group, person)),
  };
};

const askText = (asks: readonly { rule: string; group: string; count: number }[]): string =>
  `ask ${asks
    .map(({ rule, group, count }) => `${count} of ${group} by ${rule}`)
    .sort()
    .join(" and ")}`;

const denyText = (rules: readonly string[]): string =>
  rules.length === 0 ? "deny by no rule" : `deny by ${[...rules].sort().join(", ")}`;

const expectedText = (expected: PolicyCase["expect"]): string => {
  if (typeof expected === "string") return expected;
  return "ask" in expected ? askText(expected.ask) : denyText(expected.deny);
};

const decisionText = (decision: Decision): string => {
  if (decision.kind === "allow") return "allow";
  return decision.kind === "ask"
    ? askText(decision.asks.map(({ policy, group, count }) => ({ rule: policy, group, count })))
    : denyText(decision.policies);
};

const runCase = async (
  loaded: LoadedPolicies,
  vocabulary: Vocabulary,
  one: PolicyCase,
): Promise<CaseResult> => {
  const { file, line, name, request, vote } = one;
  const policy = createPolicy(loaded, vocabulary, {
    groups: groupsOf(loaded, one),
    channels: async () => ({ mode: one.mode }),
  });
  const expected = expectedText(one.expect);
  if (vote !== undefined) {
    const ask = { policy: "", group: vote.ask, count: 1, because: "", reason: false };
    const got = (await policy.mayApprove(vote.by, ask, request)) ? "counts" : "refused";
    return { file, line, name, passed: got === expected, expected, got };
  }
  const decision = await policy.decide(request);
  const got = decisionText(decision);
  return {
    file,
    line,
    name,
    passed: got === expected,
    expected,
    got,
    ...(decision.kind === "deny" && { reason: decision.reason }),
  };
};

/** Checks a policy folder and runs its `*.test.yml` cases. */
export const testPolicies = async (folder: string, vocabulary: Vocabulary): Promise<PolicyTestReport> => {
  const { problems, loaded } = readPolicies(folder, vocabulary);
  if (loaded === undefined) return { problems, rules: 0, results: [] };
  const cases = readdirSync(folder)
    .filter((name) => name.endsWith(".test.yml"))
    .sort()
    .flatMap((name) => readCases(join(folder, name), vocabulary, problems));
  if (problems.length > 0) return { problems, rules: loaded.rules.size, results: [] };
  const results = await Promise.all(cases.map((one) => runCase(loaded, vocabulary, one)));
  return { problems, rules: loaded.rules.size, results };
};
