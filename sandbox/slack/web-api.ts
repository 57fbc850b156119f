import { parseArguments } from "./arguments.ts";
import type { Api } from "./handlers/context.ts";
import { missingScope } from "./handlers/context.ts";
import { HANDLERS } from "./handlers/index.ts";
import { COMMON_ERRORS, isMethod, type Method, type MethodName, METHODS } from "./methods.ts";
import type { RateLimits } from "./rate.ts";
import type { Call, Records } from "./records.ts";
import { SlackError } from "./slack-error.ts";
import type { Opened } from "./sockets.ts";
import { json } from "../http/reply.ts";
import type { Reply } from "../http/types.ts";

/** What one call of the Web API needs. */
export interface WebApi {
  readonly api: () => Api;
  readonly records: Records;
  readonly limits: RateLimits;
  readonly token: string;
  /** `apps.connections.open`: the one method for the app itself, whatever workspace. */
  readonly openConnection: (authorization: string | undefined) => Opened;
}

/** A call as it came in. */
export interface Incoming {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
  readonly json: boolean;
}

/** Carries out one call and says what to answer: HTTP 200 for everything but rate limits, as Slack does. */
export function callMethod(web: WebApi, incoming: Incoming, call: Call): Reply {
  if (incoming.method === "apps.connections.open") {
    const opened = web.openConnection(incoming.authorization);
    call.result = opened.ok ? "ok" : opened.error;
    return json(200, opened);
  }
  const api = web.api();
  try {
    const method = methodOf(incoming.method);
    if (!api.streaming && method.endsWith("Stream")) throw new SlackError("unknown_method");
    checkToken(web, incoming);
    const table: Method = METHODS[method];
    const wait = web.limits.take(method, table.tier, placeOf(incoming.args));
    if (wait !== undefined) {
      call.result = "ratelimited";
      return json(429, { ok: false, error: "ratelimited" }, { "retry-after": String(wait) });
    }
    // Slack ignores the JSON body of a method that reads forms alone.
    const args = parseArguments(table, incoming.json && !table.json ? {} : incoming.args);
    if (table.scopes.length > 0 && !table.scopes.some((scope) => api.scopes.has(scope))) {
      throw missingScope(api, table.scopes.join(","));
    }
    const fields = HANDLERS[method](args, api);
    call.result = "ok";
    call.ts = tsOf(fields);
    const headers = {
      "x-oauth-scopes": [...api.scopes].join(","),
      "x-accepted-oauth-scopes": table.scopes.join(","),
    };
    return json(200, { ok: true, ...fields }, headers);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    checkListed(incoming.method, error.code);
    call.result = error.code;
    if (error.violation !== undefined) web.records.violation(incoming.method, error.code, error.violation);
    return json(200, { ok: false, error: error.code, ...error.extra });
  }
}

/** A refusal that the table does not list would be one that Slack does not give: a fault of the simulator. */
function checkListed(name: string, code: string): void {
  const own: readonly string[] = isMethod(name)
    ? [...METHODS[name].errors, "unknown_method"]
    : ["unknown_method"];
  if (own.includes(code) || COMMON_ERRORS.some((common) => common === code)) return;
  throw new Error(`the simulator refused ${name} with ${code}, which is not in methods.ts`);
}

function methodOf(name: string): MethodName {
  if (isMethod(name)) return name;
  throw new SlackError("unknown_method", {
    violation: `the simulator has no ${name}: it has ${Object.keys(METHODS).join(", ")}`,
    extra: { req_method: name },
  });
}

function checkToken(web: WebApi, { authorization, args }: Incoming): void {
  const given = authorization?.replace(/^Bearer /i, "") ?? args["token"];
  if (given === undefined || given === "") throw new SlackError("not_authed", { violation: "no token" });
  if (given !== web.token)
    throw new SlackError("invalid_auth", { violation: "a token that was never issued" });
}

function placeOf(args: Readonly<Record<string, unknown>>): { channel: string; thread: string } {
  const text = (name: string) => (typeof args[name] === "string" ? args[name] : "");
  return { channel: text("channel") || text("channel_id"), thread: text("thread_ts") };
}

function tsOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const ts = fields["ts"] ?? fields["message_ts"];
  return typeof ts === "string" ? ts : undefined;
}
