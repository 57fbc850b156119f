/** One call of the Web API (or of a response URL, as method `response_url`), and what became of it. */
export interface Call {
  readonly seq: number;
  /** ISO 8601, the simulator's clock, at receipt. */
  readonly at: string;
  readonly method: string;
  /** The arguments as sent, JSON texts read; never the token. */
  readonly args: Readonly<Record<string, unknown>>;
  /** `ok`, Slack's error code, `fault` where a fault answered instead, `unanswered` while nothing was carried out. */
  result: string;
  /** The HTTP status that was sent. */
  status: number | undefined;
  /** The ts of the message that the call made or changed. */
  ts: string | undefined;
  /** The fault that the call met, if any. */
  fault: string | undefined;
}

/** Something the app did that Slack's contract does not allow. */
export interface Violation {
  readonly at: string;
  readonly method: string;
  /** Slack's error code. */
  readonly error: string;
  readonly detail: string;
}

const KEPT = 20_000;

/** What the simulator received: calls and violations, the newest 20,000 of each. */
export class Records {
  #calls: Call[] = [];
  #violations: Violation[] = [];
  #seq = 0;
  readonly #iso: () => string;

  constructor(iso: () => string) {
    this.#iso = iso;
  }

  call(method: string, args: Readonly<Record<string, unknown>>): Call {
    const { token: _, ...shown } = args;
    const call: Call = {
      seq: ++this.#seq,
      at: this.#iso(),
      method,
      args: readable(shown),
      result: "unanswered",
      status: undefined,
      ts: undefined,
      fault: undefined,
    };
    this.#calls.push(call);
    if (this.#calls.length > KEPT) this.#calls.shift();
    return call;
  }

  violation(method: string, error: string, detail: string): void {
    this.#violations.push({ at: this.#iso(), method, error, detail });
    if (this.#violations.length > KEPT) this.#violations.shift();
  }

  calls(method?: string): readonly Call[] {
    return method === undefined ? [...this.#calls] : this.#calls.filter((call) => call.method === method);
  }

  violations(): readonly Violation[] {
    return [...this.#violations];
  }

  reset(): void {
    this.#calls = [];
    this.#violations = [];
  }
}

/** Arguments for reading: JSON texts of forms (blocks, metadata, lists) as what they hold. */
function readable(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const read = (value: unknown) => {
    if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, read(value)]));
}
