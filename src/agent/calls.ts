import { clean, oneLine } from "./clean.ts";
import { didYouMean } from "./nearest.ts";
import type { OfferedTool, ProposedCall } from "./planner.ts";
import type { CallResult, OpenCall } from "./works.ts";

/** Calls of one message that run; the rest is answered with an error. */
const callsPerMessageMax = 8;
/** Calls of one message that are recorded at all. */
const callsRecordedMax = 32;
const argsCharsMax = 20_000;

/** An answer to a call that did not run, in words for the model. */
export const refusal = (text: string): CallResult => ({ text, ok: false, untrusted: [], source: null });

const objectOf = (json: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** An id as providers accept it, and unique in its message. */
const idFor = (id: string, at: number, taken: ReadonlySet<string>): string => {
  const plain = id.replaceAll(/[^\w-]/g, "").slice(0, 60) || `call_${at}`;
  return taken.has(plain) ? idFor(`${plain.slice(0, 50)}_${at}`, at + 1, taken) : plain;
};

const faultOf = (call: ProposedCall, at: number, offered: readonly OfferedTool[]): string | null => {
  if (at >= callsPerMessageMax) {
    return `Not run: at most ${callsPerMessageMax} calls in one message. Make this call again in your next message if it is needed.`;
  }
  const names = offered.map(({ name }) => name);
  if (!names.includes(call.tool)) {
    return `There is no tool "${oneLine(call.tool, 80)}" here.${didYouMean(call.tool.slice(0, 80), names)}`;
  }
  if (call.args.length > argsCharsMax) {
    return `Not run: the arguments have ${call.args.length} characters; at most ${argsCharsMax}.`;
  }
  if (objectOf(call.args) === undefined) {
    return "Not run: the arguments are not a JSON object. Write them as one JSON object with the tool's fields.";
  }
  return null;
};

/**
 * A message's calls as they enter a work: bounded, with ids that are unique and tools that exist. What is wrong with
 * a call becomes its result, so that every recorded call has exactly one answer and the model learns from it.
 */
export const takeCalls = (proposed: readonly ProposedCall[], offered: readonly OfferedTool[]): OpenCall[] => {
  const taken = new Set<string>();
  return proposed.slice(0, callsRecordedMax).map((call, at) => {
    const id = idFor(call.id, at, taken);
    taken.add(id);
    const fault = faultOf(call, at, offered);
    const sound = fault === null || objectOf(call.args.slice(0, argsCharsMax + 1)) !== undefined;
    return {
      id,
      tool: clean(oneLine(call.tool, 64), 64) || "unnamed",
      args: sound && call.args.length <= argsCharsMax ? clean(call.args, argsCharsMax) : "{}",
      action: null,
      child: null,
      needs: null,
      result: fault === null ? null : refusal(fault),
    };
  });
};
