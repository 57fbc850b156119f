import type { NameRun } from "./names.ts";
import type { Mention } from "./types.ts";

/** Who is meant by an argument like `reviewer`, `author` or `owner`: `me`, or a name as typed. */
export interface Who {
  role: "reviewer" | "other";
  name: string;
}

/** "show me", "let me know": there the asker is only the listener. */
const listeners =
  /\b(?:show|tell|give|get|find|let|send|help|bring|for) me\b(?! to review)|\b(?:can|could|may|should) i\b/giu;
const asker = /\b(?:me|my|mine|myself|i|i'm|i've)\b/iu;
const reviewing =
  /\breview\w*|\bapprov\w*|\bwaiting (?:for|on) m[ey]\b|\bneeds? m[ey]\b|\bmy (?:eyes|attention|desk)\b/iu;

/** The asker as reviewer ("waiting for my review") or as author or owner ("my deals", "am I working on"). */
function askerIn(text: string): Who[] {
  if (/\bfor me to review\b/iu.test(text)) return [{ role: "reviewer", name: "me" }];
  const spoken = text.replaceAll(listeners, " ");
  const waiting = /\bwaiting for me\b/iu.test(text);
  if (!waiting && !asker.test(spoken)) return [];
  return [{ role: reviewing.test(text) ? "reviewer" : "other", name: "me" }];
}

const escaped = (name: string): string => RegExp.escape(name);

/** The role of a named person: a reviewer by the words around the name, else an author or owner. */
function roleOf(text: string, name: string): Who["role"] {
  const at = escaped(name);
  const words = [
    String.raw`(?:reviewer|reviewed by|review (?:by|of|from|for|to)|waiting (?:for|on)|assigned to)\s+${at}`,
    String.raw`${at}(?:'s)?\s+(?:is |as )?(?:the |a )?(?:review\w*|has to review|must review|should review|needs to review)`,
    String.raw`${at}\s+for review`,
  ];
  return new RegExp(words.join("|"), "iu").test(text) ? "reviewer" : "other";
}

/** Words before an unknown name that make it a person's. */
const personWords = new Set(["by", "from", "does", "did", "has", "owned", "is"]);

/** True where a name the catalogue does not know can only be a person's. */
const isPerson = (run: NameRun): boolean => run.possessive || personWords.has(run.before);

/** Everybody a sentence speaks of, with their role: the asker, people of the catalogue, and names in a person's place. */
export function peopleIn(text: string, mentions: readonly Mention[], runs: readonly NameRun[]): Who[] {
  const named = mentions
    .filter(({ kind }) => kind === "person" || kind === "email")
    .map((mention): Who => ({ role: roleOf(text, mention.text), name: String(mention.value) }));
  const unknown = runs.filter(isPerson).map((run): Who => ({ role: roleOf(text, run.text), name: run.text }));
  return [...askerIn(text), ...named, ...unknown];
}
