/** Credentials as they stand in logs and messages, told by their own shape. */
const shapes: readonly RegExp[] = [
  /\bgl(?:pat|ptt|dt|rt|cbt|ft|soat|agent)-[\w.-]{8,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bxapp-[\w-]{10,}/g,
  /\bsteward_mcp_[\w-]{20,}/g,
  /\bpat-(?:na|eu)\d-[\w-]{16,}/g,
  /\bsk-[\w-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Quantifiers are bounded throughout: a hostile line of megabytes must not cost minutes. `name=value` and `name: value` where the name says that it is secret; the name stays readable. */
const named =
  /\b([\w.-]{0,60}(?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w.-]{0,60})(["']?\s{0,9}[=:]\s{0,9})("[^"\n]*"|'[^'\n]*'|[^\s,;"']+)/gi;

const inUrl = /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}):([^\s@/]{1,200})@/gi;
const authorization = /\b(authorization\s*[=:]\s*)?\b(bearer|basic)\s+[\w+/=.~-]{8,}/gi;

const hidden = "[masked]";

/**
 * Text with what looks like a credential masked: for logs of jobs, for words of other systems, for anything that may
 * reach a person or a model. It errs on the side of masking; it is no proof that nothing is left.
 */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const shape of shapes) masked = masked.replace(shape, hidden);
  return masked
    .replace(inUrl, (_, before: string) => `${before}:${hidden}@`)
    .replace(authorization, (_, name: string | undefined, kind: string) => `${name ?? ""}${kind} ${hidden}`)
    .replace(named, (whole, name: string, sign: string, value: string) =>
      value.startsWith("[masked") || value === "***" ? whole : `${name}${sign}${hidden}`,
    );
}
