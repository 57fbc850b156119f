import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../core/errors.ts";
import type { Principal } from "../core/principal.ts";
import type { Calls } from "./calls.ts";
import type { PersonRef } from "./ports.ts";
import { serveRequest } from "./serve.ts";
import type { Tokens } from "./tokens.ts";

/** Calls of one token in a minute, on all replicas together. */
const callsPerMinute = 120;
const bodyBytesMax = 1024 * 1024;
/** A body that drips is not waited for longer. */
const bodyMs = 10_000;

const metadataPath = "/.well-known/oauth-protected-resource/mcp";

/** What the door of MCP clients needs. */
export interface McpDoorParts {
  tokens: Pick<Tokens, "use">;
  calls: Calls;
  /** The person now; undefined or not active: out. */
  person(ref: PersonRef): Promise<Principal | undefined>;
  /** Runs work as seen from a workspace. */
  within<T>(workspace: string, work: () => Promise<T>): Promise<T>;
  /** Where clients and browsers reach us, without a trailing slash. */
  address(): string | undefined;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** As Bolt takes routes of its own. */
interface Route {
  path: string;
  method: string[];
  handler(request: IncomingMessage, response: ServerResponse): void;
}

/** An answer that is none of MCP's: why the door stays shut, in words. */
class Shut extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, text: string, headers: Record<string, string> = {}) {
    super(text);
    this.status = status;
    this.headers = headers;
  }
}

const howToGetOne =
  "Get a token in Slack with /steward connect mcp, and send it as 'Authorization: Bearer …'.";

/** Browsers say which page a request came from: only our own may call. Programs say nothing. */
const checkOrigin = ({ headers }: IncomingMessage, address: string | undefined): void => {
  const { origin } = headers;
  if (origin === undefined) return;
  if (address === undefined || !URL.canParse(address) || new URL(address).origin !== origin) {
    throw new Shut(403, "Pages of other origins may not call Steward.");
  }
};

const bearerOf = ({ headers }: IncomingMessage): string =>
  /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const timer = setTimeout(() => request.destroy(new Error("its body came too slowly")), bodyMs);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > bodyBytesMax) throw new Shut(413, "The request is larger than 1 MB.");
      chunks.push(bytes);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Shut(400, "The request is not JSON.");
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

const enter = async (
  parts: McpDoorParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const address = parts.address();
  checkOrigin(request, address);
  const challenge = `Bearer realm="steward"${address === undefined ? "" : `, resource_metadata="${address}${metadataPath}"`}`;
  const known = await parts.tokens.use(bearerOf(request));
  if (known === undefined) {
    throw new Shut(401, `No good token. ${howToGetOne}`, { "www-authenticate": challenge });
  }
  if (known.calls > callsPerMinute) {
    const text = `More than ${callsPerMinute} calls in a minute. Go on in a minute.`;
    throw new Shut(429, text, { "retry-after": "60" });
  }
  // Stateless: there is no stream to be opened, and no session to be ended.
  if (request.method !== "POST") throw new Shut(405, "Only POST is served here.", { allow: "POST" });
  const body = await bodyOf(request);
  // A batch would be one call for the count and a hundred for everybody else; today's MCP has none.
  if (Array.isArray(body)) throw new Shut(400, "One call a request: batches are not served here.");
  await parts.within(known.person.workspace, async () => {
    const principal = await parts.person(known.person);
    if (principal?.active !== true || principal.bot) {
      throw new Shut(401, "The person of this token is not active here.", { "www-authenticate": challenge });
    }
    await serveRequest({ request, response, body }, { token: known.id, principal }, parts.calls, parts.log);
  });
};

const shut = (response: ServerResponse, { status, message, headers }: Shut): void => {
  if (response.headersSent) {
    response.end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32000, message } }));
};

/** `/mcp`, and the page that tells clients what it takes to enter. */
export const mcpRoutes = (parts: McpDoorParts): Route[] => [
  {
    path: "/mcp",
    method: ["POST", "GET", "DELETE"],
    handler: (request, response) => {
      enter(parts, request, response).catch((error: unknown) => {
        if (error instanceof Shut) return shut(response, error);
        parts.log.error({ reason: messageOf(error) }, "an MCP client could not be served");
        shut(response, new Shut(503, "Steward cannot answer now. Try again in a moment."));
      });
    },
  },
  {
    path: metadataPath,
    method: ["GET"],
    handler: (_, response) => {
      const address = parts.address();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          resource: `${address ?? ""}/mcp`,
          resource_name: "Steward",
          bearer_methods_supported: ["header"],
          ...{ scopes_supported: [], resource_documentation: howToGetOne },
        }),
      );
    },
  },
];
