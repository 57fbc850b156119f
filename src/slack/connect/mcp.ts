import type { Principal } from "../../core/principal.ts";
import type { Tokens } from "../../mcp/tokens.ts";
import { drawWords } from "../views/lists.ts";
import { drawMcpToken, mcpTokenLines } from "../views/mcp.ts";
import type { Message } from "../views/parts.ts";

/** What `/steward connect mcp` and `disconnect mcp` need. */
export interface McpConnectParts {
  tokens: Pick<Tokens, "mint" | "of" | "revoke">;
  /** Where clients reach us, without a trailing slash; undefined: nowhere. */
  address(): string | undefined;
}

/** A new token, for this person's eyes alone; older ones stay good and are listed. */
export const connectMcp = async (
  { tokens, address }: McpConnectParts,
  person: Principal,
): Promise<Message> => {
  const base = address();
  if (base === undefined) {
    return drawWords("MCP clients cannot reach me: an operator sets STEWARD_PUBLIC_URL. Nothing was made.");
  }
  const older = await tokens.of(person);
  const minted = await tokens.mint(person);
  return minted.kind === "refused" ? drawWords(minted.text) : drawMcpToken(minted, `${base}/mcp`, older);
};

/** Ends one token, or all of them, at once. */
export const disconnectMcp = async (
  { tokens }: McpConnectParts,
  person: Principal,
  id: string,
): Promise<Message> => {
  const ended = await tokens.revoke(person, id === "" ? undefined : id);
  if (ended.length > 0) {
    return drawWords(`Ended: ${ended.join(", ")}. Whoever calls me with it is refused from now on.`);
  }
  const good = await tokens.of(person);
  return drawWords(
    good.length === 0
      ? "You have no token of an MCP client; there was nothing to end."
      : `You have no token ${id}. Yours: ${good.map((token) => token.id).join(", ")}.`,
  );
};

/** What a person has connected, with their MCP clients. */
export const withMcpClients = async (
  message: Message,
  { tokens }: McpConnectParts,
  person: Principal,
): Promise<Message> => ({
  ...message,
  blocks: [...message.blocks, ...mcpTokenLines(await tokens.of(person))],
});
