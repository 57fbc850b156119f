import { z } from "zod";
import type { Http } from "../../src/http/types.ts";
import { type Listed, listedTools } from "./listed.ts";
import { type Wire, wireFetch } from "./wire.ts";

/** How a server is reached. */
export type Transport =
  | { kind: "http"; url: string; http: Http; wire: Wire }
  | {
      kind: "stdio";
      command: string;
      args: readonly string[];
      env: Record<string, string>;
      /** Taken out of whatever the program says. */
      secrets: readonly string[];
      maxBytes: number;
    };

/** A reply of `tools/call`, as far as it is read. */
const answerSchema = z.object({
  content: z.array(z.looseObject({ type: z.string() })).default([]),
  structuredContent: z.record(z.string(), z.json()).optional(),
  isError: z.boolean().default(false),
});
export type Answer = z.infer<typeof answerSchema>;

const pageSchema = z.object({ tools: z.array(z.unknown()).default([]), nextCursor: z.string().optional() });

/** Pages of one list; what a server has beyond them is not seen. */
const pagesMax = 20;

/** An open connection to a server, after its handshake. */
export interface Session {
  list(options: { signal: AbortSignal; timeoutMs: number }): Promise<Listed[]>;
  call(
    name: string,
    args: Record<string, unknown>,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<Answer>;
  /** It ended by itself, or was closed. */
  ended(): boolean;
  close(): Promise<void>;
}

/** Read at the first server alone: most starts have none. */
const sdk = async () => {
  const [client, http, stdio] = await Promise.all([
    import("@modelcontextprotocol/sdk/client/index.js"),
    import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    import("@modelcontextprotocol/sdk/client/stdio.js"),
  ]);
  return { ...client, ...http, ...stdio };
};

const masked = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, "[secret]"), text);

/** Work of a session, with nothing of what it was given in an answer or an error. */
const withoutSecrets =
  (secrets: readonly string[]) =>
  async <T>(work: Promise<T>): Promise<T> => {
    if (secrets.length === 0) return work;
    try {
      // As they stand in JSON, where they may be written with escapes.
      const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
      return JSON.parse(masked(JSON.stringify(await work), written)) as T;
    } catch (error) {
      if (error instanceof Error) error.message = masked(error.message, secrets);
      throw error;
    }
  };

/** Opens a session: transport, then the protocol's handshake. Throws what either throws. */
export const openSession = async (
  transport: Transport,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<Session> => {
  const { Client, StreamableHTTPClientTransport, StdioClientTransport } = await sdk();
  const client = new Client({ name: "steward", version: "1" }, { capabilities: {} });
  let over = false;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no event target
  client.onclose = () => {
    over = true;
  };
  const way =
    transport.kind === "http"
      ? new StreamableHTTPClientTransport(new URL(transport.url), {
          fetch: wireFetch(transport.http, transport.wire),
          reconnectionOptions: {
            maxRetries: 0,
            initialReconnectionDelay: 1,
            maxReconnectionDelay: 1,
            reconnectionDelayGrowFactor: 1,
          },
        })
      : new StdioClientTransport({
          command: transport.command,
          args: [...transport.args],
          env: transport.env,
          // Whatever it says there may hold anything; whoever mends it runs it by hand.
          stderr: "ignore",
          maxBufferSize: transport.maxBytes,
        });
  const close = async (): Promise<void> => {
    over = true;
    // A session that its server keeps for us is given back, where the server takes that.
    if (way instanceof StreamableHTTPClientTransport && way.sessionId !== undefined) {
      await way.terminateSession().catch(() => {});
    }
    await client.close();
  };
  try {
    // The SDK's own types of a transport do not fit each other under exactOptionalPropertyTypes.
    await client.connect(way as Parameters<typeof client.connect>[0], { signal, timeout: timeoutMs });
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
  const clean = withoutSecrets(transport.kind === "stdio" ? transport.secrets : []);
  return {
    list: async ({ signal, timeoutMs }) => {
      const found: Listed[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pagesMax; page++) {
        const params = cursor === undefined ? {} : { cursor };
        const reply = await client.request({ method: "tools/list", params }, pageSchema, {
          ...{ signal, timeout: timeoutMs },
        });
        found.push(...listedTools(reply.tools));
        cursor = reply.nextCursor;
        if (cursor === undefined) break;
      }
      return found;
    },
    call: (name, args, { signal, timeoutMs }) => {
      const params = { name, arguments: args };
      const how = { signal, timeout: timeoutMs };
      return clean(client.request({ method: "tools/call", params }, answerSchema, how));
    },
    ended: () => over,
    close,
  };
};
