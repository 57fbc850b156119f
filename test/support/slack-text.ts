import type { Block, Message } from "../../sandbox/slack/types.ts";

/** Every word that stands in a value: texts of blocks, cells, buttons, in their order. */
const wordsIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    // A date's words are the reader's own; its fallback is what was written.
    (key === "text" || key === "fallback") && typeof inner === "string" ? [inner] : wordsIn(inner),
  );
};

/** What a person reads of a message, button labels included, as one text. */
export const readable = (message: { blocks?: readonly Block[]; text: string }): string =>
  message.blocks === undefined ? message.text : wordsIn(message.blocks).join(" ");

/** Buttons of a message by their labels. */
export const buttonsOf = (
  message: Pick<Message, "blocks">,
): { label: string; action_id: string; value: string }[] =>
  (message.blocks ?? [])
    .filter((block) => block.type === "actions")
    .flatMap((block) => block["elements"] as { text: { text: string }; action_id: string; value: string }[])
    .map(({ text, action_id, value }) => ({ label: text.text, action_id, value }));

/** The calls that an answer offers as buttons, beside those that stand below every answer. */
export const offersOf = (
  message: Pick<Message, "blocks">,
): { label: string; action_id: string; value: string }[] =>
  buttonsOf(message).filter(({ action_id }) => action_id.startsWith("offer:"));

/** The rows of a message's first table, as texts. */
export const tableOf = (message: Pick<Message, "blocks">): string[][] => {
  const found = (message.blocks ?? []).find(({ type }) => type === "table" || type === "data_table");
  const rows = (found?.["rows"] ?? []) as unknown[][];
  return rows.map((row) => row.map((cell) => wordsIn(cell).join("")));
};
