import type { Arguments } from "../arguments.ts";
import { checkBlocks } from "../blocks.ts";
import { SlackError } from "../slack-error.ts";
import type { Block, Metadata } from "../types.ts";

/** Text of a new message is cut here, characters. */
const TEXT_MAX = 40_000;
const MARKDOWN_MAX = 12_000;
const ATTACHMENTS_MAX = 100;
/** Metadata as JSON, characters. */
const METADATA_MAX = 8_000;

/** What a message says; parts that were left out are undefined. */
export interface Content {
  readonly text: string | undefined;
  readonly blocks: Block[] | undefined;
  readonly attachments: unknown[] | undefined;
  readonly metadata: Metadata | "clear" | undefined;
}

/**
 * The content of chat.postMessage, chat.update and chat.postEphemeral, checked as Slack does. `tooLong` is the
 * method's own code for text beyond `textMax`; without a `textMax` long text is cut, as Slack does with new messages.
 */
export function contentOf(args: Arguments, tooLong: string, textMax?: number): Content {
  const text = args.optional("text");
  const markdown = args.optional("markdown_text");
  const blocks = args.json("blocks") === undefined ? undefined : checkBlocks(args.json("blocks"));
  const attachments = args.json("attachments") as unknown[] | undefined;
  if (markdown !== undefined && (text !== undefined || blocks !== undefined)) {
    throw new SlackError("markdown_text_conflict", {
      violation: "markdown_text goes without text and blocks",
    });
  }
  if (markdown !== undefined && markdown.length > MARKDOWN_MAX) {
    throw new SlackError(tooLong, {
      violation: `markdown_text has ${markdown.length} characters, at most ${MARKDOWN_MAX}`,
    });
  }
  if (textMax !== undefined && (text?.length ?? 0) > textMax) {
    throw new SlackError(tooLong, {
      violation: `text has ${text?.length ?? 0} characters, at most ${textMax}`,
    });
  }
  if (attachments !== undefined && attachments.length > ATTACHMENTS_MAX)
    throw new SlackError("too_many_attachments");
  const said = text ?? markdown;
  const empty = !said?.trim() && (blocks?.length ?? 0) === 0 && (attachments?.length ?? 0) === 0;
  if (empty) throw new SlackError("no_text", { violation: "no text, blocks, attachments or markdown_text" });
  return { text: said?.slice(0, TEXT_MAX), blocks, attachments, metadata: metadataOf(args.json("metadata")) };
}

/** The metadata of a call; `clear` for an empty object. */
export function metadataOf(given: unknown): Metadata | "clear" | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new SlackError("invalid_metadata_format", { violation: "metadata must be an object" });
  }
  if (Object.keys(given).length === 0) return "clear";
  const { event_type, event_payload } = given as Partial<Metadata>;
  if (typeof event_type !== "string" || typeof event_payload !== "object" || event_payload === null) {
    throw new SlackError("invalid_metadata_schema", {
      violation: "metadata needs event_type and event_payload",
    });
  }
  if (JSON.stringify(given).length > METADATA_MAX) {
    throw new SlackError("metadata_too_large", { violation: `metadata is over ${METADATA_MAX} characters` });
  }
  return { event_type, event_payload };
}
