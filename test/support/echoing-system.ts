import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came in. */
interface Heard {
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
  /** How it was answered. */
  fault: string;
}

/** A system in which nothing works, and that repeats to everybody whatever secret it was sent. */
export interface EchoingSystem {
  url: string;
  heard: Heard[];
  faults: readonly string[];
  close(): Promise<void>;
}

/** Longer than anybody waits: what would be asked again is told to the person instead. */
const later = { "retry-after": "600" };

type Fault = (response: ServerResponse, secret: string) => void;

const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const base64 = (text: string) => Buffer.from(text).toString("base64");
/** What a header may hold. */
const bare = (text: string) => encodeURIComponent(text);

const faults: Record<string, Fault> = {
  "400 in words": (to, secret) => json(to, 400, { message: `cannot read ${secret}` }),
  "401 as OAuth words it": (to, secret) =>
    json(to, 401, { error: "invalid_token", error_description: `unknown token ${secret}` }),
  "403 in base64": (to, secret) => json(to, 403, { message: `no right for ${base64(secret)}` }),
  "404 as a page": (to, secret) =>
    to.writeHead(404, { "content-type": "text/html" }).end(`<p>${secret} is nowhere</p>`),
  "409 in hex": (to, secret) => json(to, 409, { error: Buffer.from(secret).toString("hex") }),
  "422 by field": (to, secret) => json(to, 422, { message: { title: [`${secret} is no title`] } }),
  "429": (to, secret) => json(to, 429, { message: `${secret} asks too much` }, later),
  "451 for URLs": (to, secret) => json(to, 451, { detail: `see /?token=${encodeURIComponent(secret)}` }),
  "500": (to, secret) => json(to, 500, { message: `failed for ${secret}`, trace: [secret] }, later),
  "502 as a page": (to, secret) =>
    to.writeHead(502, { "content-type": "text/html", ...later }).end(`<pre>${secret}</pre>`),
  "503 as text": (to, secret) => to.writeHead(503, { "content-type": "text/plain", ...later }).end(secret),
  "a redirect to sign in": (to, secret) =>
    to.writeHead(302, { location: `/users/sign_in/${bare(secret)}?token=${bare(secret)}` }).end(),
  "a redirect elsewhere": (to, secret) =>
    to.writeHead(307, { location: `https://elsewhere.example/${bare(secret)}` }).end(),
  "a reason": (to, secret) => to.writeHead(418, `no ${bare(secret)}`, { "x-for": bare(secret) }).end(),
  "a sign-in page": (to, secret) =>
    to.writeHead(200, { "content-type": "text/html" }).end(`<form>${secret}</form>`),
  "another shape": (to, secret) => json(to, 200, { results: secret, data: [secret], [secret]: secret }),
  "rows of another shape": (to, secret) => json(to, 200, [{ id: secret, iid: secret, name: { secret } }]),
  "broken JSON": (to, secret) =>
    to.writeHead(200, { "content-type": "application/json" }).end(`{"token": "${secret}`),
  "a strange packing": (to, secret) =>
    to.writeHead(200, { "content-type": "application/json", "content-encoding": bare(secret) }).end("{}"),
  "half an answer": (to, secret) => {
    to.writeHead(200, { "content-type": "application/json", "content-length": "100000" });
    to.write(`{"token": "${secret}`, () => to.destroy());
  },
};

/** Every secret that a request carries, as one text. */
function secretOf(headers: IncomingMessage["headers"], body: string): string {
  const given = [headers.authorization, headers["private-token"], headers["x-api-key"]].filter(Boolean);
  // An OAuth client's secrets stand in its form.
  const form = /(?:_secret|_token|token|code)=/.test(body) ? [decodeURIComponent(body)] : [];
  return [...given, ...form].join(" ") || "nothing secret";
}

/** Starts one on a free port of 127.0.0.1; every request meets the next fault. */
export async function startEchoingSystem(): Promise<EchoingSystem> {
  const heard: Heard[] = [];
  const names = Object.keys(faults);
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const fault = names[heard.length % names.length] ?? "";
      heard.push({ url: request.url ?? "", headers: request.headers, body, fault });
      faults[fault]?.(response, secretOf(request.headers, body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    faults: names,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
