import { malformed } from "./errors.ts";

/** A row of any object; `type` is its name. */
export interface Row {
  readonly type: string;
  Id: string;
  [field: string]: unknown;
}

/** What a query may look at: rows of an object, and the value of a field, of a related object's too. */
export interface Source {
  rows(type: string): readonly Row[];
  value(row: Row, field: string): unknown;
}

interface Query {
  fields: string[];
  from: string;
  test: (row: Row) => boolean;
  order: { field: string; sign: 1 | -1 } | undefined;
  limit: number;
}

const tokenPattern = /'(?:\\.|[^'\\])*'|>=|<=|!=|[(),=<>]|[^\s(),=<>!']+/g;

/** Answers a query in Salesforce's language, as far as the sandbox knows it. Throws its MALFORMED_QUERY. */
export function runQuery(text: string, source: Source): Row[] {
  const query = new Parser(text.match(tokenPattern) ?? [], source).query();
  const found = source.rows(query.from).filter(query.test);
  const { order } = query;
  const key = (row: Row): string =>
    String((source.value(row, order?.field ?? "Id") as string | number | null) ?? "");
  const sorted =
    order === undefined
      ? found
      : found.toSorted((a, b) => order.sign * key(a).localeCompare(key(b), "en", { numeric: true }));
  return sorted.slice(0, query.limit).map((row) => {
    const shown = query.fields.map((field) => [field, source.value(row, field) ?? null] as const);
    return { attributes: { type: row.type }, ...Object.fromEntries(shown) } as unknown as Row;
  });
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #source: Source;
  #at = 0;

  constructor(tokens: readonly string[], source: Source) {
    this.#tokens = tokens;
    this.#source = source;
  }

  query(): Query {
    this.#expect("SELECT");
    const fields = [this.#next()];
    while (this.#take(",")) fields.push(this.#next());
    this.#expect("FROM");
    const from = this.#next();
    const test = this.#take("WHERE") ? this.#any() : () => true;
    let order: Query["order"];
    if (this.#take("ORDER")) {
      this.#expect("BY");
      const field = this.#next();
      const down = this.#take("DESC");
      if (!down) this.#take("ASC");
      order = { field, sign: down ? -1 : 1 };
    }
    const limit = this.#take("LIMIT") ? Number(this.#next()) : 2000;
    return { fields, from, test, order, limit };
  }

  #any(): Query["test"] {
    const tests = [this.#all()];
    while (this.#take("OR")) tests.push(this.#all());
    return (row) => tests.some((test) => test(row));
  }

  #all(): Query["test"] {
    const tests = [this.#one()];
    while (this.#take("AND")) tests.push(this.#one());
    return (row) => tests.every((test) => test(row));
  }

  #one(): Query["test"] {
    if (this.#take("(")) {
      const test = this.#any();
      this.#expect(")");
      return test;
    }
    const field = this.#next();
    const operator = this.#next().toUpperCase();
    const read = (row: Row): unknown => this.#source.value(row, field) ?? null;
    if (operator === "IN") {
      const wanted = this.#list();
      return (row) => wanted().includes(read(row));
    }
    const wanted = literal(this.#next());
    return (row) => compare(read(row), operator, wanted);
  }

  /** Values in brackets, or those that another query selects. */
  #list(): () => unknown[] {
    this.#expect("(");
    if (this.#peek("SELECT")) {
      const inner = this.query();
      this.#expect(")");
      const [field = "Id"] = inner.fields;
      return () =>
        this.#source
          .rows(inner.from)
          .filter(inner.test)
          .map((row) => this.#source.value(row, field));
    }
    const values = [literal(this.#next())];
    while (this.#take(",")) values.push(literal(this.#next()));
    this.#expect(")");
    return () => values;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw malformed("unexpected token: <EOF>");
    return token;
  }

  #peek = (word: string): boolean => this.#tokens[this.#at]?.toUpperCase() === word;

  #take(word: string): boolean {
    const there = this.#peek(word);
    if (there) this.#at += 1;
    return there;
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw malformed(`unexpected token: '${this.#tokens[this.#at] ?? "<EOF>"}'`);
  }
}

const literal = (token: string): string | number | boolean | null => {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll(/\\([\\'])/g, "$1");
  if (token === "true" || token === "false") return token === "true";
  if (token === "null") return null;
  return /^-?\d+(?:\.\d+)?$/.test(token) ? Number(token) : token;
};

function compare(own: unknown, operator: string, wanted: string | number | boolean | null): boolean {
  if (operator === "LIKE") return like(typeof own === "string" ? own : "", String(wanted));
  if (operator === "=") return own === wanted;
  if (operator === "!=") return own !== wanted;
  const [a, b] = [typeof own === "string" ? Date.parse(own) : Number(own), Date.parse(String(wanted))];
  if (operator === ">=") return a >= b;
  if (operator === "<=") return a <= b;
  throw malformed(`unexpected token: '${operator}'`);
}

/** `%` stands for any signs and `_` for one; a backslash before them makes them ordinary. */
function like(own: string, pattern: string): boolean {
  const source = pattern
    .split(/(\\[%_]|[%_])/)
    .map((piece) => {
      if (piece === "%") return ".*";
      if (piece === "_") return ".";
      return piece.replace(/^\\([%_])$/, "$1").replaceAll(/[.+?^${}()|[\]\\*]/g, String.raw`\$&`);
    })
    .join("");
  return new RegExp(`^${source}$`, "is").test(own);
}
