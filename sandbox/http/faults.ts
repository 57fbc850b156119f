import { z } from "zod";
import { matcher } from "./match.ts";

const target = {
  method: z.string().optional(),
  /** See RequestMatch. */
  path: z.union([z.string(), z.instanceof(RegExp)]).optional(),
  /** How many requests meet it. */
  times: z.union([z.int().positive(), z.literal("all")]).default(1),
  /** How many matching requests pass unharmed first. */
  skip: z.int().nonnegative().default(0),
};
/** `before`: the request takes effect, then the fault; `never`: it takes none. */
const effect = z.enum(["before", "never"]);

const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...target,
    kind: z.literal("fail"),
    status: z.int().min(100).max(599),
    /** Text is sent as it is, anything else as JSON; left out: a body of the kind the status usually has. */
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    html: z.boolean().default(false),
    effect: effect.default("never"),
  }),
  /** `after`: the effect comes late, too. */
  z.strictObject({
    ...target,
    kind: z.literal("delay"),
    ms: z.number().nonnegative(),
    effect: z.enum(["before", "after"]).default("before"),
  }),
  z.strictObject({ ...target, kind: z.literal("hang"), effect: effect.default("never") }),
  z.strictObject({ ...target, kind: z.literal("reply-after-gone") }),
  z.strictObject({ ...target, kind: z.literal("drop"), effect: effect.default("never") }),
  /** Ends the product's process before the reply: by `pid`, by a POST to `url`, else the product told to the book. */
  z.strictObject({
    ...target,
    kind: z.literal("kill"),
    pid: z.int().min(2).optional(),
    url: z.url().optional(),
    effect: effect.default("before"),
  }),
  z.strictObject({ ...target, kind: z.literal("redirect"), to: z.string().default("/users/sign_in") }),
  z.strictObject({
    ...target,
    kind: z.literal("huge"),
    bytes: z
      .int()
      .positive()
      .default(50 * 1024 * 1024),
    type: z.string().default("application/json"),
  }),
  z.strictObject({ ...target, kind: z.literal("html"), effect: effect.default("never") }),
]);

export type Fault = z.infer<typeof faultSchema>;
/** A fault as given: everything with a default may be left out. */
export type FaultInput = z.input<typeof faultSchema>;

/** A fault in the book. `happened` counts the requests that met it, so that a test can see that it was real. */
export interface Armed {
  readonly id: string;
  readonly fault: Fault;
  happened: number;
  /** Bytes of a `huge` reply that the callers took before they left. */
  bytesSent: number;
}

/** The faults of one system, and the product process that a `kill` ends. */
export class FaultBook {
  #armed: (Armed & { readonly fits: (method: string, path: string) => boolean; skipped: number })[] = [];
  #nextId = 1;
  /** Ends the product, for `kill` faults that name neither pid nor url. */
  onKill: (() => void | Promise<void>) | undefined;

  /**
   * Arms a fault; the first armed one that fits a request is met. Throws a message that names the wrong field, and
   * when nothing to kill is known.
   */
  add(input: unknown): Armed {
    const parsed = faultSchema.safeParse(input);
    if (!parsed.success) throw new Error(`not a fault: ${z.prettifyError(parsed.error)}`);
    const fault = parsed.data;
    if (fault.kind === "kill" && !fault.pid && !fault.url && !this.onKill) {
      throw new Error("a kill needs a pid, a url, or a product told before by POST /control/product");
    }
    if (fault.kind === "kill" && fault.pid === process.pid) {
      throw new Error(`a kill of ${fault.pid} would end the sandbox itself: give the product's pid`);
    }
    const armed = { id: `fault-${this.#nextId++}`, fault, happened: 0, bytesSent: 0 };
    const entry = { ...armed, fits: matcher(fault), skipped: 0 };
    this.#armed.push(entry);
    return entry;
  }

  /** The fault that this request meets, counted; undefined for none. */
  take(method: string, path: string): Armed | undefined {
    for (const entry of this.#armed) {
      const { times, skip } = entry.fault;
      if (!entry.fits(method, path) || (times !== "all" && entry.happened >= times)) continue;
      if (entry.skipped < skip) {
        entry.skipped += 1;
        continue;
      }
      entry.happened += 1;
      return entry;
    }
    return undefined;
  }

  list(): readonly Armed[] {
    return this.#armed.map(({ id, fault, happened, bytesSent }) => ({ id, fault, happened, bytesSent }));
  }

  /** How often a fault was met. Throws for an id that was never given out. */
  happened(id: string): number {
    const entry = this.#armed.find((armed) => armed.id === id);
    if (!entry)
      throw new Error(
        `no fault ${id}: there are ${this.#armed.map((armed) => armed.id).join(", ") || "none"}`,
      );
    return entry.happened;
  }

  /** Removes one fault, or all. */
  clear(id?: string): void {
    this.#armed = id === undefined ? [] : this.#armed.filter((armed) => armed.id !== id);
  }
}
