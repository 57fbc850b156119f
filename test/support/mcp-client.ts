import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";
import type { Steward } from "../steward.ts";
import { privateAnswer } from "./clicks.ts";

const answerSchema = z.object({
  content: z.array(z.object({ type: z.literal("text"), text: z.string() })),
  isError: z.boolean().default(false),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
});

/** What one call of a client gave. */
interface Told {
  text: string;
  isError: boolean;
  data: Record<string, unknown>;
}

/** A client of Steward's `/mcp`, as anybody's would be. */
export interface McpClient {
  tools(): Promise<{ name: string; annotations?: object | undefined; description?: string | undefined }[]>;
  call(name: string, args: Record<string, unknown>): Promise<Told>;
  close(): Promise<void>;
}

/** Asks for a token in Slack, and reads it where the person does. */
export const tokenFor = async (
  steward: Pick<Steward, "slack">,
  user: string,
): Promise<{ token: string; id: string; shown: string }> => {
  const channel = "C0GENERAL";
  const shown = await privateAnswer(steward, channel, user, () =>
    steward.slack.slash({ as: user, channel, command: "/steward", text: "connect mcp" }),
  );
  return {
    shown,
    token: /steward_mcp_[\w-]+/.exec(shown)?.[0] ?? "",
    id: /disconnect mcp (\w+)/.exec(shown)?.[1] ?? "",
  };
};

/** Connects the SDK's own client. */
export const mcpClient = async (url: string, token: string): Promise<McpClient> => {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    tools: async () => (await client.listTools()).tools,
    call: async (name, args) => {
      const { content, isError, structuredContent } = answerSchema.parse(
        await client.callTool({ name, arguments: args }),
      );
      return { text: content.map(({ text }) => text).join("\n"), isError, data: structuredContent ?? {} };
    },
    close: () => client.close(),
  };
};

/** Steward's own settings; all others are those of systems. */
const own = /^(PORT$|STEWARD_(?!CRM)|LOG_|NODE_|DATABASE_|SLACK_|REDIS_|OPENAI_)/;

/** Connects only the systems whose settings match: what nobody asks for need not be learned at the start. */
export const onlySystems =
  (wanted: RegExp, more: Record<string, string> = {}) =>
  (usual: Record<string, string>): Record<string, string> => ({
    ...Object.fromEntries(
      Object.keys(usual)
        .filter((name) => !own.test(name) && !wanted.test(name))
        .map((name) => [name, ""]),
    ),
    ...more,
  });
