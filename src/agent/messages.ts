import { z } from "zod";

/**
 * One message of a work. JSON with strings only: arguments stay JSON text and results stay text, because the
 * checkpoint's serializer revives plain objects of the form `{ lc, type, id, kwargs }` as class instances.
 */
export const messageSchema = z.discriminatedUnion("role", [
  /** What a person asked, a task that another agent gave, or a fact that code states. */
  z.strictObject({ role: z.literal("person"), text: z.string() }),
  z.strictObject({
    role: z.literal("assistant"),
    text: z.string(),
    calls: z.array(z.strictObject({ id: z.string(), tool: z.string(), args: z.string() })),
  }),
  /** The one answer to one call. `untrusted` names the texts of others in it; `source` is the number it is cited by. */
  z.strictObject({
    role: z.literal("tool"),
    call: z.string(),
    tool: z.string(),
    text: z.string(),
    ok: z.boolean(),
    untrusted: z.array(z.string()),
    source: z.int().nullable(),
  }),
]);

export type Message = z.infer<typeof messageSchema>;
export type ToolMessage = Extract<Message, { role: "tool" }>;

const unanswered = (call: { id: string; tool: string }): ToolMessage => ({
  role: "tool",
  call: call.id,
  tool: call.tool,
  text: "This call was interrupted and has no result. Do not assume that it did anything.",
  ok: false,
  untrusted: [],
  source: null,
});

/**
 * The same messages with every call answered exactly once, right after its message and in call order, and no
 * answer without a call: providers refuse a history in which that does not hold. Always a new list.
 */
export const repaired = (messages: readonly Message[]): Message[] => {
  const whole: Message[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role === "tool") continue;
    whole.push(message);
    if (message.role !== "assistant") continue;
    const answers = answersAfter(messages, at);
    whole.push(...message.calls.map((call) => answers.get(call.id) ?? unanswered(call)));
  }
  return whole;
};

/** Tool messages between the message at `at` and the next one of the assistant, the first for each call. */
const answersAfter = (messages: readonly Message[], at: number): Map<string, ToolMessage> => {
  const answers = new Map<string, ToolMessage>();
  for (const message of messages.slice(at + 1)) {
    if (message.role === "assistant") break;
    if (message.role === "tool" && !answers.has(message.call)) answers.set(message.call, message);
  }
  return answers;
};
