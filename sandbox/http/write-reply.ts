import { once } from "node:events";
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
  for await (const piece of reply.body) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
  }
  if (reply.cut) response.destroy();
  else response.end();
}
