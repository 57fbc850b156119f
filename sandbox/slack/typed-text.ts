import type { Person } from "./types.ts";

/** What Slack's client has already put into angle brackets: people, channels, groups, links. */
const TOKEN = /<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!)[^<>]*>|<(?:https?|mailto):[^<>\s]+>/g;
const LINK = /\bhttps?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"]/g;
const MAIL = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g;
const HANDLE = /(^|[\s(])@([a-z][a-z0-9._-]*)/gi;

/**
 * What a person typed, as Slack stores it: `@anna` becomes a mention, URLs and mail addresses become links, and `&`,
 * `<`, `>` are escaped. Mentions and links in Slack's own form stay as they are.
 */
export function typedText(text: string, people: Iterable<Person>): string {
  const byName = new Map([...people].map((person) => [person.name, person.id]));
  const tokens = text.match(TOKEN) ?? [];
  const between = text.split(TOKEN).map((piece) => linked(piece, byName));
  return between.map((piece, index) => piece + (tokens[index] ?? "")).join("");
}

function linked(piece: string, byName: ReadonlyMap<string, string>): string {
  return piece
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(LINK, (url) => `<${url}>`)
    .replace(/<[^>]*>|[^<]+/g, (part) =>
      part.startsWith("<") ? part : part.replace(MAIL, (mail) => `<mailto:${mail}|${mail}>`),
    )
    .replace(HANDLE, (whole, before: string, name: string) => {
      const id = byName.get(name.toLowerCase());
      return id === undefined ? whole : `${before}<@${id}>`;
    });
}
