import { createHash } from "node:crypto";
import type { QueryConfig } from "pg";

/** Texts that are prepared; more than there are in the code. What is made at run time beyond that is sent as it is. */
const textsMax = 500;

/**
 * Makes statements that each connection parses and plans once (measured: a third of a small statement's time). The
 * name is made of the text, so that all who share a connection agree.
 */
export const prepareStatements = (): ((text: string, values: readonly unknown[]) => QueryConfig) => {
  const names = new Map<string, string>();
  return (text, values) => {
    let name = names.get(text);
    if (name === undefined && names.size < textsMax) {
      name = createHash("sha256").update(text).digest("base64url");
      names.set(text, name);
    }
    return { text, values: [...values], ...(name !== undefined && { name }) };
  };
};
