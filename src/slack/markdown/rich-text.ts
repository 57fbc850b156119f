import type {
  RichTextBlock,
  RichTextBlockElement,
  RichTextList,
  RichTextSection,
  RichTextStyleable,
} from "@slack/types";
import type { Definition, Link, List, ListItem, Nodes, PhrasingContent, RootContent } from "mdast";
import { momentsIn } from "./dates.ts";
import { plain } from "./plain.ts";
import { visible } from "./safe-text.ts";

/** Which links may be live: exact hosts that the operator configured. Anything else is shown as inert text. */
export type LinkPolicy = (url: string) => boolean;

/** What the drawing of text depends on besides the text. */
export interface Look {
  allowed: LinkPolicy;
  /** Targets of reference links, by identifier. */
  definitions?: ReadonlyMap<string, Definition>;
  /** Where a cited call leads. */
  urlOf?: (call: number) => string | undefined;
}

type Inline = RichTextSection["elements"][number];
type Style = NonNullable<RichTextStyleable["style"]>;

const styled = (style: Style): { style?: Style } =>
  Object.keys(style).length > 0 ? { style: { ...style } } : {};

const text = (value: string, style: Style): Inline[] =>
  value === "" ? [] : [{ type: "text", text: visible(value), ...styled(style) }];

/** Text with its dates and times in the reader's own zone. */
const dated = (value: string, style: Style): Inline[] =>
  momentsIn(value).flatMap((part): Inline[] =>
    typeof part === "string" ? text(part, style) : [{ type: "date", ...part, ...styled(style) }],
  );

const hostOf = (url: string): string => {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
};

/** A label that looks like an address of its own would hide where a link leads: then the host is named as well. */
const honest = (label: string, url: string): string => {
  const host = hostOf(url);
  return /\w\.\w{2,}|:\/\//.test(label) && !label.includes(host) ? `${label} (${host})` : label;
};

/** A link is live only with the policy's leave: it then leads to a system the operator configured, whatever its label says. */
const link = (url: string, label: string, style: Style, allowed: LinkPolicy): Inline[] => {
  if (!allowed(url)) {
    const shown = label === "" || label === url ? url : `${label} (${url})`;
    return text(shown, { ...style, code: true });
  }
  return [{ type: "link", url, text: visible(label === "" ? url : honest(label, url)), ...styled(style) }];
};

/** A Markdown link; Slack's own way of writing one, `<url|label>`, is read as the one it was meant to be. */
const written = (node: Link, style: Style, allowed: LinkPolicy): Inline[] => {
  const label = plain(node);
  const bar = node.url.indexOf("|");
  return bar > 0 && label === node.url
    ? link(node.url.slice(0, bar), node.url.slice(bar + 1), style, allowed)
    : link(node.url, label, style, allowed);
};

/** A source's number: a link to what the call read, where that has an address. */
const cited = (calls: readonly number[], { allowed, urlOf }: Look): Inline[] =>
  calls.flatMap((call): Inline[] => {
    const url = urlOf?.(call);
    return url === undefined || !allowed(url)
      ? [{ type: "text", text: ` [${call}]` }]
      : [
          { type: "text", text: " " },
          { type: "link", url, text: `[${call}]` },
        ];
  });

/** The mark behind a sentence that names no source; its meaning stands in the footnote. */
export const unsourcedMark = "†";

/** Phrasing content as rich text elements. Slack reads no markup inside them, so hostile text stays text. */
export const inline = (nodes: readonly PhrasingContent[], look: Look, style: Style = {}): Inline[] =>
  nodes.flatMap((node, index): Inline[] => {
    switch (node.type) {
      case "strong":
        return inline(node.children, look, { ...style, bold: true });
      case "emphasis":
        return inline(node.children, look, { ...style, italic: true });
      case "delete":
        return inline(node.children, look, { ...style, strike: true });
      case "inlineCode":
        return text(node.value, { ...style, code: true });
      case "break":
        return text("\n", {});
      case "link":
        return written(node, style, look.allowed);
      case "image":
        return link(node.url, node.alt ?? "", style, () => false);
      case "linkReference":
      case "imageReference": {
        const url = look.definitions?.get(node.identifier)?.url ?? "";
        const leave = node.type === "linkReference" ? look.allowed : () => false;
        return url === "" ? text(plain(node), style) : link(url, plain(node), style, leave);
      }
      case "text":
        return dated(node.value, style);
      case "citation":
        return cited(node.calls, look);
      case "unsourced":
        return text(index === 0 ? unsourcedMark : ` ${unsourcedMark}`, {});
      default:
        return text(plain(node as Nodes), style);
    }
  });

const section = (elements: Inline[]): RichTextSection => ({
  type: "rich_text_section",
  elements: elements.length > 0 ? elements : [{ type: "text", text: " " }],
});

const newline: Inline = { type: "text", text: "\n" };

const boxes = { done: "☑ ", open: "☐ " };

/** A list's item up to its first code or nested list; what comes after is drawn below it. */
const itemElements = (item: ListItem, look: Look): { head: Inline[]; rest: ListItem["children"] } => {
  const at = item.children.findIndex(
    ({ type }) => !["paragraph", "heading", "blockquote", "html"].includes(type),
  );
  const inner = at === -1 ? item.children : item.children.slice(0, at);
  const box = typeof item.checked === "boolean" ? text(item.checked ? boxes.done : boxes.open, {}) : [];
  const head = inner.flatMap((child, index): Inline[] => [
    ...(index === 0 ? [] : [newline]),
    ...("children" in child && (child.type === "paragraph" || child.type === "heading")
      ? inline(child.children, look)
      : text(plain(child), {})),
  ]);
  return { head: [...box, ...head], rest: at === -1 ? [] : item.children.slice(at) };
};

const indentMax = 5;

/**
 * A list, with what its items hold besides text, nested lists above all, behind them at their own indent. The items
 * between two of those are one list of Slack's; a later one goes on with the numbers.
 */
const listElements = (list: List, look: Look, indent = 0): RichTextBlockElement[] => {
  const style: RichTextList["style"] = list.ordered === true ? "ordered" : "bullet";
  const start = (list.start ?? 1) - 1;
  const out: RichTextBlockElement[] = [];
  let open: RichTextList | undefined;
  for (const [index, item] of list.children.entries()) {
    const { head, rest } = itemElements(item, look);
    if (open === undefined) {
      const offset = list.ordered === true ? { offset: start + index } : {};
      open = { type: "rich_text_list", style, indent: Math.min(indent, indentMax), ...offset, elements: [] };
      out.push(open);
    }
    open.elements.push(section(head));
    if (rest.length > 0) open = undefined;
    out.push(
      ...rest.flatMap((child) =>
        child.type === "list" ? listElements(child, look, indent + 1) : elementsOf(child, look),
      ),
    );
  }
  return out;
};

/** What stands in a quote: lines of text, whatever they were. */
const quoteLines = (nodes: readonly RootContent[], look: Look): Inline[] =>
  nodes.flatMap((node, index): Inline[] => [
    ...(index === 0 ? [] : [newline]),
    ...(node.type === "paragraph" || node.type === "heading"
      ? inline(node.children, look)
      : node.type === "blockquote"
        ? [...text("› ", {}), ...quoteLines(node.children, look)]
        : node.type === "list"
          ? node.children.flatMap((item, at): Inline[] => [
              ...(at === 0 ? [] : [newline]),
              ...text(node.ordered === true ? `${(node.start ?? 1) + at}. ` : "• ", {}),
              ...quoteLines(item.children, look),
            ])
          : text(plain(node), node.type === "code" ? { code: true } : {})),
  ]);

const preformatted = (value: string): RichTextBlockElement => ({
  type: "rich_text_preformatted",
  elements: [{ type: "text", text: visible(value) || " " }],
});

/** A block of text that is no table and no chart, as elements of a rich text block. */
export const elementsOf = (node: RootContent, look: Look): RichTextBlockElement[] => {
  switch (node.type) {
    case "heading":
      return [section([...inline(node.children, look, { bold: true }), newline])];
    case "paragraph":
      return [section([...inline(node.children, look), newline])];
    case "list":
      return listElements(node, look);
    case "code":
      return [preformatted(node.value)];
    case "blockquote": {
      const lines = quoteLines(node.children, look);
      return [
        { type: "rich_text_quote", elements: lines.length > 0 ? lines : [{ type: "text", text: " " }] },
      ];
    }
    case "table":
      // Inside a list or a quote there is no room for a table of Slack's: its rows as lines, all of them.
      return [preformatted(node.children.map((row) => row.children.map(plain).join("  |  ")).join("\n"))];
    case "definition":
    case "yaml":
      return [];
    default:
      return [section([...text(plain(node) || " ", {}), newline])];
  }
};

/** One paragraph of our own text as a block, for cards and footers. */
export const paragraph = (elements: Inline[]): RichTextBlock => ({
  type: "rich_text",
  elements: [section(elements)],
});

export { section, type Inline };
