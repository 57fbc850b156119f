import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { messageBlock } from "./block-kinds.ts";
import { SlackError } from "./slack-error.ts";
import type { Block } from "./types.ts";

/** Blocks of one message. */
const BLOCKS_MAX = 50;
/** All markdown blocks of one message together, characters (as operators report it). */
const MARKDOWN_MAX = 13_000;
/** All cells of a table together, characters. */
const TABLE_MAX = 10_000;
/** Charts of one message (as operators report it). */
const CHARTS_MAX = 2;

/**
 * Checks the blocks of a message as Slack does, and gives a block_id and action_ids to those without, as Slack does.
 * Refuses with `invalid_blocks` and a JSON pointer for each fault, `invalid_blocks_format` or `msg_blocks_too_long`.
 */
export function checkBlocks(given: unknown): Block[] {
  if (!Array.isArray(given))
    throw new SlackError("invalid_blocks_format", { violation: "blocks must be a list" });
  const problems = blockProblems(given as Block[], {
    schema: messageBlock,
    max: BLOCKS_MAX,
    at: "/blocks",
    files: false,
  });
  if (problems.length > 0) {
    throw new SlackError("invalid_blocks", {
      violation: problems.join("; "),
      extra: {
        errors: problems.map((problem) => problem.replace("[ERROR] ", "")),
        response_metadata: { messages: problems },
      },
    });
  }
  const blocks = given as Block[];
  const markdown = blocks.reduce(
    (sum, block) => sum + (block.type === "markdown" ? String(block["text"]).length : 0),
    0,
  );
  if (markdown > MARKDOWN_MAX) {
    throw new SlackError("msg_blocks_too_long", {
      violation: `${markdown} characters of markdown, at most ${MARKDOWN_MAX}`,
    });
  }
  return blocks.map(identified);
}

const problem = (message: string, pointer: string) => `[ERROR] ${message} [json-pointer:${pointer}]`;

/** Where blocks stand: which kinds are taken there, how many, and the JSON pointer of their list. */
interface Surface {
  readonly schema: z.ZodType;
  readonly max: number;
  readonly at: string;
  /** Whether files can be picked there: in modals. */
  readonly files: boolean;
}

/** The faults of a list of blocks, each in Slack's words with its JSON pointer. */
export function blockProblems(given: readonly Block[], surface: Surface): string[] {
  return [...shapeProblems(given, surface), ...wholeProblems(given, surface)];
}

function shapeProblems(given: readonly unknown[], { schema, at }: Surface): string[] {
  return given.flatMap((block, index) => {
    const parsed = schema.safeParse(block);
    if (parsed.success) return [];
    return parsed.error.issues.map((issue) =>
      problem(wording(issue), [at, index, ...issue.path.map(String)].join("/")),
    );
  });
}

/** A fault in Slack's words. */
export function wording(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `invalid additional property: ${issue.keys.join(", ")}`;
    case "too_big":
      return issue.origin === "string"
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : `no more than ${String(issue.maximum)} items allowed`;
    case "too_small":
      return issue.origin === "string"
        ? `must be more than ${Number(issue.minimum) - 1} characters`
        : `at least ${String(issue.minimum)} items required`;
    case "invalid_union":
      return "unsupported type";
    case "invalid_type":
      return issue.message.includes("received undefined")
        ? `missing required field: ${String(issue.path.at(-1) ?? "")}`
        : issue.message;
    default:
      return issue.message;
  }
}

/** Faults that show only when all blocks are looked at. */
function wholeProblems(blocks: readonly Block[], { max, at, files }: Surface): string[] {
  const problems: string[] = [];
  if (blocks.length > max) problems.push(problem(`no more than ${max} items allowed`, at));
  const seen = new Set<string>();
  let charts = 0;
  for (const [index, block] of blocks.entries()) {
    const id = block?.block_id;
    if (id !== undefined && seen.has(id))
      problems.push(problem(`block_id already exists: ${id}`, `${at}/${index}/block_id`));
    if (id !== undefined) seen.add(id);
    for (const twice of doubled(elementsOf(block))) {
      problems.push(problem(`action_id already exists: ${twice}`, `${at}/${index}/elements`));
    }
    if (!files && elementsOf(block).some((part) => part["type"] === "file_input")) {
      problems.push(problem("unsupported type: file_input", `${at}/${index}/element`));
    }
    if (block?.type === "table" && cellCharacters(block) > TABLE_MAX) {
      problems.push(problem(`must be less than ${TABLE_MAX + 1} characters`, `${at}/${index}/rows`));
    }
    if (block?.type === "data_visualization") charts += 1;
  }
  if (charts > CHARTS_MAX) problems.push(problem(`no more than ${CHARTS_MAX} charts allowed`, at));
  return problems;
}

/** The interactive parts of one block: its elements, its accessory, its input, its cards' and children's parts. */
export function elementsOf(block: Block | undefined): Record<string, unknown>[] {
  if (typeof block !== "object" || block === null) return [];
  const direct = [
    ...listOf(block["elements"]),
    ...listOf(block["actions"]),
    ...listOf([block["accessory"]]),
    ...listOf([block["element"]]),
  ];
  const nested = [...listOf(block["child_blocks"]), ...direct.filter((part) => part["type"] === "card")];
  return [...direct, ...nested.flatMap((part) => elementsOf(part as Block))];
}

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value)
    ? value.filter((part): part is Record<string, unknown> => typeof part === "object" && part !== null)
    : [];

function doubled(elements: readonly Record<string, unknown>[]): string[] {
  const ids = elements.flatMap((element) =>
    typeof element["action_id"] === "string" ? [element["action_id"]] : [],
  );
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}

function cellCharacters(table: Block): number {
  const rows = (table["rows"] as unknown[] | undefined)?.flat();
  return listOf(rows).reduce((sum, { text }) => sum + (typeof text === "string" ? text.length : 0), 0);
}

const shortId = () => randomBytes(4).toString("base64url");
const INTERACTIVE =
  /^(button|overflow|.*_select|.*picker|checkboxes|radio_buttons|.*_input|feedback_buttons|icon_button)$/;

/** The block with the ids that Slack gives to it and to its interactive parts where they have none. */
export function identified(block: Block): Block {
  const withId = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    const element = part as Record<string, unknown>;
    return INTERACTIVE.test(String(element["type"])) && element["action_id"] === undefined
      ? { ...element, action_id: shortId() }
      : element;
  };
  const elements =
    Array.isArray(block["elements"]) && block.type !== "rich_text"
      ? { elements: block["elements"].map(withId) }
      : {};
  return {
    ...block,
    block_id: block.block_id ?? shortId(),
    ...elements,
    ...(block["accessory"] !== undefined && { accessory: withId(block["accessory"]) }),
    ...(block["element"] !== undefined && { element: withId(block["element"]) }),
  } as Block;
}
