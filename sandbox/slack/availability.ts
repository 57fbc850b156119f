/** A time in which a person wants no notifications, Unix seconds. */
export interface Quiet {
  readonly from: number;
  readonly until: number;
}

/** Who is there, and who is not to be disturbed. Everyone is there unless told. */
export class Availability {
  readonly #away = new Set<string>();
  readonly #quiet = new Map<string, Quiet>();

  presence(user: string): "active" | "away" {
    return this.#away.has(user) ? "away" : "active";
  }

  setPresence(user: string, presence: "active" | "away"): void {
    if (presence === "away") this.#away.add(user);
    else this.#away.delete(user);
  }

  quiet(user: string): Quiet | undefined {
    return this.#quiet.get(user);
  }

  setQuiet(user: string, quiet: Quiet | undefined): void {
    if (quiet) this.#quiet.set(user, quiet);
    else this.#quiet.delete(user);
  }
}
