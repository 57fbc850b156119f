import { gzipSync } from "node:zlib";
import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { RetryableError, TerminalError, UnknownOutcomeError } from "../../src/core/errors.ts";
import { createHttp } from "../../src/http/client.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";
import type { Http, HttpRequest } from "../../src/http/types.ts";
import { json, serve, type SmallServer } from "./server.ts";

const secret = "very-secret-token-1";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Setup {
  server: SmallServer;
  http: Http;
  waits: number[];
  send(request?: Partial<HttpRequest>): ReturnType<Http["request"]>;
}

async function setup(answer: (response: ServerResponse, count: number) => void): Promise<Setup> {
  let count = 0;
  const server = await serve((response) => answer(response, ++count));
  const waits: number[] = [];
  const http = createHttp({
    allow: [`${server.url}/`],
    writes: () => undefined,
    wait: async (ms) => {
      waits.push(ms);
    },
  });
  closers.push(server.close, http.close);
  return {
    server,
    http,
    waits,
    send: (request = {}) =>
      http.request({
        system: "GitLab",
        method: request.effect === "write" ? "POST" : "GET",
        url: `${server.url}/api/things?query=private`,
        effect: "read",
        signal: new AbortController().signal,
        expect: "json",
        secret: { header: "private-token", value: secret },
        ...request,
      }),
  };
}

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  const error: unknown = await promise.then(
    () => new Error("it resolved"),
    (thrown: unknown) => thrown,
  );
  // Whatever went wrong, no way of printing it shows the secret, and no message shows the query.
  expect(inspect(error, { depth: 10 })).not.toContain(secret);
  expect((error as Error).message).not.toContain("private");
  return error as Error;
};

describe("a read", () => {
  it("gives back checked JSON, with the secret added at the last hop", async () => {
    const { send, server } = await setup((response) => json(response, 200, { id: 1 }, { "x-total": "7" }));
    const reply = await send();
    expect(reply).toMatchObject({ status: 200, body: { id: 1 }, cut: false });
    expect(reply.headers["x-total"]).toBe("7");
    expect(server.requests[0]?.headers["private-token"]).toBe(secret);
  });

  it.each([502, 503, 504])("is repeated twice on %i, then says that it may work later", async (status) => {
    const { send, server } = await setup((response) => json(response, status, { message: "down" }));
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toContain(`GitLab failed with ${status} on GET /api/things. It said: down.`);
    expect(server.requests).toHaveLength(3);
  });

  it("waits as long as Retry-After asks, up to 30 s", async () => {
    const { send, waits } = await setup((response, count) =>
      count === 1 ? json(response, 429, {}, { "retry-after": "7" }) : json(response, 200, {}),
    );
    await send();
    expect(waits).toEqual([7000]);
  });

  it("does not wait longer than 30 s, and says how long the system asked for", async () => {
    const { send, server, waits } = await setup((response) =>
      json(response, 429, { message: "slow down" }, { "retry-after": "31" }),
    );
    const error = await failure(send());
    expect(error).toBeInstanceOf(HttpRefusedError);
    expect(error).toMatchObject({ status: 429, retryAfterSeconds: 31, detail: "slow down" });
    expect([server.requests.length, waits.length]).toEqual([1, 0]);
  });

  it("is repeated when the connection breaks", async () => {
    const { send, server } = await setup((response, count) =>
      count === 1 ? response.destroy() : json(response, 200, [1]),
    );
    expect((await send()).body).toEqual([1]);
    expect(server.requests).toHaveLength(2);
  });

  it("teaches where a web page stands for JSON", async () => {
    const { send } = await setup((response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>"),
    );
    const error = await failure(send());
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toMatch(/a web page instead of JSON: a sign-in page or a proxy.*token/);
    expect(error.message).not.toContain("<html>");
  });

  it("refuses JSON that does not parse", async () => {
    const { send } = await setup((response) =>
      response.writeHead(200, { "content-type": "application/json" }).end("{"),
    );
    expect((await failure(send())).message).toContain("does not parse");
  });

  it("never follows a redirect", async () => {
    const { send, server } = await setup((response) =>
      response.writeHead(302, { location: "/users/sign_in?private=1" }).end(),
    );
    const error = await failure(send());
    expect(error).toMatchObject({ code: "http_redirect" });
    expect(error.message).toContain(`${server.url}/users/sign_in`);
    expect(server.requests).toHaveLength(1);
  });

  it("stops reading at its cap", async () => {
    const { send } = await setup((response) => endless(response));
    const error = await failure(send({ maxBytes: 100_000 }));
    expect(error).toMatchObject({ code: "http_too_large" });
    expect(error.message).toContain("0.1 MB");
  });

  it("counts what a packed reply unpacks to", async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, "a"));
    const { send } = await setup((response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb),
    );
    expect(await failure(send({ maxBytes: 1_000_000 }))).toMatchObject({ code: "http_too_large" });
  });

  it("unpacks what fits", async () => {
    const { send } = await setup((response) =>
      response
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync('{"a":1}')),
    );
    expect((await send()).body).toEqual({ a: 1 });
  });

  it("cuts a text at its cap where that is wanted, and says so", async () => {
    const { send } = await setup((response) => endless(response, "text/plain"));
    const reply = await send({ expect: "text", maxBytes: 1000, overflow: "cut" });
    expect(reply.cut).toBe(true);
    expect((reply.body as string).length).toBe(1000);
  });

  it("says that a late answer changed nothing", async () => {
    const { send, server } = await setup(() => {});
    const error = await failure(send({ deadlineMs: 30 }));
    expect(error).toMatchObject({ code: "http_late" });
    expect(server.requests).toHaveLength(1);
  });

  it("rethrows the reason of the caller's own stop", async () => {
    const stop = new AbortController();
    const { send } = await setup(() => stop.abort(new Error("stopped by a person")));
    expect((await failure(send({ signal: stop.signal }))).message).toBe("stopped by a person");
  });

  it("takes its own secret and other credentials out of what a system says", async () => {
    const { send } = await setup((response) =>
      json(response, 403, { message: `token ${secret} and glpat-abcdefghijkl1234 lack scope` }),
    );
    const error = await failure(send());
    expect(error.message).toContain("token [secret] and [masked] lack scope");
  });
});

describe("a write", () => {
  it("that the system refuses is final", async () => {
    const { send, server } = await setup((response) => json(response, 409, { message: "moved on" }));
    const error = await failure(send({ effect: "write" }));
    expect(error).toBeInstanceOf(HttpRefusedError);
    expect(error.message).toBe("GitLab answered 409 to POST /api/things: moved on.");
    expect(server.requests).toHaveLength(1);
  });

  it.each([408, 500, 502, 503, 504])("answered %i is unknown, and never repeated", async (status) => {
    const { send, server } = await setup((response) => json(response, status, {}));
    expect(await failure(send({ effect: "write" }))).toBeInstanceOf(UnknownOutcomeError);
    expect(server.requests).toHaveLength(1);
  });

  it("is refused, not repeated, on 429", async () => {
    const { send, server } = await setup((response) => json(response, 429, {}, { "retry-after": "1" }));
    expect(await failure(send({ effect: "write" }))).toMatchObject({ status: 429, retryAfterSeconds: 1 });
    expect(server.requests).toHaveLength(1);
  });

  const ambiguous: [string, (response: ServerResponse) => void][] = [
    ["whose connection breaks", (response) => response.destroy()],
    ["that is answered late", () => {}],
    [
      "that is answered with a page",
      (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    ],
    [
      "that is answered with broken JSON",
      (response) => response.writeHead(201, { "content-type": "application/json" }).end("{"),
    ],
    ["that is answered without end", (response) => endless(response)],
    ["that is answered with 302", (response) => response.writeHead(302, { location: "/done" }).end()],
    [
      "whose answer breaks off",
      (response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write("{");
        setImmediate(() => response.destroy());
      },
    ],
  ];
  it.each(ambiguous)("%s is unknown, and never repeated", async (_, answer) => {
    const { send, server } = await setup(answer);
    const error = await failure(send({ effect: "write", deadlineMs: 100, maxBytes: 10_000 }));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error.message).toContain("check before anything is repeated");
    expect(server.requests).toHaveLength(1);
  });

  it("to a system that refuses connections was surely not sent", async () => {
    const { send, server } = await setup(() => {});
    await server.close();
    closers.shift();
    const error = await failure(send({ effect: "write" }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: "http_not_sent" });
  });

  it("stopped before it began was surely not sent", async () => {
    const { send, server } = await setup((response) => json(response, 200, {}));
    expect(await failure(send({ effect: "write", signal: AbortSignal.abort() }))).toMatchObject({
      code: "http_not_sent",
    });
    expect(server.requests).toHaveLength(0);
  });

  it("stopped under way is unknown", async () => {
    const stop = new AbortController();
    const { send } = await setup(() => stop.abort());
    expect(await failure(send({ effect: "write", signal: stop.signal }))).toBeInstanceOf(UnknownOutcomeError);
  });

  it("does not take a kept connection that the system has closed meanwhile for a sent one", async () => {
    const { send, server } = await setup((response) => json(response, 200, {}));
    await send({ effect: "write" });
    await send({ effect: "write" });
    expect(server.requests.map(({ headers }) => headers.connection)).toEqual(["close", "close"]);
  });
});

describe("an address", () => {
  it.each([
    ["another host", "http://169.254.169.254/latest/meta-data"],
    ["another port", "http://127.0.0.1:1/"],
    ["no http", "file:///etc/passwd"],
    ["credentials inside", "http://user:pass@127.0.0.1/"],
    ["nonsense", "not an address"],
  ])("with %s is refused before anything is sent", async (_, url) => {
    const { send, server } = await setup((response) => json(response, 200, {}));
    expect(await failure(send({ url }))).toBeInstanceOf(TerminalError);
    expect(server.requests).toHaveLength(0);
  });
});

function endless(response: ServerResponse, type = "application/json"): void {
  response.writeHead(200, { "content-type": type });
  const chunk = Buffer.alloc(65_536, "x");
  const more = () => {
    while (!response.destroyed && response.write(chunk)) {
      // Until the reader is slower than we are; then wait for it.
    }
  };
  response.on("drain", more);
  more();
}
