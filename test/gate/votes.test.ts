import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allMet, seatVotes, type Voice } from "../../src/gate/votes.ts";

const asks = [
  { policy: "payments", count: 1 },
  { policy: "sales", count: 2 },
];
const voice = (person: string, ...may: string[]): Voice => ({ person, asks: may });

/** The slow truth: tries every way to give each person one ask or none. */
const metByTrying = (wanted: { policy: string; count: number }[], voices: readonly Voice[]): boolean => {
  const [first, ...rest] = voices;
  if (first === undefined) return wanted.every(({ count }) => count <= 0);
  const without = metByTrying(wanted, rest);
  const taking = wanted.some(
    (ask) =>
      first.asks.includes(ask.policy) &&
      metByTrying(
        wanted.map((other) => (other === ask ? { ...other, count: other.count - 1 } : other)),
        rest,
      ),
  );
  return without || taking;
};

describe("counting votes", () => {
  it("seats people where they leave room for others", () => {
    const both = voice("boris", "payments", "sales");
    expect(seatVotes(asks, [both])).toEqual([1, 0]);
    expect(seatVotes(asks, [both, voice("anna", "payments")])).toEqual([1, 1]);
    expect(allMet(asks, [both, voice("anna", "payments"), voice("dan", "sales")])).toBe(true);
  });

  it("counts one person once, however often they speak", () => {
    const twice = [voice("dan", "sales"), voice("dan", "sales"), voice("dan", "payments", "sales")];
    expect(allMet([{ policy: "sales", count: 2 }], twice)).toBe(false);
    expect(allMet([], [])).toBe(true);
  });

  it("agrees with trying everything", () => {
    const policies = ["a", "b", "c"];
    const anAsk = fc.record({ policy: fc.constantFrom(...policies), count: fc.integer({ min: 1, max: 3 }) });
    const someAsks = fc.uniqueArray(anAsk, { selector: ({ policy }) => policy, maxLength: 3 });
    const someVoices = fc.uniqueArray(
      fc.record({ person: fc.constantFrom("1", "2", "3", "4", "5", "6"), asks: fc.subarray(policies) }),
      { selector: ({ person }) => person, maxLength: 6 },
    );
    fc.assert(
      fc.property(someAsks, someVoices, (wanted, voices) => {
        expect(allMet(wanted, voices)).toBe(metByTrying(wanted, voices));
        const have = seatVotes(wanted, voices);
        expect(have.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(voices.length);
        expect(have.every((n, at) => n <= (wanted[at]?.count ?? 0))).toBe(true);
      }),
    );
  });
});
