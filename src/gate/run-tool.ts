import type { JsonObject } from "../core/json.ts";
import type { CallContext, Tool, ToolOutput } from "../core/tool.ts";

/** The one place where a tool runs. Reads come here from the gate's `read`, writes from the executor alone. */
export const runTool = (tool: Tool, args: JsonObject, context: CallContext): Promise<ToolOutput> =>
  tool.run(args, context);
