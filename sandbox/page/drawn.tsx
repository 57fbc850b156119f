import { useContext, useMemo, type ReactElement } from "react";
import { Message as SlackBlocks, type Block as RendererBlock, type MessageProps } from "slack-blocks-to-jsx";
import { numbered } from "./numbers.ts";
import { FollowContext, type Names, useNames } from "./people.ts";
import { dateTokens } from "./time.ts";
import type { Block } from "./types.ts";

/** A block, or a part of one. */
export type Part = Readonly<Record<string, unknown>>;

/** The words of a value that should be some. */
export const word = (value: unknown): string => (typeof value === "string" ? value : "");

/** The words of a text object, as they are. */
export const plainText = (text: unknown): string => word((text as Part | undefined)?.["text"]);

/** One block as slack-blocks-to-jsx draws it, without its own look. */
export function Drawn({ block }: { readonly block: Block }): ReactElement {
  const names = useNames();
  const follow = useContext(FollowContext);
  const hooks = useMemo(() => hooksOf(names, follow), [names, follow]);
  const blocks = useMemo(() => [untagged(numbered(block)) as unknown as RendererBlock], [block]);
  return (
    <div
      className={`drawn ${block.type}`}
      // The renderer gives each of its outputs one and the same id.
      ref={(element) => element?.querySelector("#slack_blocks_to_jsx")?.removeAttribute("id")}
    >
      <SlackBlocks blocks={blocks} hooks={hooks} name="" logo="" theme="light" unstyled withoutWrapper />
    </div>
  );
}

/**
 * The renderer takes `<tool>` in marked-up text for a tag and sets it apart by spaces: an invisible character behind
 * the bracket keeps it text. And it shows `verbatim` text as it is written; in Slack that only leaves out links that
 * nobody wrote, and dates and links are drawn.
 */
const untagged = (part: Part): Part =>
  part["type"] === "mrkdwn"
    ? { ...part, text: String(part["text"]).replaceAll("&lt;", "&lt;\u200b"), verbatim: false }
    : Object.fromEntries(
        Object.entries(part).map(([name, value]) => [name, MARKED.has(name) ? deeply(value) : value]),
      );

const MARKED = new Set(["text", "fields", "elements"]);

const deeply = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(deeply);
  return typeof value === "object" && value !== null ? untagged(value as Part) : value;
};

/** The sandbox's systems, elsewhere on this machine; the product's own pages can be opened. */
const isSystem = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { hostname, origin, pathname } = new URL(url);
  return hostname === "127.0.0.1" && origin !== location.origin && !pathname.startsWith("/runs/");
};

const hooksOf = (names: Names, follow: (url: string) => void): NonNullable<MessageProps["hooks"]> => ({
  user: ({ id }) => <span className={id === names.me ? "mention me" : "mention"}>@{names.person(id)}</span>,
  channel: ({ id }) => <span className="mention">#{names.channel(id)}</span>,
  usergroup: ({ id }) => <span className="mention">@{names.group(id)}</span>,
  date: ({ timestamp, format, fallback }) => {
    const at = new Date(Number(timestamp) * 1000);
    if (Number.isNaN(at.getTime())) return <span>{fallback}</span>;
    return (
      <time dateTime={at.toISOString()} title={fallback}>
        {dateTokens(at, format, names.zone)}
      </time>
    );
  },
  link: ({ href, children, className }) => (
    <a
      href={href}
      target="_blank"
      rel="noreferrer noopener"
      className={className}
      onClick={(event) => {
        if (!isSystem(href)) return;
        event.preventDefault();
        follow(href);
      }}
    >
      {children}
    </a>
  ),
});
