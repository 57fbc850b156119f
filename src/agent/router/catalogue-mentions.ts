import { claim, type Reading, scan } from "./blank.ts";
import type { Catalogue, MentionKind } from "./types.ts";

/** Stages every HubSpot account starts with, and what people call them; a catalogue adds a company's own. */
const shippedStages: Record<string, string> = {
  qualification: "qualification",
  qualified: "qualified",
  "qualified to buy": "qualified to buy",
  "appointment scheduled": "appointment scheduled",
  "presentation scheduled": "presentation scheduled",
  "decision maker bought-in": "decision maker bought-in",
  "contract sent": "contract sent",
  proposal: "proposal",
  proposals: "proposal",
  negotiation: "negotiation",
  negotiations: "negotiation",
  "closed won": "closed won",
  "closed lost": "closed lost",
  "closed-won": "closed won",
  "closed-lost": "closed lost",
  won: "closed won",
  lost: "closed lost",
};

const escape = (name: string): string =>
  name
    .split(/\s+/u)
    .map((word) => RegExp.escape(word))
    .join(String.raw`\s+`);

/** Claims every name of a table, longest first, so that "Globex Renewal" is not read as "Globex". */
function claimNames(reading: Reading, kind: MentionKind, names: ReadonlyMap<string, string[]>): void {
  const known = [...names.keys()].filter((name) => name.length >= 2);
  if (known.length === 0) return;
  known.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(String.raw`(?<![\w/.-])(?:${known.map(escape).join("|")})(?![\w/-])`, "giu");
  scan(reading, pattern, (match) => {
    const meant = names.get(match[0].toLowerCase().replaceAll(/\s+/gu, " ")) ?? [match[0]];
    const start = match.index;
    const end = start + match[0].length;
    const [value = match[0]] = meant;
    claim(reading, { kind, start, end, value, ...(meant.length > 1 && { among: meant }) });
  });
}

function byLowerCase(names: readonly string[] | undefined, key = (name: string): string => name) {
  const table = new Map<string, string[]>();
  for (const name of names ?? []) {
    const at = key(name).toLowerCase().trim().replaceAll(/\s+/gu, " ");
    if (at !== "") table.set(at, [...(table.get(at) ?? []), name]);
  }
  return table;
}

const lastSegment = (path: string): string => path.split("/").at(-1) ?? path;

/**
 * Names of the catalogue: deals before projects before people, each longest first. A project is also known by its
 * last segment (`ledger-api`); where two have the same one, the mention names both and chooses none.
 */
export function findCatalogueNames(reading: Reading, catalogue: Catalogue): void {
  claimNames(reading, "deal", byLowerCase(catalogue.deals));
  claimNames(reading, "project", byLowerCase(catalogue.projects));
  claimNames(reading, "group", byLowerCase(catalogue.groups));
  claimNames(reading, "project", byLowerCase(catalogue.projects, lastSegment));
  claimNames(reading, "person", byLowerCase(catalogue.people));
}

/** Deal stages: the catalogue's own labels, then those every account starts with. */
export function findStages(reading: Reading, catalogue: Catalogue): void {
  const own = byLowerCase(catalogue.stages);
  claimNames(reading, "stage", own);
  const shipped = Object.entries(shippedStages).map(([words, label]): [string, string[]] => [
    words,
    own.get(label) ?? [label],
  ]);
  claimNames(reading, "stage", new Map(shipped));
}
