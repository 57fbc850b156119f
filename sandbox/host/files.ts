import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page loads nothing from elsewhere and runs no script of a message; block drawing sets style attributes. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves a built file; false where there is none. Names under assets/ change with their contents and may be kept. */
export async function serveFile(folder: string, path: string, response: ServerResponse): Promise<boolean> {
  const name = normalize(decodeURIComponent(path === "/" ? "/index.html" : path));
  const type = TYPES[extname(name)];
  if (type === undefined || !(name === "/index.html" || name.startsWith("/assets/"))) return false;
  const body = await readFile(join(folder, name)).catch(() => undefined);
  if (!body) return false;
  response.writeHead(200, {
    "content-type": type,
    "cache-control": name.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(body);
  return true;
}
