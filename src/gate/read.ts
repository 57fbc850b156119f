import { limits } from "../core/limits.ts";
import { storable } from "../core/text.ts";
import type { ReadTool, ToolOutput } from "../core/tool.ts";
import { isWrite } from "../core/tool.ts";
import { deniedText } from "./assess.ts";
import { taggedDigest } from "./canonical.ts";
import { accountsOf } from "./accounts.ts";
import { contextOf, resolveCall, toolTrouble } from "./calls.ts";
import { withDeadline } from "./deadline.ts";
import { Refusal } from "./errors.ts";
import { refuseForbidden } from "./forbidden.ts";
import { parseArgs } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { refused } from "./refused.ts";
import { policyRequest } from "./request.ts";
import { runTool } from "./run-tool.ts";
import type { Call, Gate, ReadResult, RunContext } from "./types.ts";

/** A read may take several requests (pipeline, jobs, logs), each with its own deadline. */
const readSecondsMax = 40;
/** Characters of a read's output that are kept beside the audit row. */
const excerptCharsMax = 1_500;

const capped = (output: ToolOutput): ToolOutput => {
  const max = limits.toolTextCharsMax;
  if (output.text.length <= max) return output;
  const notice = `\n\n[Cut here: ${output.text.length} characters, shown are ${max}. Ask for a narrower part.]`;
  return { ...output, text: `${output.text.slice(0, max)}${notice}` };
};

/** The beginning of what a read gave: what a look at the run shows later. */
const excerpt = (text: string): string =>
  storable(text.length <= excerptCharsMax ? text : `${text.slice(0, excerptCharsMax)}…`);

const readOf = (parts: Parts, name: string): ReadTool => {
  const { tool } = parts.catalogue.get(name);
  if (isWrite(tool)) {
    throw new Refusal(
      "not_a_read",
      `${tool.name} changes something: it is proposed and approved, not run as a read.`,
    );
  }
  return tool;
};

const authorise = async (parts: Parts, tool: ReadTool, call: Parameters<typeof policyRequest>[0]) => {
  const decision = await parts.policy.decide(policyRequest(call));
  switch (decision.kind) {
    case "allow":
      return;
    case "deny":
      throw new Refusal("policy_denied", deniedText(tool, decision));
    case "ask": {
      const rules = decision.asks.map(({ policy }) => policy).join(", ");
      throw new Refusal(
        "policy_asks",
        `${tool.title} is not allowed here without asking (rule ${rules}), and reads are never put to people.`,
      );
    }
  }
};

/** Runs one read. Names of untrusted texts are stored before the output is given back: no text without its mark. */
export const createRead = (parts: Parts): Gate["read"] => {
  const run = async (call: Call, ctx: RunContext): Promise<ReadResult> => {
    const tool = readOf(parts, call.tool);
    await refuseForbidden(parts, ctx.principal, tool);
    const input = parseArgs(tool, call.args);
    const own = await accountsOf(parts, ctx.principal, tool);
    const { channel, kind } = ctx.conversation;
    const place = { channel, kind };
    const caller = { principal: ctx.principal, callId: call.id, own, place, signal: ctx.signal };
    const resolved = await resolveCall(parts, tool, input, caller);
    await authorise(parts, tool, {
      principal: ctx.principal,
      origin: ctx.origin,
      channel: ctx.conversation.channel,
      tool,
      resolved,
      risk: 0,
      untrusted: await parts.ledger.marks.of(ctx.conversation.key),
    });
    const began = parts.clock.monotonicMs();
    const output = await withDeadline(readSecondsMax, ctx.signal, (signal) =>
      runTool(tool, resolved.args, contextOf(parts, caller, signal)),
    ).catch((error: unknown) => {
      throw toolTrouble(parts, tool, caller, error);
    });
    if (output.untrusted.length > 0) await parts.ledger.marks.add(ctx.conversation, output.untrusted);
    await parts.audit.append({
      kind: "read.done",
      actor: "steward",
      conversation: ctx.conversation.key,
      turn: ctx.turn,
      fields: {
        tool: tool.name,
        call: call.id.slice(0, 200),
        target: `${resolved.target.type}/${resolved.target.id}`,
        result: taggedDigest("steward.result.1", output.text.toWellFormed()),
        untrusted: output.untrusted.length,
        ms: Math.round(parts.clock.monotonicMs() - began),
      },
      payload: { args: resolved.args, untrusted: output.untrusted, text: excerpt(output.text) },
    });
    return { kind: "output", output: capped(output) };
  };

  return async (call, ctx) => {
    try {
      return await run(call, ctx);
    } catch (error) {
      if (error instanceof Refusal) return refused(parts, call, ctx, error);
      throw error;
    }
  };
};
