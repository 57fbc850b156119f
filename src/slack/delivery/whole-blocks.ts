import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/**
 * How much of a text that is still being written may be shown: up to the end of a whole Markdown block, never into the
 * last one, which may go on (a list gets another item, a table another row, a code fence its end). No longer than `max`
 * characters; 0 when nothing is whole yet, or when the first block alone is longer.
 */
export const wholeBlocks = (markdown: string, max: number): number => {
  const { children } = fromMarkdown(markdown, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return children
    .slice(0, -1)
    .map((node) => ("position" in node ? (node.position?.end.offset ?? 0) : 0))
    .reduce((fits, end) => (end <= max ? end : fits), 0);
};
