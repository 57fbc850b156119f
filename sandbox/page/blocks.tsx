import { memo, useContext, useMemo, useState, type ReactElement, type ReactNode } from "react";
import { Message as SlackBlocks, type Block as RendererBlock, type MessageProps } from "slack-blocks-to-jsx";
import { FollowContext, type Names, useNames } from "./people.ts";
import { dateTokens } from "./time.ts";
import type { Block } from "./types.ts";

/** Which button was pressed; resolves when the product has taken it. */
export type Press = (pressed: { action_id: string; block_id?: string; value?: string }) => Promise<boolean>;

type Part = Readonly<Record<string, unknown>>;

/**
 * The blocks of a message. slack-blocks-to-jsx draws text (rich text, sections, context, markdown and all rarer
 * kinds), without its own look. Drawn here: buttons, since the renderer only shows them; headings and plain table
 * cells, in which it reads markup where Slack reads none.
 */
export const Blocks = memo(
  function Blocks({
    blocks,
    press,
  }: {
    readonly blocks: readonly Block[];
    readonly press: Press;
  }): ReactNode {
    return blocks.map((block, index) => (
      <OneBlock key={block.block_id ?? index} block={block} press={press} />
    ));
  },
  (before, after) => before.blocks === after.blocks,
);

function OneBlock({ block, press }: { readonly block: Block; readonly press: Press }): ReactNode {
  switch (block.type) {
    case "header":
      return <h3>{plainText(block["text"])}</h3>;
    case "divider":
      return <hr />;
    case "table":
      return <Table rows={block["rows"] as Part[][]} />;
    case "actions":
      return <Elements elements={block["elements"] as Part[]} block={block} press={press} />;
    case "section": {
      const { accessory, ...rest } = block;
      if (accessory === undefined) return <Drawn block={block} />;
      return (
        <div className="with-accessory">
          <Drawn block={rest as Block} />
          <Elements elements={[accessory as Part]} block={block} press={press} />
        </div>
      );
    }
    default:
      return <Drawn block={block} />;
  }
}

const word = (value: unknown): string => (typeof value === "string" ? value : "");

const plainText = (text: unknown): string => word((text as Part | undefined)?.["text"]);

function Drawn({ block }: { readonly block: Block }): ReactElement {
  const names = useNames();
  const follow = useContext(FollowContext);
  const hooks = useMemo(() => hooksOf(names, follow), [names, follow]);
  const blocks = useMemo(() => [untagged(block) as unknown as RendererBlock], [block]);
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

/** The sandbox's systems: elsewhere on this machine. */
const isSystem = (url: string): boolean =>
  URL.canParse(url) && new URL(url).hostname === "127.0.0.1" && new URL(url).origin !== location.origin;

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

function Table({ rows }: { readonly rows: readonly (readonly Part[])[] }): ReactElement {
  const [head, ...body] = rows;
  return (
    <div className="table-frame">
      <table>
        <thead>
          <tr>
            {head?.map((cell, index) => (
              <th key={index} scope="col">
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { readonly cell: Part }): ReactNode {
  return cell["type"] === "rich_text" ? <Drawn block={cell as Block} /> : word(cell["text"]);
}

interface ElementsProps {
  readonly elements: readonly Part[];
  readonly block: Block;
  readonly press: Press;
}

/** Buttons. One press at a time: the others wait until the product has taken it. */
function Elements({ elements, block, press }: ElementsProps): ReactElement {
  const [pressed, setPressed] = useState<number>();
  const act = async (element: Part, index: number) => {
    setPressed(index);
    try {
      await press({
        action_id: String(element["action_id"]),
        ...(block.block_id !== undefined && { block_id: block.block_id }),
        ...(typeof element["value"] === "string" && { value: element["value"] }),
      });
    } finally {
      setPressed(undefined);
    }
  };
  return (
    <div className="actions">
      {elements.map((element, index) =>
        element["type"] === "button" ? (
          <button
            key={index}
            type="button"
            className={word(element["style"])}
            disabled={pressed !== undefined}
            aria-busy={pressed === index}
            onClick={() => void act(element, index)}
          >
            {plainText(element["text"])}
          </button>
        ) : (
          <span key={index} className="absent">
            {String(element["type"])} is not shown here
          </span>
        ),
      )}
    </div>
  );
}
