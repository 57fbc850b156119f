/** Action id of plain fields. */
export const valueId = "value";
/** Start of the action ids of fields that list values while a person types. */
export const pickStart = "pick:";

/** Block id of a field, or of one piece of a long text. */
export const blockId = (name: string, part = 0): string => `in:${part}:${name}`;

/** Which argument and piece a block is of. */
export const readBlockId = (id: string): { name: string; part: number } | undefined => {
  const found = /^in:(\d{1,3}):(.+)$/s.exec(id);
  return found === null ? undefined : { part: Number(found[1]), name: found[2] ?? "" };
};

/** Action id of a field whose values are listed while a person types. */
export const pickId = (name: string): string => `${pickStart}${name}`;
