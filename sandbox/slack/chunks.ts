import { z } from "zod";
import { checkBlocks } from "./blocks.ts";
import { SlackError } from "./slack-error.ts";
import type { Block } from "./types.ts";

/** Text of one call and, with plan and tasks as JSON, of one streamed message (as operators report it), characters. */
const STREAM_MAX = 12_000;
/** Blocks that one streamed message takes by chunks; stopStream's own are counted apart. */
const CHUNK_BLOCKS_MAX = 50;

const source = z.strictObject({ type: z.literal("url"), url: z.string().min(1), text: z.string().min(1) });
const chunk = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown_text"), text: z.string() }),
  z.strictObject({
    type: z.literal("task_update"),
    id: z.string().min(1),
    title: z.string().min(1),
    status: z.enum(["pending", "in_progress", "complete", "error"]),
    details: z.string().optional(),
    output: z.string().optional(),
    sources: z.array(source).optional(),
  }),
  z.strictObject({ type: z.literal("plan_update"), title: z.string().min(1) }),
  z.strictObject({ type: z.literal("blocks"), blocks: z.array(z.unknown()).min(1) }),
]);
type Chunk = z.infer<typeof chunk>;
type Task = Extract<Chunk, { type: "task_update" }>;

/** What has been streamed into one message so far. Grows by `with`; nothing of a refused call is kept. */
export class Streamed {
  /** Text, tasks and blocks in the order in which they came; a later update of a task stands where its first did. */
  readonly #chunks: readonly Chunk[];
  readonly #plan: boolean;

  constructor(plan: boolean, chunks: readonly Chunk[] = []) {
    this.#plan = plan;
    this.#chunks = chunks;
  }

  /**
   * This and what one call adds. Refuses both of markdown_text and chunks, chunks of another form (`invalid_chunks`),
   * and what goes beyond the message's measure (`msg_too_long`, `msg_blocks_too_many`).
   */
  with(markdown: string | undefined, given: unknown): Streamed {
    if (markdown !== undefined && given !== undefined) {
      throw new SlackError("cannot_provide_both_markdown_text_and_chunks", {
        violation: "markdown_text or chunks, one of both",
      });
    }
    const added =
      markdown === undefined ? chunksOf(given) : [{ type: "markdown_text" as const, text: markdown }];
    const next = new Streamed(this.#plan, added.reduce<readonly Chunk[]>(joined, this.#chunks));
    next.#measure();
    return next;
  }

  /** Characters that count: texts, and the JSON of plan and tasks. */
  get size(): number {
    return this.#chunks.reduce((sum, one) => sum + weight(one), 0);
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  /** As a message shows it. */
  content(): { readonly text: string; readonly blocks: readonly Block[] } {
    const text = this.#chunks.map((one) => (one.type === "markdown_text" ? one.text : "")).join("");
    return { text, blocks: this.#plan ? this.#asPlan() : this.#chunks.flatMap(blocksOf) };
  }

  #asPlan(): Block[] {
    const tasks = this.#chunks.filter((one) => one.type === "task_update");
    const title = this.#chunks.findLast((one) => one.type === "plan_update")?.title;
    const rest = this.#chunks.filter(({ type }) => type !== "task_update").flatMap(blocksOf);
    if (tasks.length === 0 && title === undefined) return rest;
    return [{ type: "plan", title: title ?? "Plan", tasks: tasks.map(taskCard) }, ...rest];
  }

  #measure(): void {
    if (this.size > STREAM_MAX) {
      throw new SlackError("msg_too_long", {
        violation: `${this.size} characters streamed into one message, at most ${STREAM_MAX}`,
      });
    }
    const blocks = this.#chunks.reduce(
      (sum, one) => sum + (one.type === "blocks" ? one.blocks.length : 0),
      0,
    );
    if (blocks > CHUNK_BLOCKS_MAX) {
      throw new SlackError("msg_blocks_too_many", {
        violation: `${blocks} blocks by chunks, at most ${CHUNK_BLOCKS_MAX}`,
      });
    }
  }
}

function chunksOf(given: unknown): Chunk[] {
  if (given === undefined) return [];
  const parsed = z.array(chunk).min(1).safeParse(given);
  if (!parsed.success) throw new SlackError("invalid_chunks", { violation: z.prettifyError(parsed.error) });
  return parsed.data.map((one) =>
    one.type === "blocks" ? { ...one, blocks: checkBlocks(one.blocks) } : one,
  );
}

/** Adds one chunk: text to the text before it, a task to its place, a plan's title instead of the last. */
function joined(before: readonly Chunk[], next: Chunk): readonly Chunk[] {
  const last = before.at(-1);
  if (next.type === "markdown_text" && last?.type === "markdown_text")
    return [...before.slice(0, -1), { ...last, text: last.text + next.text }];
  const at = before.findIndex((one) =>
    one.type === "task_update"
      ? next.type === one.type && next.id === one.id
      : one.type === "plan_update" && next.type === one.type,
  );
  if (at < 0) return [...before, next];
  const known = before[at];
  // What a later update leaves out stays as it was.
  return before.with(at, { ...known, ...next } as Chunk);
}

function weight(one: Chunk): number {
  if (one.type === "markdown_text") return one.text.length;
  return one.type === "blocks" ? 0 : JSON.stringify(one).length;
}

function blocksOf(one: Chunk): Block[] {
  switch (one.type) {
    case "markdown_text":
      return one.text.trim() === "" ? [] : [{ type: "markdown", text: one.text }];
    case "task_update":
      return [taskCard(one)];
    case "plan_update":
      return [];
    default:
      return one.blocks as Block[];
  }
}

const taskCard = ({ id, title, status, details, output, sources }: Task): Block => ({
  type: "task_card",
  task_id: id,
  title,
  status,
  ...(details !== undefined && { details: richText(details) }),
  ...(output !== undefined && { output: richText(output) }),
  ...(sources && { sources }),
});

const richText = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
