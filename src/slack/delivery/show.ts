import type { KnownBlock } from "@slack/types";
import { clip } from "../markdown/safe-text.ts";
import type { Message } from "../views/parts.ts";
import { withoutNewer } from "../views/older-blocks.ts";
import { SlackRefusedError } from "./schedule.ts";

/** Slack refuses an edited message's text beyond this. */
const textMax = 3_900;

/** Slack refuses the blocks themselves. */
const blocksRefused: readonly string[] = ["invalid_blocks", "invalid_blocks_format", "block_mismatch"];
/** Slack finds the whole too long. */
const tooLong: readonly string[] = ["msg_too_long", "msg_blocks_too_long"];

const codeOf = (error: unknown): string => (error instanceof SlackRefusedError ? error.slackCode : "");

/** Whether Slack refused a message for its length. */
export const isTooLong = (error: unknown): boolean => tooLong.includes(codeOf(error));

/**
 * Sends a message in the best form that Slack takes. Newer blocks roll out in phases: what is refused as blocks goes
 * again with pictures for its charts, without the newer ones, then in plain text. Too long throws while it can still be
 * split.
 */
export const sendShown = async <T>(
  message: Message,
  send: (shown: { text: string; blocks: KnownBlock[] }) => Promise<T>,
  pictured: (blocks: KnownBlock[]) => Promise<KnownBlock[] | undefined>,
): Promise<T> => {
  const text = clip(message.text, textMax);
  const older = message.older ?? withoutNewer(message.blocks);
  const forms: (() => Promise<KnownBlock[] | undefined>)[] = [
    () => Promise.resolve(message.blocks),
    ...(older === message.blocks ? [] : [() => pictured(message.blocks), () => Promise.resolve(older)]),
    () => Promise.resolve([]),
  ];
  for (const [at, form] of forms.entries()) {
    const blocks = await form();
    if (blocks === undefined) continue;
    try {
      return await send({ text, blocks });
    } catch (error) {
      const splits = isTooLong(error) && blocks.length > 1;
      const next = blocksRefused.includes(codeOf(error)) || isTooLong(error);
      if (splits || !next || at === forms.length - 1) throw error;
    }
  }
  throw new Error("A message has at least one form.");
};

/** A message in two, for Slack found it too long; the buttons stay on the last. */
export const halved = ({ text, blocks }: Message): Message[] => {
  const middle = Math.ceil(blocks.length / 2);
  return [
    { text, blocks: blocks.slice(0, middle) },
    { text, blocks: blocks.slice(middle) },
  ];
};
