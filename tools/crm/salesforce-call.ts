import type { z } from "zod";
import type { Http } from "../../src/http/types.ts";
import { type CallRest, CrmRefusedError, restCaller, type RestSystem } from "./rest-call.ts";

/** Where Salesforce is. Its session is begun, kept and renewed where secrets are; here it can only be called over. */
export interface SalesforceSettings {
  /** My Domain, such as https://example.my.salesforce.com; a trailing slash does not matter. */
  url: string;
  /** Salesforce ended the session: the next request begins another. */
  sessionOver?: () => void;
}

const systemOf = ({ url }: SalesforceSettings): RestSystem => ({
  name: "Salesforce",
  url,
  meanings: {
    400: "Salesforce did not accept the values.",
    401: "Salesforce does not accept Steward's session. An operator checks SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY.",
    403: "Steward's user in Salesforce lacks a permission for this, or the day's requests are used up. A Salesforce admin looks at it.",
    404: "Salesforce knows no such record, or Steward may not see it.",
    412: "The record was changed by somebody else in the meantime, so nothing was changed.",
  },
  explain,
});

/** Salesforce answers a list of errors: their codes, words and fields. */
function explain(body: unknown): string | undefined {
  const errors: unknown[] = Array.isArray(body) ? body : [body];
  const parts = errors.flatMap((one) => {
    if (typeof one !== "object" || one === null) return [];
    const { errorCode, message, fields } = one as Record<string, unknown>;
    const named = Array.isArray(fields) && fields.length > 0 ? [`fields ${fields.join(", ")}`] : [];
    return [[errorCode, message, ...named].filter((part) => typeof part === "string").join(": ")];
  });
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Calls Salesforce. A read that meets an ended session is asked once more in a new one; a write is sent once. */
export function salesforceCaller(settings: SalesforceSettings, http: Http): CallRest {
  const call = restCaller(systemOf(settings), http);
  return async <S extends z.ZodType>(given: Parameters<typeof call<S>>[0]) => {
    try {
      return await call(given);
    } catch (error) {
      const ended = error instanceof CrmRefusedError && error.status === 401;
      if (ended) settings.sessionOver?.();
      if (!ended || given.effect === "write" || settings.sessionOver === undefined) throw error;
      return call(given);
    }
  };
}
