import {
  type EntityJson,
  type EntityUidJson,
  type Context,
  type PolicySet,
  preparsePolicySet,
  preparseSchema,
  type SchemaJson,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/nodejs";
import { StewardError } from "../../core/errors.ts";

/** One question in Cedar's own words. */
export interface CedarRequest {
  principal: EntityUidJson;
  action: string;
  resource: EntityUidJson;
  context: Context;
  entities: EntityJson[];
}

/** Cedar's answer. `errors` are policies that could not be evaluated: Cedar skips them, Steward must not. */
export interface CedarAnswer {
  allowed: boolean;
  /** Ids of the policies that decided. */
  reasons: string[];
  errors: { policy: string; message: string }[];
}

/** Answers that a set remembers: a write is judged when it is proposed, when it is approved and before it is sent. */
const answersMax = 2_000;

/**
 * The same request has the same answer, since policies and schema of a set never change; asking takes Cedar a third of
 * a millisecond. What throws is not remembered.
 */
const remembering = (ask: CedarSet): CedarSet => {
  const answers = new Map<string, CedarAnswer>();
  return (request) => {
    const key = JSON.stringify(request);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(request);
    const [oldest] = answers.size < answersMax ? [] : answers.keys();
    if (oldest !== undefined) answers.delete(oldest);
    answers.set(key, answer);
    return answer;
  };
};

/** A set of policies, parsed once. Throws when the request itself does not fit the schema. */
export type CedarSet = (request: CedarRequest) => CedarAnswer;

const parsed = (what: string, answer: ReturnType<typeof preparseSchema>): void => {
  if (answer.type === "success") return;
  throw new StewardError(
    "policy_parse",
    `${what}: ${answer.errors.map(({ message }) => message).join("; ")}`,
  );
};

/** Parses schema and policies under names made of their digest; Cedar keeps them for the life of the process. */
export const preparse = (
  digest: string,
  schema: SchemaJson<string>,
  sets: Readonly<Record<"full" | "hard", Readonly<Record<string, string>>>>,
): Record<"full" | "hard", CedarSet> => {
  const preparsedSchemaName = `schema:${digest}`;
  parsed("Policy schema", preparseSchema(preparsedSchemaName, schema));
  const make = (name: "full" | "hard"): CedarSet => {
    const preparsedPolicySetId = `${name}:${digest}`;
    const policies: PolicySet = { staticPolicies: sets[name] };
    parsed("Policies", preparsePolicySet(preparsedPolicySetId, policies));
    return remembering(({ action, ...request }) => {
      const answer = statefulIsAuthorized({
        ...request,
        action: { type: "Action", id: action },
        preparsedSchemaName,
        validateRequest: true,
        preparsedPolicySetId,
      });
      if (answer.type === "failure") {
        throw new StewardError("policy_request", answer.errors.map(({ message }) => message).join("; "));
      }
      const { decision, diagnostics } = answer.response;
      return {
        allowed: decision === "allow",
        reasons: diagnostics.reason,
        errors: diagnostics.errors.map(({ policyId, error }) => ({
          policy: policyId,
          message: error.message,
        })),
      };
    });
  };
  return { full: make("full"), hard: make("hard") };
};
