import type { IncomingMessage, ServerResponse } from "node:http";
import type { Workspace } from "./workspace.ts";

/** What a browser is shown instead of a private file. */
const SIGN_IN =
  "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to see this file.</body></html>";

/**
 * Takes uploads (POST /upload/v1/…: the bytes, or a form with them) and gives files (GET /files-pri/…). Without the
 * bot's token a file is answered, as in Slack, by 200 and a page to sign in. True where the request was one of these.
 */
export async function serveFiles(
  parts: { readonly workspace: () => Workspace; readonly token: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = new URL(request.url ?? "/", "http://sandbox").pathname;
  if (request.method === "POST" && path.startsWith("/upload/")) {
    const bytes = await bytesOf(request);
    const taken = parts.workspace().files.receive(path, bytes);
    response
      .writeHead(taken ? 200 : 404, { "content-type": "text/plain" })
      .end(taken ? `OK - ${bytes.length}` : "no such upload");
    return true;
  }
  if (request.method !== "GET" || !path.startsWith("/files-pri/")) return false;
  const id = /^\/files-pri\/[^/]*-(F[^/]+)\//.exec(path)?.[1] ?? "";
  const file = parts.workspace().files.get(id);
  if (request.headers.authorization !== `Bearer ${parts.token}`) {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(SIGN_IN);
  } else if (!file?.bytes) response.writeHead(404).end();
  else {
    response
      .writeHead(200, { "content-type": file.mimetype, "content-length": file.bytes.length })
      .end(file.bytes);
  }
  return true;
}

/** The bytes that were sent, as they are or as the one file of a form. */
async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  for (const value of form.values()) {
    return typeof value === "string" ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
  }
  return Buffer.alloc(0);
}
