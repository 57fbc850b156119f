/** "when green", "once CI passes", "as soon as the pipeline succeeds", "auto-merge". */
const green =
  /\b(?:when|once|as soon as|after|if|until|only when|only if)\b[^,.;]{0,40}?\b(?:green|pass(?:es|ed)?|succe(?:ed|eds|eded|ss|ssful)|ok|finish(?:es|ed)|goes through|went through)\b|\bauto-?\s?merge\b|\bautomatically\b|\bon green\b/iu;

/** True where a merge is wanted only after its pipeline has succeeded. */
export const whenGreen = (text: string): boolean => green.test(text);

/** The sentence without its "when green", so that only other conditions are left in it. */
export const withoutGreen = (text: string): string => text.replace(green, " ");

/**
 * Words that make a request depend on something: no slot holds them, so a write must not drop them.
 * Returns them as typed.
 */
export const conditionsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /\b(?:if|unless|when|once|after|before|until|as soon as|in case|provided)\b[^,.;]{0,40}/giu,
    ),
  ].map(([words]) => words.trim());

/**
 * Words that narrow a search in a way no slot holds ("older than", "labelled", "top 5"): a list that
 * silently ignores them would answer another question.
 */
export const restrictionsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /\b(?:label(?:led|ed)?|tagged|milestone|drafts?|stale|older|newer|oldest|newest|biggest|largest|smallest|since|before|after|between|over(?! at| there| to| in)|under|above|below|more than|less than|at least|at most|except|excluding|without|not|only|top|unassigned|approved|unapproved)\b[^,.;?]{0,20}/giu,
    ),
  ].map(([words]) => words.trim());

/** More than once, or on and on: a write is done once. */
export const repeatsIn = (text: string): string[] =>
  [...text.matchAll(/\b(?:twice|thrice|\w+ times|repeatedly|again and again)\b/giu)].map(([words]) => words);

const nearly =
  /\b(?:by|add|adding|another|extra|plus|minus|subtract|about|around|roughly|approximately|circa|over|under|above|below|than|least|most|nearly|almost)\s+(?:an?\s+)?(?:extra\s+|additional\s+)?[~-]?$|[~-]$/iu;
const further =
  /^\s*(?:more|less|extra|additional|on top|off|discount|higher|lower|or so|ish|each|per|a month|a year|[-+%])/iu;

/** "by 10k", "another 10k", "10k more", "about 10k": a change of, or near, an amount; never the amount itself. */
export const isRelative = (text: string, { start, end }: { start: number; end: number }): boolean =>
  nearly.test(text.slice(0, start)) || further.test(text.slice(end));

/** What stands in double quotes, with its place: a name the person marked as one. */
export const quotedNames = (text: string): { name: string; start: number; end: number }[] =>
  [...text.matchAll(/"([^"]{2,100})"/gu)].map((match) => ({
    name: (match[1] ?? "").trim(),
    start: match.index,
    end: match.index + match[0].length,
  }));

/** "don't merge", "do not move": the opposite of what the other words say. */
export const isNegated = (text: string): boolean =>
  /\b(?:don'?t|do not|doesn'?t|not|never|no longer|stop|cancel|undo|revert|instead of|rather than)\b/iu.test(
    text,
  );

/** A question about an action is no request for it: "should I merge !12?", "who moved Globex?". */
export const isQuestion = (text: string): boolean =>
  /^(?:so |and |but |hey |hi )?(?:why|who|whose|what|which|when|where|how|did|does|do|has|have|had|is|are|was|were|am|should|shall|may|must)\b/iu.test(
    text,
  ) ||
  /\b(?:should|shall|could|may|can) (?:i|we)\b|\bwhat if\b|\bwould it\b|\bis it (?:ok|safe|possible)\b/iu.test(
    text,
  );

const pronoun =
  /\b(?:it|its|it's|that|this|those|these|them|they|their|he|him|his|she|her|the same|the (?:other|former|latter|last|previous|first|second) (?:one|mr|job|deal|pipeline|merge request))\b/giu;

/**
 * A word that points back into the conversation. It is harmless where its sentence names the thing first
 * ("!12 is fine, merge it"), where it only leads a clause ("MRs that need review"), and before the thing itself
 * ("this !12", "this quarter"). `namedAt` are the offsets where things are named.
 */
export function pointsBack(text: string, namedAt: readonly number[]): boolean {
  return [...text.matchAll(pronoun)].some((match) => {
    const at = match.index;
    const end = at + match[0].length;
    if (namedAt.some((offset) => offset < at || offset === end + 1)) return false;
    const after = text.slice(end);
    if (
      /^(?:this|that)$/iu.test(match[0]) &&
      /^\s+(?:week|month|quarter|year|morning|afternoon)\b/iu.test(after)
    )
      return false;
    const leadsClause =
      /^\s+(?:is|are|was|were|has|have|had|needs?|i|we|still|wait|waits|failed|fail|fails|closed?|closes|came)\b/iu.test(
        after,
      );
    return !(match[0].toLowerCase() === "that" && /\w+s\s+$/u.test(text.slice(0, at)) && leadsClause);
  });
}

const doing =
  /^(?:please |then |also |just )?(?:show|list|find|get|give|tell|send|mail|email|write|post|message|notify|ask|ping|open|create|add|delete|remove|close|move|set|change|update|mark|merge|retry|rerun|restart|run|deploy|release|assign|comment|approve|log|call|book|schedule|remind|explain|check|refund|pay|cancel|archive|invite|start|stop)\b/iu;

/** Whether a clause begins like a request of its own. */
export const asks = (clause: string): boolean => doing.test(clause);

/** The clauses of a sentence that begin a request of their own after "and", "then" or a full stop; the first clause is the first. */
export function clausesOf(text: string): string[] {
  const clauses: string[] = [];
  for (const part of text.split(/\s*(?:;|[.!?]\s|,?\s+(?:and|then|and then|plus|as well as)\s)\s*/iu)) {
    if (part === "") continue;
    const last = clauses.at(-1);
    if (last === undefined || asks(part)) clauses.push(part);
    else clauses[clauses.length - 1] = `${last} and ${part}`;
  }
  return clauses;
}
