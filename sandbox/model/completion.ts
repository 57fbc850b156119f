import { createHash } from "node:crypto";
import { fill } from "./fill.ts";
import type { ModelRequest } from "./request.ts";
import type { Answer } from "./rules.ts";

/** What the model says, before it is put into one reply or a stream. */
export interface Completion {
  readonly id: string;
  readonly model: string;
  readonly text: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
}

interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/**
 * The completion for an answer. Ids are made from the request's bytes: the same request has the same ids, so that
 * two runs can be compared byte for byte. Tokens are counted as four characters each.
 */
export function completionOf(request: ModelRequest, answer: Answer): Completion {
  const digest = createHash("sha1").update(request.raw).digest("hex").slice(0, 22);
  const text = answer.empty || answer.text === undefined ? null : fill(answer.text, request);
  const toolCalls = answer.empty
    ? []
    : (answer.toolCalls ?? []).map((call, index): ToolCall => {
        const args = fill(JSON.stringify(call.args), request);
        return {
          id: `call_${digest}${index}`,
          type: "function",
          function: { name: call.name, arguments: answer.badJson ? args.slice(0, -1) : args },
        };
      });
  const spoken = (text ?? "").length + JSON.stringify(toolCalls).length - 2;
  const usage = {
    prompt_tokens: Math.ceil(request.raw.length / 4),
    completion_tokens: Math.ceil(spoken / 4),
  };
  return {
    id: `chatcmpl-${digest}`,
    model: request.model,
    text,
    toolCalls,
    usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
  };
}

const finishReason = (completion: Completion) => (completion.toolCalls.length > 0 ? "tool_calls" : "stop");

/** The completion as one JSON reply. */
export function wholeReply(completion: Completion): unknown {
  const { toolCalls } = completion;
  return {
    id: completion.id,
    object: "chat.completion",
    created: 1_763_625_600,
    model: completion.model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: completion.text,
          refusal: null,
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: finishReason(completion),
      },
    ],
    usage: completion.usage,
  };
}

/** The completion as server-sent events, each ready to be written. */
export function streamEvents(completion: Completion, includeUsage: boolean): string[] {
  const chunk = (delta: unknown, finish: string | null = null) =>
    event({ ...head(completion), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
  return [
    chunk({ role: "assistant", content: completion.toolCalls.length > 0 && !completion.text ? null : "" }),
    ...words(completion.text ?? "").map((content) => chunk({ content })),
    ...completion.toolCalls.flatMap((call, index) => [
      chunk({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: "" } }] }),
      ...pieces(call.function.arguments).map((text) =>
        chunk({ tool_calls: [{ index, function: { arguments: text } }] }),
      ),
    ]),
    chunk({}, finishReason(completion)),
    ...(includeUsage ? [event({ ...head(completion), choices: [], usage: completion.usage })] : []),
    "data: [DONE]\n\n",
  ];
}

const head = ({ id, model }: Completion) => ({
  id,
  object: "chat.completion.chunk",
  created: 1_763_625_600,
  model,
  system_fingerprint: null,
});

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const words = (text: string): string[] => text.match(/\S*\s*/g)?.filter((word) => word !== "") ?? [];
const pieces = (text: string): string[] => text.match(/[\s\S]{1,12}/g) ?? [];
