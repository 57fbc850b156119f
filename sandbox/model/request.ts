import { z } from "zod";

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(part), z.null()]).optional(),
  tool_calls: z
    .array(
      z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }),
    )
    .optional(),
  tool_call_id: z.string().optional(),
});
const chatSchema = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
});

/** A tool's answer as the model reads it. */
interface ToolResult {
  readonly name: string;
  readonly content: string;
}

/** What a rule looks at in a chat completion request. */
export interface ModelRequest {
  readonly model: string;
  /** All instructions, joined. */
  readonly system: string;
  /** The last message of a user. */
  readonly user: string;
  /** The answers of tools since the last message of the model; empty when a person spoke last. */
  readonly toolResults: readonly ToolResult[];
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** The body as JSON. */
  readonly body: unknown;
  /** The body exactly as received. */
  readonly raw: string;
}

/**
 * Reads a chat completion request. Throws a message that names the wrong field, also for what OpenAI itself refuses:
 * a tool's answer without its call, or a call without its answer.
 */
export function readRequest(body: unknown, raw: string): ModelRequest {
  const parsed = chatSchema.safeParse(body);
  if (!parsed.success) throw new Error(`not a chat completion request: ${z.prettifyError(parsed.error)}`);
  const { messages, model, tools, stream, stream_options } = parsed.data;
  const names = checkPairs(messages);
  const lastModel = messages.findLastIndex((one) => one.role === "assistant");
  const results = messages.slice(lastModel + 1).filter((one) => one.role === "tool");
  const instructions = messages.filter((one) => one.role === "system" || one.role === "developer");
  const spoken = messages.findLast((one) => one.role === "user");
  return {
    model,
    system: instructions.map(textOf).join("\n"),
    user: spoken ? textOf(spoken) : "",
    toolResults: results.map((one) => ({
      name: names.get(one.tool_call_id ?? "") ?? "",
      content: textOf(one),
    })),
    tools: (tools ?? []).map((tool) => tool.function.name),
    stream: stream ?? false,
    includeUsage: stream_options?.include_usage ?? false,
    body,
    raw,
  };
}

type Message = z.infer<typeof message>;

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((one) => one.text ?? "").join("");
}

/** Tool names by call id, after holding every call to exactly one answer, as OpenAI does. */
function checkPairs(messages: readonly Message[]): Map<string, string> {
  const names = new Map<string, string>();
  const open = new Set<string>();
  for (const [index, one] of messages.entries()) {
    const id = one.tool_call_id;
    if (one.role === "tool" && (id === undefined || !open.delete(id))) {
      throw new Error(
        `messages.[${index}]: a message of role 'tool' must answer a preceding tool call (${id})`,
      );
    }
    if (one.role !== "tool" && open.size > 0) throw unanswered(open);
    for (const call of one.tool_calls ?? []) {
      names.set(call.id, call.function.name);
      open.add(call.id);
    }
  }
  if (open.size > 0) throw unanswered(open);
  return names;
}

const unanswered = (open: ReadonlySet<string>): Error =>
  new Error(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(", ")}`,
  );
