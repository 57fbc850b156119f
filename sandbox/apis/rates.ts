import { z } from "zod";
import { json } from "../http/reply.ts";
import type { Call, Reply } from "../http/types.ts";
import { ApiError, checked, queryOf, startApi, type Around, type SandboxApi } from "./api.ts";

/** A running source of exchange rates, open to everybody inside. */
export type Rates = SandboxApi<Around, object>;

/** Units of each currency for one euro. Made up, and the same every day but for a little drift. */
const perEuro: Readonly<Record<string, number>> = {
  EUR: 1,
  USD: 1.0842,
  GBP: 0.8531,
  CHF: 0.9417,
  JPY: 163.4,
  PLN: 4.2875,
  SEK: 11.432,
};

const currency = z.string().toUpperCase().length(3, "is three letters, such as EUR");
const day = z.iso.date("is a day, YYYY-MM-DD");
const dayMs = 86_400_000;

/** Starts the exchange rates. */
export const startRates = ({ port }: { port?: number } = {}): Promise<Rates> =>
  startApi<Around, object>({
    token: null,
    port,
    seed: (around) => around,
    show: () => ({}),
    routes: (route) => [route("GET", "/rates/:base", latest), route("GET", "/convert", convert)],
  });

function rate(from: string, to: string, on: string): number {
  const [a, b] = [perEuro[from], perEuro[to]];
  if (a === undefined || b === undefined) {
    const unknown = a === undefined ? from : to;
    const known = Object.keys(perEuro).join(", ");
    throw new ApiError(404, "not_found", `There is no rate for ${unknown}; there are ${known}.`);
  }
  const drift = from === to ? 0 : Math.sin(Date.parse(on) / dayMs) * 0.002;
  return Number(((b / a) * (1 + drift)).toPrecision(6));
}

const dayOf = (given: string | undefined, { clock }: Around): string => {
  const today = clock.iso().slice(0, 10);
  const on = given ?? today;
  if (on > today) throw new ApiError(422, "future", `on: ${on} lies ahead; rates are known up to ${today}.`);
  return on;
};

function latest(call: Call, around: Around): Reply {
  const base = checked(currency, call.param("base"));
  const { on: asked } = checked(z.object({ on: day.optional() }), queryOf(call));
  const on = dayOf(asked, around);
  const others = Object.keys(perEuro).filter((one) => one !== base);
  return json(200, { base, on, rates: others.map((quote) => ({ quote, rate: rate(base, quote, on) })) });
}

function convert(call: Call, around: Around): Reply {
  const query = z.object({
    from: currency,
    to: currency,
    amount: z.coerce.number().min(0),
    on: day.optional(),
  });
  const { from, to, amount, on: asked } = checked(query, queryOf(call));
  const on = dayOf(asked, around);
  const used = rate(from, to, on);
  return json(200, { from, to, amount, on, rate: used, result: Math.round(amount * used * 100) / 100 });
}
