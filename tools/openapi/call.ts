import { TerminalError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";
import type { Http, HttpReply } from "../../src/http/types.ts";
import type { Operation } from "./document.ts";
import { written } from "./request.ts";

/** An API as its file describes it, reachable. */
export interface Api {
  /** The file's name without its end: `payments`. */
  name: string;
  /** The toolkit, and the account that requests are signed with: the same, or the system whose account a person connects. */
  system: string;
  /** For people: `Payments`. */
  title: string;
  owner: string;
  /** From configuration alone. */
  baseUrl: string;
  timeoutMs: number;
  replyBytesMax: number;
  http: Http;
}

/** One request of an API. */
export interface ApiCall {
  operation: Operation;
  /** The operation's own names. */
  args: JsonObject;
  effect: "read" | "write";
  /** What is being done, for errors: `Retry a payout`. */
  doing: string;
  headers?: Record<string, string>;
  timeoutMs?: number | undefined;
}

/** The operation was refused by the API; `status` tells how. */
class ApiRefusedError extends TerminalError {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(`api_${status}`, message, options);
    this.status = status;
  }
}

/** Sends one request and reads its reply; what goes wrong is said in words, with whom to ask. */
export async function callApi(api: Api, call: ApiCall, context: CallContext): Promise<HttpReply> {
  const reply = await send(api, call, context);
  return call.operation.reply === "json" ? reply : { ...reply, body: read(api, call, reply) };
}

/** A reply that the document does not call JSON may still be some. A page for browsers is a sign-in page. */
function read(api: Api, call: ApiCall, { body, headers }: HttpReply): unknown {
  if (typeof body !== "string") return body;
  if (/html/i.test(headers["content-type"] ?? "") && call.effect === "read") {
    const text = `${call.doing}: ${api.title} answered something unexpected: a web page. An operator checks its address.`;
    throw new TerminalError("unexpected_reply", text);
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

async function send(api: Api, call: ApiCall, context: CallContext): Promise<HttpReply> {
  const request = written(api.baseUrl, call.operation, call.args);
  const as = context.actsAs(api.system) === "person" ? { person: context.principal } : "service";
  try {
    return await api.http.request({
      system: api.title,
      ...request,
      headers: { accept: "application/json", ...request.headers, ...call.headers },
      effect: call.effect,
      signal: context.signal,
      expect: call.operation.reply === "json" ? "json" : "text",
      deadlineMs: call.timeoutMs ?? api.timeoutMs,
      maxBytes: api.replyBytesMax,
      credential: { system: api.system, as },
      ...(call.effect === "write" && { capability: context.capability }),
    });
  } catch (error) {
    throw inWords(api, call, error);
  }
}

const meanings: Record<number, (api: Api) => string> = {
  400: ({ title }) => `${title} refused what was sent.`,
  401: ({ title, owner }) => `${title} did not accept Steward's token. ${owner} or an operator renews it.`,
  403: ({ title, owner }) =>
    `${title} does not allow this to the account Steward uses. ${owner} gives the right.`,
  404: ({ title }) => `there is no such thing in ${title}, or it may not be seen with this account.`,
  409: ({ title }) => `${title} says that it is in another state than expected. Look at it again first.`,
  412: ({ title }) => `it was changed in ${title} since it was looked at. Ask again to see it as it is now.`,
  422: ({ title }) => `${title} refused what was sent.`,
  429: ({ title }) => `${title} gets too many requests.`,
};

function inWords(api: Api, { doing }: ApiCall, error: unknown): unknown {
  if (!(error instanceof HttpRefusedError)) return error;
  const meaning = meanings[error.status]?.(api) ?? `${api.title} refused with ${error.status}.`;
  const wait = error.retryAfterSeconds === undefined ? "" : ` Try again in ${error.retryAfterSeconds} s.`;
  const detail = error.detail === "" ? "" : ` (${api.title}: ${error.detail})`;
  return new ApiRefusedError(error.status, `${doing}: ${meaning}${detail}${wait}`, { cause: error });
}
