import { json } from "../http/reply.ts";
import type { AuthState, Call, Reply, Route } from "../http/types.ts";
import { badRequest, CrmError } from "./errors.ts";
import type { Store } from "./store.ts";
import { OBJECT_TYPES, type ObjectType } from "./types.ts";

/** Tokens by their text: what each may do. `crm.read` reads, `crm.write` also writes. */
export type CrmTokens = Readonly<Record<string, "crm.read" | "crm.write">>;

export type Api = (method: string, path: string, handle: (call: Call, store: Store) => Reply) => Route;

const bearer = (call: Call) => /^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1];

export function authState(call: Call, tokens: CrmTokens): AuthState {
  const token = bearer(call);
  return token === undefined ? "missing" : tokens[token] ? "ok" : "wrong";
}

/** Makes routes that check the token and answer HubSpot's errors. */
export function api(store: () => Store, tokens: CrmTokens): Api {
  return (method, path, handle) => ({
    method,
    path,
    handle: (call) => {
      try {
        authorise(call, tokens, method === "GET" || path.endsWith("/search") || path.endsWith("/batch/read"));
        return handle(call, store());
      } catch (error) {
        if (error instanceof CrmError) return error.reply;
        throw error;
      }
    },
  });
}

function authorise(call: Call, tokens: CrmTokens, reads: boolean): void {
  const state = authState(call, tokens);
  if (state !== "ok") {
    const message =
      state === "missing"
        ? "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
        : "The OAuth token used to make this call is not valid.";
    throw new CrmError(401, "INVALID_AUTHENTICATION", message);
  }
  if (reads || tokens[bearer(call) ?? ""] === "crm.write") return;
  throw new CrmError(
    403,
    "MISSING_SCOPES",
    "This app hasn't been granted all required scopes to make this call.",
    {
      errors: [
        {
          message: "One or more of the following scopes are required.",
          context: { requiredGranularScopes: ["crm.objects.deals.write"] },
        },
      ],
    },
  );
}

/** The object type that the path names: plural, singular, or HubSpot's number. */
export function typeOf(call: Call, part: string): ObjectType {
  const given = call.param(part).toLowerCase();
  const numbers: Readonly<Record<string, ObjectType>> = {
    "0-1": "contacts",
    "0-2": "companies",
    "0-3": "deals",
    "0-5": "tickets",
    company: "companies",
  };
  const found = numbers[given] ?? OBJECT_TYPES.find((type) => type === given || type === `${given}s`);
  if (!found) throw badRequest(`Unable to infer object type from: ${given}`);
  return found;
}

/** A list in the query: `a=1,2` or `a=1&a=2`. */
export const listOf = (call: Call, name: string): string[] =>
  call.query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "");

/** A field of the JSON body; undefined where there is none. */
export function field(call: Call, name: string): unknown {
  const { body } = call;
  return typeof body === "object" && body !== null
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** The `properties` of a write. Throws HubSpot's 400 where there are none. */
export function propertiesOf(call: Call): Readonly<Record<string, unknown>> {
  const properties = field(call, "properties");
  if (typeof properties === "object" && properties !== null && !Array.isArray(properties)) {
    return properties as Readonly<Record<string, unknown>>;
  }
  throw badRequest('Invalid input JSON: "properties" must be an object');
}

/** One page of a list, with HubSpot's cursor. */
export function paged<T>(
  rows: readonly T[],
  after: number,
  limit: number,
): { results: readonly T[]; paging?: object } {
  const end = after + limit;
  return {
    results: rows.slice(after, end),
    ...(end < rows.length && { paging: { next: { after: String(end) } } }),
  };
}

/** What HubSpot answers where it has no such address. */
export const noRoute = (call: Call): Reply =>
  json(404, { status: "error", message: `No route for ${call.path}`, category: "OBJECT_NOT_FOUND" });
