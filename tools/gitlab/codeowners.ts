import { fitsGlob } from "./glob.ts";

/**
 * CODEOWNERS as GitLab reads it (docs.gitlab.com, "Code Owners syntax"): in each section the last pattern that fits
 * decides; a line without owners has those of its section; `!` takes a path out of a section for good.
 */

/** Where GitLab looks, in this order; the first file there is counts. */
export const ownerFiles = ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"] as const;

/** Lines that are read: a longer file is somebody's mistake. */
const linesMax = 5000;

interface Rule {
  pattern: string;
  /** Empty: nobody has to approve. */
  owners: string[];
  excludes: boolean;
  line: number;
}

interface Section {
  /** Empty for the lines above the first header. */
  name: string;
  optional: boolean;
  /** Approvals that it asks for. */
  approvals: number;
  owners: string[];
  rules: Rule[];
}

/** Who owns a path by one section. */
export interface Ownership {
  section: string;
  optional: boolean;
  approvals: number;
  /** `@name`, `@group/sub`, `@@role` or a mail address, as the file has them. */
  owners: string[];
  pattern: string;
  /** Line of the file. */
  line: number;
}

/** Everybody who owns a path, by section, in the file's order. */
export function ownersOf(file: string, path: string): Ownership[] {
  return sectionsOf(file).flatMap((section): Ownership[] => {
    const fitting = section.rules.filter(({ pattern }) => fitsGlob(pattern, path));
    const last = fitting.at(-1);
    if (last === undefined || last.owners.length === 0 || fitting.some(({ excludes }) => excludes)) return [];
    const { name, optional, approvals } = section;
    return [
      { section: name, optional, approvals, owners: last.owners, pattern: last.pattern, line: last.line },
    ];
  });
}

const header = /^(\^)?\[([^\]]{1,200})\](?:\[(\d{1,3})\])?(.*)$/;

function sectionsOf(file: string): Section[] {
  const sections: Section[] = [{ name: "", optional: false, approvals: 1, owners: [], rules: [] }];
  for (const [index, text] of file.split(/\r?\n/).slice(0, linesMax).entries()) {
    const row = text.trim();
    if (row === "" || row.startsWith("#")) continue;
    const found = header.exec(row);
    if (found) sections.push(sectionOf(sections, found));
    else sections.at(-1)?.rules.push(ruleOf(row, index + 1, sections.at(-1)?.owners ?? []));
  }
  // Sections of one name are one, whatever their case.
  return [...Map.groupBy(sections, ({ name }) => name.toLowerCase()).values()].map((same) => ({
    ...(same[0] as Section),
    rules: same.flatMap(({ rules }) => rules),
  }));
}

function sectionOf(before: readonly Section[], found: RegExpExecArray): Section {
  const name = found[2]?.trim() ?? "";
  const own = ownersIn(found[4] ?? "");
  const same = before.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return {
    name,
    optional: found[1] === "^",
    approvals: Number(found[3] ?? 1),
    owners: own.length > 0 ? own : (same?.owners ?? []),
    rules: [],
  };
}

function ruleOf(row: string, line: number, defaults: readonly string[]): Rule {
  const [first = "", ...rest] = row.split(/(?<!\\)\s+/);
  const excludes = first.startsWith("!");
  const own = ownersIn(rest.join(" "));
  return {
    pattern: (excludes ? first.slice(1) : first).replaceAll(/\\([# ])/g, "$1"),
    owners: own.length > 0 ? own : [...defaults],
    excludes,
    line,
  };
}

/** Anything that is neither a mention nor an address is a comment or a mistake. */
const ownersIn = (text: string): string[] =>
  text
    .replace(/(?:^|\s)#.*$/, "")
    .split(/\s+/)
    .filter((one) => /^@{1,2}[\w.-]+(?:\/[\w.-]+)*$|^[\w.+-]+@[\w.-]+\.\w+$/.test(one));
