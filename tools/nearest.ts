import { distance } from "fastest-levenshtein";

/** The few names most like the given one, best first; those that have nothing in common are left out. */
export function nearest(given: string, names: readonly string[], most = 3): string[] {
  const wanted = given.toLowerCase();
  const scored = [...new Set(names)].map((name) => ({ name, far: farness(wanted, name.toLowerCase()) }));
  return scored
    .filter(({ far }) => far <= 0.6)
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** 0 the same, 1 nothing in common; the last part of a path counts as well as the whole. */
function farness(wanted: string, name: string): number {
  const forms = [name, name.split("/").at(-1) ?? name];
  return Math.min(
    ...forms.map((form) =>
      form.includes(wanted) ? 0.1 : distance(wanted, form) / Math.max(wanted.length, form.length, 1),
    ),
  );
}

/** ` Nearest: a, b.`, or nothing. */
export const nearestWords = (given: string, names: readonly string[]): string => {
  const found = nearest(given, names);
  return found.length === 0 ? "" : ` Nearest: ${found.join(", ")}.`;
};
