import type { Clock } from "../http/clock.ts";
import type { Session, SessionStatus } from "./types.ts";

/** `processing` that nobody ends is cleared after so long (as operators report it), ms. */
const PROCESSING_MS = 3_600_000;

const keyOf = (channel: string, thread: string) => `${channel}:${thread}`;

/** The agent's sessions: one a thread. `told` hears of every change. */
export class Sessions {
  readonly #byThread = new Map<string, Session>();
  readonly #clock: Clock;
  readonly #told: (session: Session) => void;

  constructor(clock: Clock, told: (session: Session) => void) {
    this.#clock = clock;
    this.#told = told;
  }

  get(channel: string, thread: string): Session | undefined {
    return this.#byThread.get(keyOf(channel, thread));
  }

  list(): Session[] {
    return [...this.#byThread.values()];
  }

  /** Opens a session or changes its status; who began it is kept from its opening on. */
  set(channel: string, thread_ts: string, status: SessionStatus, initiator?: string): void {
    const known = this.get(channel, thread_ts);
    const session: Session = {
      channel,
      thread_ts,
      initiator: known?.initiator ?? initiator,
      status,
      since: this.#clock.now(),
    };
    this.#byThread.set(keyOf(channel, thread_ts), session);
    this.#told(session);
    if (status !== "processing") return;
    this.#clock.after(PROCESSING_MS, () => {
      if (this.get(channel, thread_ts) === session) this.set(channel, thread_ts, "active");
    });
  }
}
