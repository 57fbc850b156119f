import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the product received it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  /** An event envelope, an interactivity payload, or the fields of a slash command. */
  readonly body: Record<string, unknown>;
}

/** A stand-in for the product that keeps what Slack sends it and answers as told. */
export interface Product {
  readonly url: string;
  readonly received: Received[];
  /** Answers of the next requests, first to last; 200 without a body once they are used up. `hang`: never. */
  readonly answers: (Answer | "hang")[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export async function startProduct(port = 0): Promise<Product> {
  const received: Received[] = [];
  const answers: Product["answers"] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const raw = Buffer.concat(pieces).toString();
      const answer = answers.shift() ?? { status: 200 };
      received.push({ headers: request.headers, raw, body: bodyOf(raw, request.headers["content-type"]) });
      if (answer !== "hang") response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function bodyOf(raw: string, type: string | undefined): Record<string, unknown> {
  if (type === "application/json") return JSON.parse(raw) as Record<string, unknown>;
  const form = Object.fromEntries(new URLSearchParams(raw));
  return form["payload"] === undefined ? form : (JSON.parse(form["payload"]) as Record<string, unknown>);
}
