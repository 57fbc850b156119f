import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Clock } from "../http/clock.ts";
import { command } from "../http/control.ts";
import { Feed } from "../http/feed.ts";
import { json } from "../http/reply.ts";
import { startSystem, type SystemServer } from "../http/server.ts";
import type { Call, Reply } from "../http/types.ts";
import { completionOf, streamEvents, wholeReply } from "./completion.ts";
import { readRequest, type ModelRequest } from "./request.ts";
import { answerOf, chooseRule, parseRules, type Answer, type Armed, type RuleInput } from "./rules.ts";

export interface ModelOptions {
  readonly port?: number;
  readonly rules?: readonly RuleInput[];
  /** `echo`: what no rule fits is answered at once with the person's own words (for benches). */
  readonly mode?: "script" | "echo";
  /** False: keep no record of requests (for benches). */
  readonly record?: boolean;
  /** The only key that is let in; left out: any. */
  readonly apiKey?: string;
}

/** A running scripted model. Its OpenAI-compatible base URL is `baseUrl`, which ends in /v1. */
export interface Model extends SystemServer {
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly feed: Feed;
  /** Adds rules behind those there are; the first that fits answers. Throws for a rule of a wrong shape. */
  script(...rules: readonly RuleInput[]): void;
  clearScript(): void;
  /** The chat requests as received, byte for byte, oldest first. */
  bodies(): readonly string[];
  /** The last user messages of requests that no rule fitted. */
  unmatched(): readonly string[];
}

/** Starts an OpenAI-compatible model that says what its rules say, on a free port of 127.0.0.1. */
export async function startModel(options: ModelOptions = {}): Promise<Model> {
  const clock = new Clock();
  const feed = new Feed(() => clock.iso());
  const armed: Armed[] = [];
  const unmatched: string[] = [];
  const script = (rules: unknown) => {
    for (const rule of parseRules(rules)) {
      armed.push({ rule, name: rule.name ?? `rule ${armed.length + 1}`, uses: 0 });
    }
  };
  const clearScript = () => void armed.splice(0);
  script(options.rules ?? []);

  const choose = (request: ModelRequest): Answer | undefined => {
    const chosen = chooseRule(armed, request);
    if (chosen) {
      chosen.uses += 1;
      return answerOf(chosen.rule, chosen.uses, request);
    }
    if (options.mode === "echo") return { text: request.user, delayMs: 0, empty: false, badJson: false };
    unmatched.push(request.user);
    return undefined;
  };
  const chat = (call: Call) => answerChat(call, choose, armed);
  const auth = ({ headers }: Call) => {
    const key = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
    return key === undefined
      ? "missing"
      : options.apiKey === undefined || key === options.apiKey
        ? "ok"
        : "wrong";
  };
  const server = await startSystem({
    clock,
    feed,
    port: options.port,
    record: options.record,
    auth,
    routes: [
      {
        method: "POST",
        path: "/v1/chat/completions",
        handle: (call) =>
          auth(call) === "ok" ? chat(call) : refuse(401, "Incorrect API key provided.", "invalid_api_key"),
      },
      {
        method: "GET",
        path: "/v1/models",
        handle: () =>
          json(200, { object: "list", data: [{ id: "scripted", object: "model", owned_by: "sandbox" }] }),
      },
    ],
    unknown: (call) => refuse(404, `Invalid URL (${call.method} ${call.path})`, null),
    state: () => ({
      mode: options.mode ?? "script",
      rules: armed.map(({ name, uses }) => ({ name, uses })),
      unmatched,
    }),
    reset: () => {
      clearScript();
      unmatched.splice(0);
      script(options.rules ?? []);
    },
    commands: [
      command(
        "POST",
        "script",
        z.strictObject({ rules: z.array(z.unknown()), replace: z.boolean().default(false) }),
        (input) => {
          const rules = parseRules(input.rules);
          if (input.replace) clearScript();
          script(rules);
        },
      ),
      command("DELETE", "script", z.unknown(), clearScript),
    ],
  });
  return {
    ...server,
    baseUrl: `${server.url}/v1`,
    clock,
    feed,
    script: (...rules) => script(rules),
    clearScript,
    bodies: () => server.journal.list({ path: "/v1/chat/completions" }).map((entry) => entry.raw),
    unmatched: () => [...unmatched],
  };
}

type Choose = (request: ModelRequest) => Answer | undefined;

async function answerChat(call: Call, choose: Choose, rules: readonly Armed[]): Promise<Reply> {
  let request: ModelRequest;
  try {
    request = readRequest(call.body, call.raw);
  } catch (error) {
    return refuse(400, error instanceof Error ? error.message : String(error), null);
  }
  const answer = choose(request);
  if (!answer) return refuse(400, unscripted(request, rules), "unscripted");
  if (answer.delayMs > 0) await wait(answer.delayMs, undefined, { ref: false });
  if (answer.error) {
    const { status, message, code, headers } = answer.error;
    return refuse(status, message, code, headers);
  }
  if (answer.garbage !== undefined) {
    return { status: 200, headers: { "content-type": "text/html" }, body: answer.garbage };
  }
  return complete(request, answer);
}

function complete(request: ModelRequest, answer: Answer): Reply {
  const completion = completionOf(request, answer);
  const cut = answer.cutAfter !== undefined;
  const headers = { "content-type": request.stream ? "text/event-stream" : "application/json" };
  if (!request.stream && !cut) return json(200, wholeReply(completion));
  const pieces = request.stream
    ? streamEvents(completion, request.includeUsage)
    : [JSON.stringify(wholeReply(completion)).slice(0, 40)];
  return {
    status: 200,
    headers,
    body: each(cut ? pieces.slice(0, answer.cutAfter) : pieces, answer.hold),
    cut,
  };
}

async function* each(pieces: readonly string[], hold: Answer["hold"]): AsyncGenerator<string> {
  let from = 0;
  for (const { after, until } of [hold ?? []].flat()) {
    yield* pieces.slice(from, after);
    await until;
    from = after;
  }
  yield* pieces.slice(from);
}

function refuse(
  status: number,
  message: string,
  code: string | null,
  headers: Record<string, string> = {},
): Reply {
  const type = status >= 500 ? "server_error" : status === 429 ? "rate_limit_error" : "invalid_request_error";
  return json(status, { error: { message, type, param: null, code } }, headers);
}

function unscripted(request: ModelRequest, rules: readonly Armed[]): string {
  const tools = request.toolResults.map((result) => result.name).join(", ");
  return [
    `No rule of the scripted model fits. Last user message: "${request.user}".`,
    `Newest tool answers: ${tools || "none"}. Offered tools: ${request.tools.join(", ") || "none"}.`,
    `Rules: ${rules.map(({ name, uses }) => `${name} (used ${uses})`).join(", ") || "none"}.`,
  ].join(" ");
}
