import type { ServerResponse } from "node:http";
import type { Reply } from "./types.ts";

/** Sends a reply; stops quietly where the caller has gone. */
export async function writeReply(response: ServerResponse, reply: Reply): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(reply.status, reply.headers);
  if (typeof reply.body === "string") {
    response.end(reply.body);
    return;
  }
  response.flushHeaders();
  for await (const piece of reply.body) {
    if (response.destroyed) return;
    if (!response.write(piece)) await roomOrGone(response);
  }
  // A cut ends the connection without the reply's own end, after what was written has left.
  if (reply.cut) response.socket?.end();
  else response.end();
}

/** Resolves when more may be written, or nobody is there to read it. */
async function roomOrGone(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("drain", resolve).once("close", resolve);
  await promise;
  response.off("drain", resolve).off("close", resolve);
}
