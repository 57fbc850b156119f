import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";

/** A name that a policy's text uses: an entity, or a text that `context.<attribute>` is compared with. */
export type NameUsed =
  | { kind: "entity"; type: string; id: string }
  | { kind: "text"; attribute: string; value: string };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `context.kind` -> `kind`. */
const contextAttribute = (node: unknown): string | undefined => {
  if (!isObject(node) || !isObject(node["."])) return undefined;
  const { left, attr } = node["."];
  return isObject(left) && left["Var"] === "context" && typeof attr === "string" ? attr : undefined;
};

const texts = (node: unknown): string[] => {
  if (!isObject(node)) return [];
  if (typeof node["Value"] === "string") return [node["Value"]];
  return Array.isArray(node["Set"]) ? node["Set"].flatMap(texts) : [];
};

const compared = (node: Record<string, unknown>): NameUsed[] =>
  ["==", "!=", "contains"].flatMap((operator) => {
    const operands = node[operator];
    if (!isObject(operands)) return [];
    const { left, right } = operands;
    return [
      [left, right],
      [right, left],
    ].flatMap(([attributeSide, textSide]) => {
      const attribute = contextAttribute(attributeSide);
      return attribute === undefined
        ? []
        : texts(textSide).map((value): NameUsed => ({ kind: "text", attribute, value }));
    });
  });

/**
 * Every name in a policy's JSON. Cedar's validator knows types and actions, but takes any group's id and any text:
 * `principal in Group::"payment-leads"` is valid and never true.
 */
export const namesIn = (json: PolicyJson): NameUsed[] => {
  const walk = (node: unknown): NameUsed[] => {
    if (Array.isArray(node)) return node.flatMap(walk);
    if (!isObject(node)) return [];
    const { type, id } = node;
    const own: NameUsed[] =
      typeof type === "string" && typeof id === "string" ? [{ kind: "entity", type, id }] : [];
    return [...own, ...compared(node), ...Object.values(node).flatMap(walk)];
  };
  return walk({ ...json, annotations: undefined });
};
