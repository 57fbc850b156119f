import type { Block } from "./types.ts";

type Element = Readonly<Record<string, string>>;

const TOKEN = /<([^<>]*)>/;

/**
 * What a person typed, as a rich text block: mentions and links where Slack keeps its angle brackets, everything else
 * exactly as it was typed.
 */
export function typedBlock(text: string): Block {
  const pieces = text.split(TOKEN);
  // Every second piece stood in angle brackets.
  const elements = pieces.flatMap((piece, index) => (index % 2 === 1 ? [token(piece)] : plain(piece)));
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

const plain = (piece: string): Element[] => (piece === "" ? [] : [{ type: "text", text: unescaped(piece) }]);

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function token(inside: string): Element {
  const [target = "", label] = inside.split("|");
  const id = target.slice(1);
  if (target.startsWith("@")) return { type: "user", user_id: id };
  if (target.startsWith("#")) return { type: "channel", channel_id: id };
  if (target.startsWith("!subteam^"))
    return { type: "usergroup", usergroup_id: target.slice("!subteam^".length) };
  if (target.startsWith("!")) return { type: "text", text: `@${label ?? id}` };
  return { type: "link", url: unescaped(target), text: unescaped(label ?? target.replace(/^mailto:/, "")) };
}
