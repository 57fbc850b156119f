import { join } from "node:path";
import { outsideVocabulary, readOutside } from "../../src/cli/outside.ts";
import type { Toolbox } from "../../src/core/tool.ts";
import { allTools } from "../../tools/index.ts";

const tools = join(import.meta.dirname, "../../tools");
const folders = { apis: join(tools, "apis"), mcp: join(tools, "mcp") };

/** Every tool that ships, connected or not: written by hand, and listed in files. None of them reaches anything. */
export const everyTool = (): Toolbox => allTools([outsideVocabulary(readOutside(folders))]);
