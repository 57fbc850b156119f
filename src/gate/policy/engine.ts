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
    return ({ action, ...request }) => {
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
    };
  };
  return { full: make("full"), hard: make("hard") };
};
