import type { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { Call, Refused, RunContext } from "./types.ts";

/** Records a refused call and gives its words back: to a model they say what to put right. */
export const refused = async (
  parts: Parts,
  call: Call,
  run: Omit<RunContext, "token" | "signal">,
  why: Refusal,
): Promise<Refused> => {
  await parts.audit.append({
    kind: "call.refused",
    actor: "steward",
    conversation: run.conversation.key,
    turn: run.turn,
    fields: { tool: call.tool.slice(0, 80), call: call.id.slice(0, 200), code: why.code },
    payload: { args: call.args, text: why.message },
  });
  const { code, message: text, ambiguity, needs } = why;
  return {
    ...{ kind: "refused", code, text },
    ...(ambiguity !== undefined && { ambiguity }),
    ...(needs !== undefined && { needs }),
  };
};
