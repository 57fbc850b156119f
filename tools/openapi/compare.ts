import type { Json } from "../../src/core/json.ts";

/**
 * The comparisons of a risk: `amount > 1000`, `currency in ["EUR", "USD"] and not trusted`. Nothing else can be said, so
 * nothing can be run. What cannot be told (a name without a value, a text beside a number) is neither true nor false,
 * and whoever asks decides what that means: for a risk, the highest one.
 */
export interface Comparison {
  /** Names that it reads. */
  names: string[];
  holds(values: Readonly<Record<string, Json | undefined>>): boolean | undefined;
}

/** Says what was expected, and where. */
export class ComparisonError extends Error {}

type Values = Readonly<Record<string, Json | undefined>>;
type Test = (values: Values) => boolean | undefined;
type Value = (values: Values) => Json | undefined;
interface Token {
  kind: "name" | "number" | "text" | "sign";
  text: string;
  at: number;
}

const charsMax = 500;
const pattern =
  /\s*(?:(?<number>-?\d+(?:\.\d+)?)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<name>[A-Za-z_][\w.]*)|(?<sign>==|!=|<=|>=|&&|\|\||[<>!()[\],]))/y;

function tokensOf(text: string): Token[] {
  if (text.length > charsMax) throw new ComparisonError(`a comparison has at most ${charsMax} characters`);
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) throw new ComparisonError(`'${text.slice(at, at + 20).trim()}' cannot be read`);
    const { number, double, single, name, sign } = groups;
    if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, at });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign, at });
    else tokens.push({ kind: "text", text: double ?? single ?? "", at });
  }
  return tokens;
}

const signs = { "&&": "and", "||": "or", "!": "not" } as const;
const words = new Set(["and", "or", "not", "in", "true", "false"]);

/** Reads a comparison. Throws a `ComparisonError` in words. */
export function parseComparison(text: string): Comparison {
  const tokens = tokensOf(text);
  const names = new Set<string>();
  let next = 0;

  const word = (token: Token | undefined): string | undefined =>
    token === undefined || token.kind === "text" || token.kind === "number"
      ? undefined
      : (signs[token.text as keyof typeof signs] ?? token.text);
  const takes = (wanted: string): boolean => {
    if (word(tokens[next]) !== wanted) return false;
    next += 1;
    return true;
  };
  const expect = (wanted: string): void => {
    if (!takes(wanted)) throw new ComparisonError(`expected '${wanted}' ${where()}`);
  };
  const where = (): string => (next < tokens.length ? `before '${tokens[next]?.text}'` : "at the end");

  const value = (): Value => {
    const token = tokens[next];
    next += 1;
    if (token?.kind === "number") return () => Number(token.text);
    if (token?.kind === "text") return () => token.text;
    if (token?.kind === "name" && token.text === "true") return () => true;
    if (token?.kind === "name" && token.text === "false") return () => false;
    if (token?.kind === "name" && !words.has(token.text)) {
      names.add(token.text);
      return (values) => (Object.hasOwn(values, token.text) ? values[token.text] : undefined);
    }
    next -= 1;
    throw new ComparisonError(`expected a name, a number or a text ${where()}`);
  };

  const list = (): Value[] => {
    expect("[");
    const values = [value()];
    while (takes(",")) values.push(value());
    expect("]");
    return values;
  };

  const single = (): Test => {
    if (takes("(")) {
      const inner = either();
      expect(")");
      return inner;
    }
    if (takes("not")) {
      const inner = single();
      return (values) => negated(inner(values));
    }
    const left = value();
    if (takes("in")) {
      const choices = list();
      return (values) => anyOf(choices.map((choice) => same(left(values), choice(values))));
    }
    const sign = tokens[next];
    const compare = sign === undefined ? undefined : comparers[sign.text];
    if (compare === undefined || sign?.kind !== "sign") return (values) => truth(left(values));
    next += 1;
    const right = value();
    return (values) => compare(left(values), right(values));
  };
  const both = (): Test => {
    const parts = [single()];
    while (takes("and")) parts.push(single());
    return (values) => negated(anyOf(parts.map((part) => negated(part(values)))));
  };
  const either = (): Test => {
    const parts = [both()];
    while (takes("or")) parts.push(both());
    return (values) => anyOf(parts.map((part) => part(values)));
  };

  const test = either();
  if (next < tokens.length) throw new ComparisonError(`expected the end ${where()}`);
  return { names: [...names], holds: test };
}

const negated = (value: boolean | undefined): boolean | undefined =>
  value === undefined ? undefined : !value;

/** True where one is; unknown where none is and one is unknown. */
const anyOf = (values: readonly (boolean | undefined)[]): boolean | undefined =>
  values.includes(true) ? true : values.includes(undefined) ? undefined : false;

const truth = (value: Json | undefined): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;

/** A number, also where a system writes it as text, as amounts of money often are. */
const numberOf = (value: Json | undefined): number | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
};

function same(left: Json | undefined, right: Json | undefined): boolean | undefined {
  if (typeof left === "number" || typeof right === "number") {
    const [a, b] = [numberOf(left), numberOf(right)];
    return a === undefined || b === undefined ? undefined : a === b;
  }
  return typeof left === typeof right && (typeof left === "string" || typeof left === "boolean")
    ? left === right
    : undefined;
}

const ordered =
  (test: (a: number, b: number) => boolean) =>
  (left: Json | undefined, right: Json | undefined): boolean | undefined => {
    const [a, b] = [numberOf(left), numberOf(right)];
    return a === undefined || b === undefined ? undefined : test(a, b);
  };

const comparers: Record<string, (left: Json | undefined, right: Json | undefined) => boolean | undefined> = {
  "==": same,
  "!=": (left, right) => negated(same(left, right)),
  "<": ordered((a, b) => a < b),
  "<=": ordered((a, b) => a <= b),
  ">": ordered((a, b) => a > b),
  ">=": ordered((a, b) => a >= b),
};
