/** How long to wait, and what for: the message of the error when it does not come. */
export interface Wait {
  /** 8 unless told: less than a test has, so that this error is seen and not the test's own. */
  readonly seconds?: number | undefined;
  readonly what?: string | undefined;
}

/** Waiting without sleeping: looks are taken anew whenever something happened. */
export class Watch {
  readonly #looks = new Set<() => void>();
  readonly #ends = new Set<() => void>();
  readonly #report: () => string;

  /** `report`: what did happen, for the error of a wait that ends in vain. */
  constructor(report: () => string) {
    this.#report = report;
  }

  /** Tells that something happened. */
  readonly tell = (): void => {
    for (const look of this.#looks) look();
  };

  /** Nothing will happen any more: every open wait ends now, so that none keeps the process alive. */
  stop(): void {
    for (const end of this.#ends) end();
  }

  /** Resolves with the first look that finds something; rejects after `seconds`, or with what the look throws. */
  async for<T>(find: () => T | undefined | null | false, { seconds = 20, what }: Wait = {}): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      try {
        const found = find();
        if (found !== undefined && found !== null && found !== false) resolve(found);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const wanted = what ?? "something that did not come";
    const timer = setTimeout(() => {
      reject(new Error(`waited ${seconds} s for ${wanted}. ${this.#report()}`));
    }, seconds * 1000);
    const end = () => reject(new Error(`the simulator was stopped while waiting for ${wanted}`));
    this.#looks.add(look);
    this.#ends.add(end);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#looks.delete(look);
      this.#ends.delete(end);
    });
  }
}
