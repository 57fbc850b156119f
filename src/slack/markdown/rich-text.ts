import type {
  RichTextBlock,
  RichTextBlockElement,
  RichTextList,
  RichTextSection,
  RichTextStyleable,
} from "@slack/types";
import type { List, ListItem, Nodes, Parents, PhrasingContent } from "mdast";
import { visible } from "./safe-text.ts";

/** Which links may be live: exact hosts that the operator configured. Anything else is shown as inert text. */
export type LinkPolicy = (url: string) => boolean;

type Inline = RichTextSection["elements"][number];
type Style = NonNullable<RichTextStyleable["style"]>;

const text = (value: string, style: Style): Inline[] =>
  value === ""
    ? []
    : [{ type: "text", text: visible(value), ...(Object.keys(style).length > 0 && { style: { ...style } }) }];

const plain = (node: Nodes): string => {
  if ("value" in node) return node.value;
  if ("children" in node) return (node as Parents).children.map(plain).join("");
  return "alt" in node ? (node.alt ?? "") : "";
};

/** A link is live only with the policy's leave: it then leads to a system the operator configured, whatever its label says. */
const link = (url: string, label: string, style: Style, allowed: LinkPolicy): Inline[] => {
  if (!allowed(url)) {
    const shown = label === "" || label === url ? url : `${label} (${url})`;
    return text(shown, { ...style, code: true });
  }
  return [
    {
      type: "link",
      url,
      text: visible(label === "" ? url : label),
      ...(Object.keys(style).length > 0 && { style }),
    },
  ];
};

/** Phrasing content as rich text elements. Slack reads no markup inside them, so hostile text stays text. */
export const inline = (nodes: readonly PhrasingContent[], allowed: LinkPolicy, style: Style = {}): Inline[] =>
  nodes.flatMap((node): Inline[] => {
    switch (node.type) {
      case "strong":
        return inline(node.children, allowed, { ...style, bold: true });
      case "emphasis":
        return inline(node.children, allowed, { ...style, italic: true });
      case "delete":
        return inline(node.children, allowed, { ...style, strike: true });
      case "inlineCode":
        return text(node.value, { ...style, code: true });
      case "break":
        return text("\n", {});
      case "link":
        return link(node.url, plain(node), style, allowed);
      case "image":
        return link(node.url, node.alt ?? "", style, () => false);
      case "text":
        return text(node.value, style);
      case "html":
        return text(node.value, style);
      case "linkReference":
      case "imageReference":
      case "footnoteReference":
        return text(plain(node), style);
      default:
        return text(plain(node as Nodes), style);
    }
  });

const section = (elements: Inline[]): RichTextSection => ({
  type: "rich_text_section",
  elements: elements.length > 0 ? elements : [{ type: "text", text: " " }],
});

const itemText = (item: ListItem, allowed: LinkPolicy): Inline[] =>
  item.children.flatMap((child, index) => {
    const before = index === 0 ? [] : text("\n", {});
    if (child.type === "paragraph") return [...before, ...inline(child.children, allowed)];
    return child.type === "list" ? [] : [...before, ...text(plain(child), {})];
  });

/** A list, with the lists nested in its items flattened behind them at their own indent. */
export const listElements = (list: List, allowed: LinkPolicy, indent = 0): RichTextBlockElement[] => {
  const style: RichTextList["style"] = list.ordered === true ? "ordered" : "bullet";
  return list.children.flatMap((item, index): RichTextBlockElement[] => [
    {
      type: "rich_text_list",
      style,
      indent: Math.min(indent, 5),
      ...(list.ordered === true && { offset: (list.start ?? 1) - 1 + index }),
      elements: [section(itemText(item, allowed))],
    },
    ...item.children.flatMap((child) =>
      child.type === "list" ? listElements(child, allowed, indent + 1) : [],
    ),
  ]);
};

/** One paragraph of our own text as a block, for cards and footers. */
export const paragraph = (elements: Inline[]): RichTextBlock => ({
  type: "rich_text",
  elements: [section(elements)],
});

export { plain, section, type Inline };
