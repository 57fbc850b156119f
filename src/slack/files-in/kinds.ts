/** What can be read of a file. */
export type FileKind = "text" | "pdf" | "picture";

const textTypes = /^(text\/|application\/(json|xml|yaml|x-yaml|toml|sql|javascript|x-sh|csv)\b)/;
const textEndings =
  /\.(txt|log|md|csv|tsv|json|jsonl|ya?ml|xml|toml|ini|conf|env|sql|sh|ts|tsx|js|jsx|py|rb|go|rs|java|kt|c|h|cc|cpp|cs|php|html?|css|diff|patch)$/i;

/** By its first bytes, which decide for pictures and PDFs, else by what Slack and the name say. */
export const kindOf = (
  bytes: Uint8Array,
  { name, mime }: { name: string; mime: string },
): FileKind | undefined => {
  if (pictureType(bytes) !== undefined) return "picture";
  if (begins(bytes, "%PDF-")) return "pdf";
  return textTypes.test(mime) || textEndings.test(name) ? "text" : undefined;
};

/** Whether it is worth fetching, before anything is known of its bytes. */
export const mayBeRead = ({ name, mime }: { name: string; mime: string }): boolean =>
  mime === "" ||
  textTypes.test(mime) ||
  textEndings.test(name) ||
  /^(application\/pdf|image\/(png|jpeg|gif|webp))$/.test(mime);

const begins = (bytes: Uint8Array, signature: string): boolean =>
  Buffer.from(signature, "latin1").every((byte, at) => bytes[at] === byte);

/** The picture formats that models see, by their first bytes. */
export const pictureType = (bytes: Uint8Array): string | undefined => {
  if (begins(bytes, "\u0089PNG\r\n")) return "image/png";
  if (begins(bytes, "\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (begins(bytes, "GIF8")) return "image/gif";
  return begins(bytes, "RIFF") && begins(bytes.subarray(8), "WEBP") ? "image/webp" : undefined;
};
