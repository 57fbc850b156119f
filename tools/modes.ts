import { TerminalError } from "../src/core/errors.ts";
import { isWrite, type ResolvedWrite, type Tool, type WriteTool } from "../src/core/tool.ts";

/** How much of a system is switched on: `read` its reads, `modify` its writes up to R2 too, `full` everything. */
const modes = ["read", "modify", "full"] as const;
export type Mode = (typeof modes)[number];

/** The stricter of two. */
export const stricter = (a: Mode, b: Mode): Mode => (modes.indexOf(a) <= modes.indexOf(b) ? a : b);

/** Why a mode switches a tool off altogether; nothing where it does not. */
export function offIn(mode: Mode, tool: Tool): string | undefined {
  if (!isWrite(tool) || mode === "full") return undefined;
  if (mode === "read") return `${tool.system} is in mode read`;
  if (tool.effect === "egress") return `${tool.system} is in mode modify, and this leaves the company`;
  return tool.risks?.every((risk) => risk === 3) === true
    ? `${tool.system} is in mode modify, and this is R3`
    : undefined;
}

/** The tools that a mode leaves, each within it. What is off is not there at all: no agent hears of it. */
export const inMode = (tools: readonly Tool[], modeOf: (system: string) => Mode): Tool[] =>
  tools
    .filter((tool) => offIn(modeOf(tool.system), tool) === undefined)
    .map((tool) => (isWrite(tool) && modeOf(tool.system) === "modify" ? capped(tool) : tool));

/** A write whose risk depends on what it is about is refused where that makes it R3. */
const capped = (tool: WriteTool): WriteTool => ({
  ...tool,
  ...(tool.risks !== undefined && { risks: tool.risks.filter((risk) => risk < 3) }),
  async resolve(input, context): Promise<ResolvedWrite> {
    const resolved = await tool.resolve(input, context);
    if (resolved.risk < 3) return resolved;
    throw new TerminalError(
      "mode_modify",
      `${tool.title}: this one is R3 (money, access or production), and ${tool.system} is in mode modify. An operator can set it to full.`,
    );
  },
});
