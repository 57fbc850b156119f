import type { Around } from "../api.ts";

/** `stuck` and `returned` may be retried; the others go on, or have ended. */
export type PayoutStatus = "scheduled" | "processing" | "stuck" | "returned" | "paid" | "cancelled";

interface Attempt {
  readonly number: number;
  /** The Idempotency-Key that the attempt was asked for with. */
  readonly key: string | null;
  readonly started_at: string;
  /** Who asked: `scheduler`, or the `source` of a retry. */
  readonly source: string;
  outcome: "running" | "paid" | "returned" | "stuck";
}

/** Who gets the money: personal data. */
export interface Recipient {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly iban: string;
}

export interface Payout {
  readonly id: string;
  readonly merchant: string;
  readonly recipient: Recipient;
  readonly amount: number;
  readonly currency: string;
  status: PayoutStatus;
  /** Why it is where it is, in the payments team's words. */
  reason: string | null;
  readonly created_at: string;
  readonly expected_on: string;
  updated_at: string;
  /** Counts every change. */
  revision: number;
  readonly attempts: Attempt[];
}

/** One thing that happened to a payout. */
interface PayoutEvent {
  readonly id: number;
  readonly payout: string;
  readonly at: string;
  readonly kind: string;
  readonly text: string;
}

/** The sandbox's payouts and what happened to them. */
export interface PaymentsWorld extends Around {
  readonly payouts: Payout[];
  readonly events: PayoutEvent[];
  /** Payout of each Idempotency-Key that had an effect. */
  readonly keys: Map<string, string>;
  nextEvent: number;
}
