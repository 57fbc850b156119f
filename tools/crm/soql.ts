/** Salesforce's query language, as far as it is used. Every value passes `text` or is one of the product's own. */

/** A text as SOQL takes it. */
const text = (value: string): string => `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

export const is = (field: string, value: string): string => `${field} = ${text(value)}`;

export const isOneOf = (field: string, values: readonly string[]): string =>
  `${field} IN (${values.map(text).join(", ")})`;

/** Each word stands somewhere in the field. */
export const hasWords = (field: string, words: readonly string[]): string =>
  all(words.map((word) => `${field} LIKE ${text(`%${word.replaceAll(/[%_]/g, String.raw`\$&`)}%`)}`));

const all = (parts: readonly string[]): string => joined(parts, "AND");
export const any = (parts: readonly string[]): string => joined(parts, "OR");

const joined = (parts: readonly string[], by: string): string =>
  parts.length < 2 ? (parts[0] ?? "") : `(${parts.join(` ${by} `)})`;

export interface Select {
  fields: readonly string[];
  from: string;
  where: readonly string[];
  order?: string;
  limit: number;
}

export const select = ({ fields, from, where, order, limit }: Select): string =>
  [
    `SELECT ${fields.join(", ")} FROM ${from}`,
    ...(where.length > 0 ? [`WHERE ${where.join(" AND ")}`] : []),
    ...(order === undefined ? [] : [`ORDER BY ${order}`]),
    `LIMIT ${limit}`,
  ].join(" ");
