import type { Field, Preview } from "../core/tool.ts";

const changeOf = (old: Field | undefined, now: Field): string[] => {
  if (old === undefined) return [`${now.label}: (none) → ${now.value}`];
  // Where a field shows before and after, what is there now has moved; else what the field says.
  if (old.before !== now.before && now.before !== undefined) {
    return [`${now.label}: ${old.before ?? "(none)"} → ${now.before}`];
  }
  return old.value === now.value ? [] : [`${now.label}: ${old.value} → ${now.value}`];
};

/**
 * What a person would see differ between two previews of one request: `Head: 9f31c2ab → 77aa01fe`, or, for what the
 * request would change, what stands there now: `Amount: 40,000 → 45,000`. Empty where nothing shown differs.
 */
export const changesBetween = (before: Preview, after: Preview): string => {
  const old = new Map(before.fields.map((field) => [field.label, field]));
  const now = new Set(after.fields.map(({ label }) => label));
  const changes = after.fields.flatMap((field) => changeOf(old.get(field.label), field));
  const gone = before.fields.filter(({ label }) => !now.has(label));
  return [...changes, ...gone.map(({ label }) => `${label}: nothing to change any more`)].join("; ");
};
