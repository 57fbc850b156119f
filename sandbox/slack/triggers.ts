import { randomBytes } from "node:crypto";
import type { Clock } from "../http/clock.ts";
import { SlackError } from "./slack-error.ts";

/** How long a trigger lives, ms. */
const LIFE_MS = 3_000;

interface Kept {
  readonly user: string;
  readonly until: number;
  used: boolean;
}

/** The trigger ids that come with clicks, commands and shortcuts: each opens one view, within three seconds. */
export class Triggers {
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #team: string;

  constructor(clock: Clock, team: string) {
    this.#clock = clock;
    this.#team = team;
  }

  /** A new trigger of what a person did. */
  mint(user: string): string {
    const id = `${this.#clock.now()}.${this.#team.slice(1)}.${randomBytes(16).toString("hex")}`;
    this.#kept.set(id, { user, until: this.#clock.now() + LIFE_MS, used: false });
    return id;
  }

  /** Uses a trigger up; the person whose it is. Refuses with the code that Slack gives. */
  use(id: string): string {
    const kept = this.#kept.get(id);
    if (!kept) throw new SlackError("invalid_trigger_id", { violation: "a trigger_id that was never given" });
    if (kept.used) throw new SlackError("exchanged_trigger_id", { violation: "a trigger_id opens one view" });
    if (kept.until < this.#clock.now()) throw new SlackError("expired_trigger_id");
    kept.used = true;
    return kept.user;
  }
}
