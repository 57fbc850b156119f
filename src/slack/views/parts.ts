import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  RichTextBlock,
} from "@slack/types";
import type { Field } from "../../core/tool.ts";
import { type Inline, paragraph, section } from "../markdown/rich-text.ts";
import { clip, escaped, visible } from "../markdown/safe-text.ts";

/** A message ready for Slack; `text` is what notifications and screen readers get. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
  /** The same for a workspace that refuses the newer kinds of blocks; left out, they become plain lines or go. */
  older?: KnownBlock[];
}

/** Values longer than this are cut where something is only told of; a card that asks shows them whole. */
const valueCharsMax = 600;

export const header = (text: string): HeaderBlock => ({
  type: "header",
  text: { type: "plain_text", text: clip(visible(text).trim() || "Steward", 150), emoji: false },
});

/** Markup of our own; the caller's values are escaped. Verbatim: Slack makes no links of addresses and names in it. */
export const markup = (text: string): MrkdwnElement => ({ type: "mrkdwn", text, verbatim: true });

/** Small grey lines of our own words; the caller's values are escaped. */
export const context = (...lines: string[]): ContextBlock => ({
  type: "context",
  elements: lines.map((line) => markup(clip(line, 2_000))),
});

/** A moment in the reader's own zone. */
export const moment = (at: Date, format = "{time}"): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${at.toISOString().slice(0, 16).replace("T", " ")} UTC>`;

export const words = (
  text: string,
  style: { bold?: boolean; italic?: boolean; strike?: boolean } = {},
): Inline => ({
  type: "text",
  text: visible(text) === "" ? " " : visible(text),
  ...(Object.keys(style).length > 0 && { style }),
});

export const mention = (user: string): Inline => ({ type: "user", user_id: user });

/** Lines of "label  value", with before → after where a thing changes. */
export const fieldLines = (fields: readonly Field[]): RichTextBlock | undefined => {
  if (fields.length === 0) return undefined;
  const elements = fields.flatMap((field, index): Inline[] => [
    ...(index === 0 ? [] : [words("\n")]),
    words(`${field.label}: `, { bold: true }),
    ...(field.before === undefined
      ? []
      : [words(clip(field.before || "(empty)", valueCharsMax), { strike: true }), words(" → ")]),
    words(clip(field.value || "(empty)", valueCharsMax)),
  ]);
  return { type: "rich_text", elements: [section(elements)] };
};

/** Characters of one block of a long value; Slack counts a message's blocks together, and the sender makes pages of them. */
const chunkCharsMax = 2_500;

/** Where a chunk from here ends: after a line if one ends in its second half, else after a word, never within a character. */
const chunkEnd = (text: string, from: number): number => {
  const most = from + chunkCharsMax;
  if (most >= text.length) return text.length;
  const half = from + chunkCharsMax / 2;
  for (const between of ["\n", " "]) {
    const at = text.lastIndexOf(between, most - 1);
    if (at >= half) return at + 1;
  }
  return /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
};

const chunksOf = (text: string): string[] => {
  const chunks: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = chunkEnd(text, at);
    chunks.push(text.slice(at, end));
    at = end;
  }
  return chunks;
};

const isLong = ({ value, before = "" }: Field): boolean =>
  value.length > valueCharsMax || before.length > valueCharsMax;

/** The same lines with every value whole: who decides sees all that will be sent. */
export const fieldsInFull = (fields: readonly Field[]): RichTextBlock[] => {
  const short = fieldLines(fields.filter((field) => !isLong(field)));
  const long = fields
    .filter(isLong)
    .flatMap(({ label, value, before }) => [
      paragraph([words(`${label}:`, { bold: true })]),
      ...(before === undefined
        ? []
        : [
            ...chunksOf(before || "(empty)").map((chunk) => paragraph([words(chunk, { strike: true })])),
            paragraph([words("→")]),
          ]),
      ...chunksOf(value || "(empty)").map((chunk) => paragraph([words(chunk)])),
    ]);
  return [...(short === undefined ? [] : [short]), ...long];
};

export const button = (
  label: string,
  actionId: string,
  value: string,
  style?: "primary" | "danger",
): Button => ({
  type: "button",
  text: { type: "plain_text", text: clip(visible(label), 75), emoji: false },
  action_id: actionId,
  value,
  ...(style !== undefined && { style }),
});

export const buttons = (...elements: Button[]): ActionsBlock[] =>
  elements.length === 0 ? [] : [{ type: "actions", elements }];

export { escaped, paragraph };
