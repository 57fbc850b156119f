import { AsyncLocalStorage } from "node:async_hooks";
import type { CallContext, ReadTool, Tool, WriteTool } from "../src/core/tool.ts";
import { isWrite } from "../src/core/tool.ts";
import type { HttpRequest } from "../src/http/types.ts";

const calls = new AsyncLocalStorage<CallContext>();

/**
 * What a request of the call that is running now carries: whose account signs it, and the executor's right to write.
 * For the call helpers of systems; tools never handle either. Outside of a call: the service's account, and no right.
 */
export const signedFor = (system: string): Pick<HttpRequest, "credential" | "capability"> => {
  const call = calls.getStore();
  const as = call?.actsAs(system) === "person" ? { person: call.principal } : "service";
  return { credential: { system, as }, capability: call?.capability };
};

/** The tool, with every call of it known to the requests that it makes. */
export const carryingCalls = (tool: Tool): Tool => (isWrite(tool) ? carryingWrite(tool) : carryingRead(tool));

const carryingRead = (tool: ReadTool): ReadTool => ({
  ...tool,
  resolve: carrying(tool.resolve.bind(tool)),
  run: carrying(tool.run.bind(tool)),
});

const carryingWrite = (tool: WriteTool): WriteTool => ({
  ...tool,
  resolve: carrying(tool.resolve.bind(tool)),
  version: carrying(tool.version.bind(tool)),
  run: carrying(tool.run.bind(tool)),
  find: carrying(tool.find.bind(tool)),
  ...(tool.follow && { follow: carryingAfter(tool.follow.bind(tool)) }),
  ...(tool.undo && { undo: carryingAfter(tool.undo.bind(tool)) }),
});

const carrying =
  <A, R>(ask: (args: A, context: CallContext) => Promise<R>) =>
  (args: A, context: CallContext): Promise<R> =>
    calls.run(context, () => ask(args, context));

const carryingAfter =
  <A, O, R>(ask: (args: A, output: O, context: CallContext) => Promise<R>) =>
  (args: A, output: O, context: CallContext): Promise<R> =>
    calls.run(context, () => ask(args, output, context));
