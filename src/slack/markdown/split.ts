import type { RichTextBlockElement, RichTextList, RichTextSection } from "@slack/types";

type Inline = RichTextSection["elements"][number];

/** An element that fits a page. */
export interface Part {
  element: RichTextBlockElement;
  chars: number;
}

const charsOf = (element: Inline): number => {
  if (element.type === "text") return element.text.length;
  if (element.type === "link") return (element.text ?? element.url).length;
  return element.type === "date" ? (element.fallback ?? "").length : 1;
};

const total = (elements: readonly Inline[]): number =>
  elements.reduce((sum, element) => sum + charsOf(element), 0);

/** Where to cut a text: after a line, else after a sentence, else between words, else within a word, never a character. */
const cutAt = (text: string, max: number): number => {
  const head = text.slice(0, max);
  for (const end of ["\n", ". ", " "]) {
    const at = head.lastIndexOf(end);
    // A cut near the beginning would leave most of the page empty.
    if (at >= max / 2) return at + end.length;
  }
  return /[\uD800-\uDBFF]$/.test(head) ? max - 1 : max;
};

/** Inline elements in runs of at most so many characters. */
const runs = (elements: readonly Inline[], max: number): Inline[][] => {
  const out: Inline[][] = [[]];
  let room = max;
  const open = [...elements];
  for (let element = open.shift(); element !== undefined; element = open.shift()) {
    const chars = charsOf(element);
    if (chars <= room) {
      out.at(-1)?.push(element);
      room -= chars;
    } else if (element.type === "text" && chars > max / 2) {
      const at = cutAt(element.text, Math.max(room, 1));
      out.at(-1)?.push({ ...element, text: element.text.slice(0, at) });
      open.unshift({ ...element, text: element.text.slice(at) });
      out.push([]);
      room = max;
    } else {
      out.push([element]);
      room = max - chars;
    }
  }
  return out.filter((run) => run.length > 0);
};

const linesOf = (text: string, max: number): string[] => {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const at = cutAt(rest, max);
    parts.push(rest.slice(0, at).replace(/\n$/, ""));
    rest = rest.slice(at);
  }
  return [...parts, rest];
};

const itemChars = (item: RichTextList["elements"][number]): number => total(item.elements as Inline[]);

/** A list in lists of as many items as fit; an item too long by itself goes on as text below it. */
const listParts = (list: RichTextList & { offset?: number }, max: number): Part[] => {
  const parts: Part[] = [];
  let open: { list: RichTextList; chars: number } | undefined;
  for (const [index, item] of list.elements.entries()) {
    const chars = itemChars(item);
    if (open === undefined || open.chars + chars > max) {
      const offset = list.style === "ordered" ? { offset: (list.offset ?? 0) + index } : {};
      open = { list: { ...list, ...offset, elements: [] }, chars: 0 };
      const [first = [], ...others] = runs(item.elements as Inline[], max);
      open.list.elements.push({ type: "rich_text_section", elements: first });
      open.chars = total(first);
      parts.push({ element: open.list, chars: open.chars });
      if (others.length === 0) continue;
      open = undefined;
      parts.push(
        ...others.map((run): Part => ({
          element: { type: "rich_text_section", elements: run },
          chars: total(run),
        })),
      );
    } else {
      open.list.elements.push(item);
      open.chars += chars;
      parts[parts.length - 1] = { element: open.list, chars: open.chars };
    }
  }
  return parts;
};

/** An element as one or more that fit a page. Code goes on as code, a list with its numbers. */
export const splitElement = (element: RichTextBlockElement, max: number): Part[] => {
  switch (element.type) {
    case "rich_text_preformatted": {
      const text = element.elements.map((one) => (one.type === "text" ? one.text : "")).join("");
      return linesOf(text, max).map((part) => ({
        element: { ...element, elements: [{ type: "text", text: part === "" ? " " : part }] },
        chars: part.length,
      }));
    }
    case "rich_text_list":
      return listParts(element, max);
    case "rich_text_section":
    case "rich_text_quote":
      return runs(element.elements, max).map((run) => ({
        element: { ...element, elements: run },
        chars: total(run),
      }));
    default:
      return element satisfies never;
  }
};
