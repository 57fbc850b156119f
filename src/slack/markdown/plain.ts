import type { Nodes, Parents } from "mdast";

/** What a node says, without its markup. */
export const plain = (node: Nodes): string => {
  if ("value" in node) return /^<br\s*\/?>$/i.test(node.value) && node.type === "html" ? "\n" : node.value;
  if (node.type === "citation") return ` [${node.calls.join(", ")}]`;
  if ("children" in node) return (node as Parents).children.map(plain).join("");
  return "alt" in node ? (node.alt ?? "") : "";
};
