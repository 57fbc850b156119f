import type { KnownBlock } from "@slack/types";
import type { TokenInfo } from "../../mcp/ports.ts";
import { context, header, markup, type Message, moment } from "./parts.ts";

const date = "{date_short_pretty}";

const line = (text: string): KnownBlock => ({ type: "section", text: markup(text) });

const tokenLine = ({ id, expiresAt, lastUsedAt }: TokenInfo): string =>
  `\`${id}\`  until ${moment(expiresAt, date)}, ${
    lastUsedAt === null ? "never used" : `last used ${moment(lastUsedAt, date)}`
  }: \`/steward disconnect mcp ${id}\``;

/** A person's tokens of MCP clients, as a part of what they have connected. */
export const mcpTokenLines = (tokens: readonly TokenInfo[]): KnownBlock[] => [
  line(
    tokens.length === 0
      ? "*MCP clients*  none: `/steward connect mcp`"
      : ["*MCP clients* that act as you", ...tokens.map(tokenLine)].join("\n"),
  ),
];

/** The one time that a token is shown. Neither value is anybody's words: both are made by us. */
export const drawMcpToken = (
  { token, id, expiresAt }: { token: string; id: string; expiresAt: Date },
  url: string,
  older: readonly TokenInfo[],
): Message => ({
  text: "A token for your MCP client. It is shown only here.",
  blocks: [
    header("A token for your MCP client"),
    line(
      `Your client calls me at this address, with this header. The token is shown *only now*, to you alone; it is good until ${moment(expiresAt, date)}.`,
    ),
    line(`\`\`\`${url}\nAuthorization: Bearer ${token}\`\`\``),
    line(
      `It reads with your rights. What changes something only asks for it: a card comes into our direct messages, and nothing is done before. End it with \`/steward disconnect mcp ${id}\`.`,
    ),
    ...(older.length === 0 ? [] : mcpTokenLines(older)),
    context("Whoever has the token can read what you can read. Keep it like a password."),
  ],
});
