import { memo, useMemo, type ReactElement } from "react";
import { Blocks } from "./blocks.tsx";
import { Files } from "./files.tsx";
import { MessageMenu } from "./message-menu.tsx";
import { initials, useNames } from "./people.ts";
import { Reactions } from "./reactions.tsx";
import type { Session } from "./session.ts";
import { clock, momentOf } from "./time.ts";
import { typedBlock } from "./typed.ts";
import type { Block, Ephemeral, Message } from "./types.ts";

interface RowProps {
  readonly session: Session;
  readonly message: Message | Ephemeral;
  /** The bot's id. */
  readonly bot: string;
  /** Only this person sees it. */
  readonly only?: boolean;
  /** A thread may be started below it. */
  readonly replyable?: boolean;
}

/** One message. */
export const MessageRow = memo(function MessageRow(props: RowProps): ReactElement {
  const { session, message, bot, only = false, replyable = false } = props;
  const names = useNames();
  const author = only ? bot : message.user;
  const name = names.person(author);
  const at = momentOf(message.ts);
  const blocks = useMemo(() => blocksOf(message, author === bot), [message, author, bot]);
  const { deeds } = session;
  return (
    <article
      className="message"
      id={`message-${message.ts}`}
      tabIndex={-1}
      aria-label={`${name}, ${clock(at, names.zone)}`}
    >
      <span className="avatar" data-tone={names.tone(author)} aria-hidden="true">
        {author === bot ? "✓" : initials(name)}
      </span>
      <div className="message-body">
        <header>
          <strong>{name}</strong>
          <time dateTime={at.toISOString()}>{clock(at, names.zone)}</time>
          {"edited" in message && message.edited && author !== bot && <span>edited</span>}
          {only && <span className="only">Only you can see this</span>}
          {isWriting(message) && <span className="writing">writing…</span>}
          {!only && <MessageMenu {...{ session, message, name, replyable }} />}
        </header>
        <div className={isCard(blocks) ? "card" : "plain"} data-waiting={waits(blocks)}>
          <Blocks
            blocks={blocks}
            press={(pressed) => deeds.press({ ts: message.ts, ...pressed, ...(only && { ephemeral: true }) })}
            look={(block, action, query) => deeds.look(message.ts, block, action, query)}
          />
        </div>
        {!only && <Files message={message} deeds={deeds} />}
        {!only && <Reactions message={message} deeds={deeds} />}
      </div>
    </article>
  );
});

const isWriting = (message: Message | Ephemeral): boolean =>
  "streaming_state" in message && message.streaming_state === "in_progress";

const blocksOf = (message: Message | Ephemeral, byBot: boolean): readonly Block[] => {
  if (message.blocks && message.blocks.length > 0) return message.blocks;
  if (message.text === "") return [];
  if (!byBot) return [typedBlock(message.text)];
  return [{ type: "section", text: { type: "mrkdwn", text: message.text } }];
};

/** A message with a heading of its own is drawn as a card. */
const isCard = (blocks: readonly Block[]): boolean => blocks[0]?.type === "header";

const waits = (blocks: readonly Block[]): boolean =>
  blocks.some(
    (block) =>
      block.type === "actions" &&
      (block["elements"] as { action_id?: string }[]).some((one) => one.action_id === "approve"),
  );

/** What everyone sees and what this person alone sees, by time. */
export const inOrder = (messages: readonly Message[], ephemerals: readonly Ephemeral[]) =>
  [
    ...messages.map((message) => ({ message, only: false })),
    ...ephemerals.map((message) => ({ message, only: true })),
  ].toSorted((a, b) => (a.message.ts < b.message.ts ? -1 : 1));
