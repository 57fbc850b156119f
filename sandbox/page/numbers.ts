import type { Block } from "./types.ts";

interface List {
  readonly type: string;
  readonly indent?: number;
  readonly offset?: number;
  readonly elements: readonly unknown[];
}

/**
 * A rich text block whose ordered lists begin where Slack lets them begin: at their own offset. The renderer also goes
 * on counting from the lists before, of either kind; what it adds is taken off here.
 */
export function numbered(block: Block): Block {
  if (block.type !== "rich_text") return block;
  let counted: number[] = [];
  const elements = (block["elements"] as readonly List[]).map((element) => {
    if (element.type !== "rich_text_list") {
      counted = [];
      return element;
    }
    const indent = element.indent ?? 0;
    counted.length = Math.min(counted.length, indent + 1);
    const before = counted[indent] ?? 0;
    counted[indent] = before + element.elements.length;
    return before === 0 ? element : { ...element, offset: (element.offset ?? 0) - before };
  });
  return { ...block, elements } as Block;
}
