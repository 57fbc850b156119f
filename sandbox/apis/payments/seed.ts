import type { Around } from "../api.ts";
import type { Payout, PayoutStatus, PaymentsWorld, Recipient } from "./types.ts";

const hourMs = 3_600_000;

interface Seed {
  readonly id: string;
  readonly merchant: string;
  readonly recipient: Recipient;
  readonly amount: number;
  readonly currency: string;
  readonly status: PayoutStatus;
  readonly reason?: string;
  /** Hours since it was made, and until the bank should have paid it. */
  readonly hoursAgo: number;
  readonly dueInHours: number;
  /** What happened, oldest first: hours ago, kind, words. */
  readonly happened: readonly (readonly [hoursAgo: number, kind: string, text: string])[];
}

const ines: Recipient = {
  name: "Ines Costa",
  email: "acme@corp.example",
  phone: "+44 20 7946 0011",
  iban: "PT50000201231234567894421",
};
const dana: Recipient = {
  name: "Dana Reyes",
  email: "dana.reyes@globex.example",
  phone: "+44 20 7946 0011",
  iban: "DE89370400440532013000",
};
const alice: Recipient = {
  name: "Alice Marsh",
  email: "alice.marsh@umbrella.example",
  phone: "+44 20 7946 0011",
  iban: "GB29NWBK60161331926819",
};

const seeds: readonly Seed[] = [
  {
    id: "77120",
    merchant: "Acme Corp",
    recipient: ines,
    amount: 812.4,
    currency: "EUR",
    status: "stuck",
    reason: "The bank's answer to the order did not arrive in time",
    hoursAgo: 96,
    dueInHours: -72,
    happened: [
      [96, "created", "Payout of 812.40 EUR to the account ending in 4421 was made"],
      [95, "sent", "Order sent to the bank, attempt 1"],
      [95, "no_answer", "The bank did not answer within 30 s (gateway timeout, correlation b-7f31)"],
      [
        94,
        "stuck",
        "Held: nobody knows whether the bank has the order. A retry uses the same bank reference",
      ],
      [30, "customer_asked", "Customer wrote to support: “Our payout is three days late”"],
    ],
  },
  {
    id: "77131",
    merchant: "Globex",
    recipient: dana,
    amount: 4850,
    currency: "EUR",
    status: "stuck",
    reason: "The bank's answer to the order did not arrive in time",
    hoursAgo: 50,
    dueInHours: -26,
    happened: [
      [50, "created", "Payout of 4,850.00 EUR to the account ending in 3000 was made"],
      [49, "sent", "Order sent to the bank, attempt 1"],
      [49, "no_answer", "The bank did not answer within 30 s (gateway timeout, correlation b-8a02)"],
      [
        48,
        "stuck",
        "Held: nobody knows whether the bank has the order. A retry uses the same bank reference",
      ],
    ],
  },
  {
    id: "77098",
    merchant: "Umbrella Health",
    recipient: alice,
    amount: 260,
    currency: "GBP",
    status: "returned",
    reason: "The receiving bank returned it: account name and number do not match",
    hoursAgo: 140,
    dueInHours: -110,
    happened: [
      [140, "created", "Payout of 260.00 GBP to the account ending in 6819 was made"],
      [139, "sent", "Order sent to the bank, attempt 1"],
      [120, "returned", "Returned: account name and number do not match"],
    ],
  },
  {
    id: "77104",
    merchant: "Acme Corp",
    recipient: ines,
    amount: 640,
    currency: "EUR",
    status: "paid",
    hoursAgo: 190,
    dueInHours: -170,
    happened: [
      [190, "created", "Payout of 640.00 EUR to the account ending in 4421 was made"],
      [189, "sent", "Order sent to the bank, attempt 1"],
      [171, "paid", "The bank confirmed the payment"],
    ],
  },
  {
    id: "77140",
    merchant: "Initech",
    recipient: {
      name: "Peter Gibbons",
      email: "peter@initech.example",
      phone: "+44 20 7946 0011",
      iban: "FR1420041010050500013M02606",
    },
    amount: 12_500,
    currency: "EUR",
    status: "scheduled",
    hoursAgo: 3,
    dueInHours: 21,
    happened: [[3, "created", "Payout of 12,500.00 EUR to the account ending in 2606 was made"]],
  },
];

/** Payouts of the sandbox's story; all moments count back from now. */
export function seedPayments(around: Around): PaymentsWorld {
  const at = (hours: number) => new Date(around.clock.now() + hours * hourMs).toISOString();
  const world: PaymentsWorld = { ...around, payouts: [], events: [], keys: new Map(), nextEvent: 9001 };
  for (const seed of seeds) {
    world.payouts.push(payoutOf(seed, at));
    for (const [hours, kind, text] of seed.happened) {
      world.events.push({ id: world.nextEvent++, payout: seed.id, at: at(-hours), kind, text });
    }
  }
  return world;
}

function payoutOf(seed: Seed, at: (hours: number) => string): Payout {
  const { id, merchant, recipient, amount, currency, status, reason = null, happened } = seed;
  const sent = happened.find(([, kind]) => kind === "sent");
  const outcome = status === "paid" || status === "returned" ? status : "stuck";
  return {
    id,
    merchant,
    recipient,
    amount,
    currency,
    status,
    reason,
    created_at: at(-seed.hoursAgo),
    expected_on: at(seed.dueInHours).slice(0, 10),
    updated_at: at(-(happened.findLast(([, kind]) => kind !== "customer_asked")?.[0] ?? 0)),
    revision: happened.length,
    attempts: sent ? [{ number: 1, key: null, started_at: at(-sent[0]), source: "scheduler", outcome }] : [],
  };
}
