import { type Key, meets, type Target, targets, targetText } from "./targets.ts";

/** A published number beside what it must reach; `met` is null where there is no target. */
export interface Judged {
  key: Key;
  value: number | null;
  target: string | null;
  met: boolean | null;
}

/** Judges the numbers of the parts that ran. A part that failed has no number, and its targets are not met. */
export const judge = (keys: readonly Key[], values: Partial<Record<Key, number>>): Judged[] =>
  keys.map((key) => {
    const value = values[key];
    const known = value !== undefined && Number.isFinite(value);
    const target: Target | null = targets[key];
    return {
      key,
      value: known ? value : null,
      target: target === null ? null : targetText(target),
      met: target === null ? null : known && meets(value, target),
    };
  });

const verdict = ({ met }: Judged): string => (met === null ? "" : met ? "met" : "missed");

/** The numbers as a table for a terminal. */
export const table = (judged: readonly Judged[]): string => {
  const rows = [
    ["number", "value", "target", ""],
    ...judged.map((one) => [one.key, String(one.value ?? "none"), one.target ?? "", verdict(one)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([name = "", value = "", target = "", word = ""]) =>
      [name.padEnd(widths[0] ?? 0), value.padStart(widths[1] ?? 0), target.padStart(widths[2] ?? 0), word]
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
