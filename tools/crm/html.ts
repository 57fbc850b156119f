/** Notes are HTML in some CRMs, often pasted mail: only their words are wanted. */
export const wordsOfHtml = (html: string): string =>
  html
    .slice(0, 20_000)
    .replaceAll(/<(?:br|\/p|\/div|\/li)\b[^<>]*>/gi, "\n")
    .replaceAll(/<[^<>]*>/g, "")
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** Words that no HTML can hide in; lines stay lines. */
export const htmlOfWords = (words: string): string =>
  words.replaceAll(/[&<>"']/g, (sign) => `&${signs[sign] ?? "amp"};`).replaceAll("\n", "<br>");

const signs: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
