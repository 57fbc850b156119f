/** One match of one word on one page. */
export interface Page {
  name: string;
  project: string;
  url: string;
  /** The lines around the match. */
  text: string;
  term: string;
}

/** A page with everything that was found on it. */
interface Ranked {
  name: string;
  project: string;
  url: string;
  excerpts: string[];
}

/** Words of a question that are looked for, each on its own: GitLab looks for words as they stand, together. */
const termsMax = 3;

const common = new Set(
  (
    "a about all also an and any are as at be been by can could did do does for from get had has have he her his how " +
    "i if in into is it its just like me my no not of on or our out over she should so some such than that the their " +
    "them then there these they this those to up us was we were what when where which who whom whose why will with " +
    "would you your say says tell please find show look search written wiki docs page runbook somebody something"
  ).split(" "),
);

/** The few words that tell most: the longest that are not common, in the question's order. */
export function termsOf(question: string): string[] {
  const all = question.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}._-]*/gu) ?? [];
  const telling = [...new Set(all)].filter((word) => word.length >= 2 && !common.has(word));
  const longest = telling.toSorted((a, b) => b.length - a.length).slice(0, termsMax);
  return telling.filter((word) => longest.includes(word));
}

/** Pages by how many of the words they hold, then by whether a word stands in their name. */
export function rank(pages: readonly Page[], terms: readonly string[]): Ranked[] {
  const byName = Map.groupBy(pages, ({ name }) => name);
  const scored = [...byName.values()].map((same) => {
    const [first] = same as [Page, ...Page[]];
    const held = new Set(same.map(({ term }) => term));
    const text = same.map((one) => one.text.toLowerCase()).join("\n");
    const beside = terms.filter((term) => !held.has(term) && text.includes(term)).length;
    const titled = terms.filter((term) => first.name.toLowerCase().includes(term)).length;
    const { name, project, url } = first;
    const excerpts = [...new Set(same.map((one) => one.text.trim()))].slice(0, 3);
    return { score: 2 * held.size + beside + titled, page: { name, project, url, excerpts } };
  });
  return scored
    .toSorted((a, b) => b.score - a.score || a.page.name.localeCompare(b.page.name))
    .map(({ page }) => page);
}
