import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/**
 * RFC 8785 text of a JSON value: equal values give equal bytes. Throws for what has none (lone surrogates, NaN).
 */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("Not a JSON value");
  return text;
};

/** SHA-256 (hex) under a domain tag, so that a digest made for one purpose never passes for another. */
export const taggedDigest = (domain: string, value: unknown): string =>
  createHash("sha256").update(domain).update("\0").update(canonicalJson(value), "utf8").digest("hex");
