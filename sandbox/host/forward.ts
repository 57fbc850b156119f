import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "../http/reply.ts";
import { writeReply } from "../http/write-reply.ts";

/**
 * Passes a request on and its answer back, streams included. `url` is the whole address. The page's origin has been
 * checked by then and goes no further.
 */
export function forward(url: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { host: _host, origin: _origin, connection: _connection, ...headers } = incoming.headers;
  const outgoing = request(url, { method: incoming.method ?? "GET", headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", (error) => {
    if (response.headersSent || response.destroyed) response.destroy();
    else
      void writeReply(
        response,
        json(502, { error: `this part of the sandbox does not answer: ${error.message}` }),
      );
  });
  response.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}
