import { randomBytes } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../src/core/errors.ts";
import { createHttp } from "../../src/http/client.ts";
import { json } from "./server.ts";
import { failure, setup } from "./support.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const megabyte = 1024 * 1024;

/** Writes chunks for as long as somebody reads them, up to `bytes`. */
function pour(response: ServerResponse, type: string, chunk: Buffer, bytes = Infinity): { sent: number } {
  const poured = { sent: 0 };
  response.writeHead(200, { "content-type": type });
  const more = () => {
    while (!response.destroyed && poured.sent < bytes) {
      poured.sent += chunk.length;
      if (!response.write(chunk)) return;
    }
    if (!response.destroyed) response.end();
  };
  response.on("drain", more);
  more();
  return poured;
}

describe("a hostile system", () => {
  it("that sends a log of 50 MB is read as far as wanted, and left", async () => {
    const line = Buffer.from(`${"x".repeat(1023)}\n`.repeat(64));
    let poured = { sent: 0 };
    const { send } = await setup(closers, (response) => {
      poured = pour(response, "text/plain", line, 50 * megabyte);
    });
    const reply = await send({ expect: "text", maxBytes: megabyte, overflow: "cut" });
    expect(reply.cut).toBe(true);
    expect((reply.body as string).length).toBe(megabyte);
    expect(poured.sent).toBeLessThan(25 * megabyte);
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("that sends a bomb packed by %s is left at the cap", async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(64 * megabyte));
    const { send } = await setup(closers, (response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding }).end(bomb),
    );
    const error = await failure(send({ maxBytes: megabyte }));
    expect(error).toMatchObject({ code: "http_too_large" });
    expect(error.message).toContain("is over 1 MB, so it was not read. Ask for less");
  });

  it("that sends more than allowed before it unpacks to anything is left too", async () => {
    const { send } = await setup(closers, (response) =>
      response
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync(randomBytes(3 * megabyte))),
    );
    expect(await failure(send({ maxBytes: megabyte }))).toBeInstanceOf(Error);
  });

  it("that packs twice, or in a way nobody asked for, is not believed", async () => {
    const { send } = await setup(closers, (response) =>
      response
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip, gzip" })
        .end("x"),
    );
    expect(await failure(send())).toBeInstanceOf(RetryableError);
  });

  it("that drips is left at the deadline, however steadily it drips", async () => {
    const { send, server } = await setup(closers, (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(drip));
    });
    const error = await failure(send({ deadlineMs: 80 }));
    expect(error).toMatchObject({ code: "http_late" });
    expect(server.requests).toHaveLength(1);
  });

  it("that drips headers, or sends headers without end, is left", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.write("HTTP/1.1 200 OK\r\n");
      const more = () => {
        while (!socket.destroyed && socket.write(`x-${"a".repeat(1000)}: b\r\n`)) {
          // Until somebody hangs up.
        }
      };
      socket.on("drain", more);
      more();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const http = createHttp({ allow: [url], writes: () => undefined, wait: async () => {} });
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    }, http.close);
    const signal = new AbortController().signal;
    const error = await failure(
      http.request({
        system: "GitLab",
        method: "GET",
        url,
        effect: "read",
        signal,
        expect: "json",
        deadlineMs: 2_000,
      }),
    );
    expect(error).toMatchObject({ code: "http_broken" });
  });

  it("that answers with a sign-in page and 200 is told as one, without its words", async () => {
    const { send } = await setup(closers, (response) =>
      response
        .writeHead(200, { "content-type": "text/html; charset=utf-8" })
        .end("<h1>Welcome, sign in</h1>"),
    );
    const error = await failure(send());
    expect(error).toMatchObject({ code: "http_not_json" });
    expect(error.message).toMatch(/a web page instead of JSON: a sign-in page or a proxy stands between/);
    expect(error.message).not.toContain("Welcome");
  });

  it.each([301, 302, 303, 307, 308])(
    "that redirects elsewhere with %i is not followed, and gets no secret there",
    async (status) => {
      const elsewhere = await setup(closers, (response) => json(response, 200, { fooled: true }));
      const { send } = await setup(closers, (response) =>
        response.writeHead(status, { location: `${elsewhere.server.url}/collect` }).end(),
      );
      expect(await failure(send())).toMatchObject({ code: "http_redirect" });
      expect(elsewhere.server.requests).toEqual([]);
    },
  );

  it.each([500, 502, 503, 504, 520])(
    "that fails with %i is asked three times by a read, once by a write",
    async (status) => {
      const { send, server, waits } = await setup(closers, (response) => json(response, status, {}));
      expect(await failure(send())).toBeInstanceOf(RetryableError);
      expect([server.requests.length, waits]).toEqual([3, [250, 1000]]);
      await failure(send({ effect: "write" }));
      expect(server.requests).toHaveLength(4);
    },
  );

  it.each([400, 401, 403, 404, 409, 422, 501])("that says %i is not asked again", async (status) => {
    const { send, server } = await setup(closers, (response) => json(response, status, {}));
    await failure(send());
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ["12", 12_000],
    ["Fri, 20 Nov 2026 12:00:09 GMT", 9_000],
    ["Fri, 20 Nov 2026 11:00:00 GMT", 0],
    ["soon", 250],
    ["-5", 250],
  ])("that asks to wait '%s' is waited for", async (header, ms) => {
    const { send, waits } = await setup(
      closers,
      (response, count) =>
        count === 1 ? json(response, 503, {}, { "retry-after": header }) : json(response, 200, {}),
      { now: () => new Date("2026-11-20T12:00:00Z") },
    );
    await send();
    expect(waits).toEqual([ms]);
  });

  it("that asks to wait for ever is not", async () => {
    const { send, waits } = await setup(closers, (response) =>
      json(response, 503, {}, { "retry-after": "99999999999" }),
    );
    expect(await failure(send())).toBeInstanceOf(RetryableError);
    expect(waits).toEqual([]);
  });

  it("that answers while the turn is stopped is left at once, also between two tries", async () => {
    const stop = new AbortController();
    const { http, server } = await setup(closers, (response) => json(response, 503, {}), {
      wait: (_, signal) => {
        stop.abort(new Error("stopped by Anna"));
        return Promise.reject(signal.reason as Error);
      },
    });
    const error = await failure(
      http.request({
        ...{ system: "GitLab", method: "GET", url: server.url, effect: "read", expect: "json" },
        signal: stop.signal,
      }),
    );
    expect(error.message).toBe("stopped by Anna");
    expect(server.requests).toHaveLength(1);
  });

  it("whose name is rebound to where metadata is gets no request", async () => {
    const { server } = await setup(closers, (response) => json(response, 200, { ok: true }));
    const { port } = new URL(server.url);
    const answers = ["127.0.0.1", "169.254.169.254"];
    const http = createHttp({
      allow: [`http://gitlab.corp.example:${port}`],
      writes: () => undefined,
      wait: async () => {},
      resolve: async () => [{ address: answers.shift() ?? "169.254.169.254", family: 4 }],
    });
    closers.push(http.close);
    const ask = (effect: "read" | "write") =>
      http.request({
        ...{
          system: "GitLab",
          method: "POST",
          url: `http://gitlab.corp.example:${port}/x`,
          effect,
          expect: "json",
        },
        signal: new AbortController().signal,
      });
    // Writes do not share connections: each looks the name up.
    expect((await ask("write")).body).toEqual({ ok: true });
    for (const effect of ["write", "read"] as const) {
      const error = await failure(ask(effect));
      expect(error).toBeInstanceOf(TerminalError);
      expect(error).toMatchObject({ code: "address_barred" });
      expect(error.message).toContain("gitlab.corp.example leads to an address at which no system can be");
    }
    expect(server.requests).toHaveLength(1);
  });

  it("is told nothing by the settings of a proxy around us", async () => {
    const before = { ...process.env };
    try {
      Object.assign(process.env, { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" });
      const { send } = await setup(closers, (response) => json(response, 200, { ok: 1 }));
      expect((await send()).body).toEqual({ ok: 1 });
    } finally {
      process.env = before;
    }
  });

  it("that gives back what was secret in a body or an address gives it to nobody", async () => {
    const secret = "refresh/7Qm2+opaque-9";
    const { send, server } = await setup(closers, (response, count) =>
      count === 1
        ? json(response, 302, {}, { location: `/sign-in?was=/${encodeURIComponent(secret)}` })
        : json(response, 400, { message: `bad ${secret}` }),
    );
    const url = `${server.url}/tokens/${encodeURIComponent(secret)}`;
    for (const effect of ["read", "write"] as const) {
      const error = await failure(send({ url, effect, body: `token=${secret}`, hides: [secret] }));
      expect(error.message).toContain("/tokens/[secret]");
      expect(inspect(error, { depth: 10 })).not.toContain("7Qm2");
    }
  });

  it.each([
    ["as it was sent", (token: string) => token],
    ["encoded", (token: string) => Buffer.from(token).toString("base64")],
    ["encoded with its scheme", (token: string) => Buffer.from(`Bearer ${token}`).toString("base64")],
    [
      "encoded amid other things",
      (token: string) => Buffer.from(`{"t":"${token}","u":1}`).toString("base64url"),
    ],
    ["for URLs", (token: string) => Buffer.from(token).toString("base64url")],
    ["in hex", (token: string) => Buffer.from(token).toString("hex")],
    ["escaped", (token: string) => encodeURIComponent(token)],
  ])("that gives our secret back %s gives it to nobody", async (_, form) => {
    const token = "opaque+credential/7Qm2=";
    const echoed = form(token);
    const answers = [
      (response: ServerResponse) =>
        json(response, 200, { echo: echoed, list: [`Bearer ${echoed}`] }, { "x-echo": echoed }),
      (response: ServerResponse) => json(response, 403, { message: `not for ${echoed}` }),
      (response: ServerResponse) => json(response, 302, {}, { location: `/sign-in/${echoed}` }),
      (response: ServerResponse) => json(response, 200, {}, { "content-encoding": echoed }),
    ];
    const { send } = await setup(closers, (response, count) => answers[Math.min(count, 4) - 1]?.(response));
    const secret = { header: "authorization", value: `Bearer ${token}` };
    const told = [await send({ secret }), ...(await failures(3, () => send({ secret })))];
    for (const one of told)
      expect(inspect(one, { depth: 10, showHidden: true })).not.toContain(echoed.slice(10, 22));
  });
});

async function failures(times: number, act: () => Promise<unknown>): Promise<Error[]> {
  const found: Error[] = [];
  for (let at = 0; at < times; at += 1) found.push(await failure(act()));
  return found;
}
