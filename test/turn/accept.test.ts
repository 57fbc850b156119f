import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import type { NewInbox } from "../../src/turn/ports.ts";
import { createIntake } from "../../src/turn/accept.ts";
import { ask } from "./world.ts";

describe("intake", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("shares one statement among what arrives while another is under way", async () => {
    const batches: number[] = [];
    const first = Promise.withResolvers<void>();
    const intake = createIntake(async (rows) => {
      batches.push(rows.length);
      if (batches.length === 1) await first.promise;
      return new Set(rows.map((row) => row.id));
    });
    const accepted = Array.from({ length: 20 }, (_, n) => intake.accept(ask(`message ${n}`)));
    first.resolve();
    await expect(Promise.all(accepted)).resolves.toHaveLength(20);
    expect(batches).toEqual([1, 19]);
  });

  it("rejects after two seconds without an answer, and does not write what still waited", async () => {
    const written: NewInbox[] = [];
    const first = Promise.withResolvers<void>();
    const intake = createIntake(async (rows) => {
      written.push(...rows);
      await first.promise;
      return new Set(rows.map((row) => row.id));
    });
    const stuck = expect(intake.accept(ask("under way"))).rejects.toThrow(RetryableError);
    const waits = expect(intake.accept(ask("still waiting"))).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(2_000);
    await Promise.all([stuck, waits]);
    first.resolve();
    await vi.runAllTimersAsync();
    expect(written).toHaveLength(1);
  });

  it("writes the others when one of a batch is refused, and refuses all at once when Postgres is away", async () => {
    const first = Promise.withResolvers<void>();
    let away = false;
    let calls = 0;
    const intake = createIntake(async (rows) => {
      calls += 1;
      if (calls === 1) await first.promise;
      if (away) throw new RetryableError("postgres_away", "Postgres does not answer.", 1_000);
      if (rows.some((row) => row.payload["text"] === "bad")) throw new Error("invalid byte sequence");
      return new Set(rows.map((row) => row.id));
    });
    const all = ["one", "bad", "two"].map((text) => intake.accept(ask(text)));
    const settled = Promise.allSettled([intake.accept(ask("zero")), ...all]);
    first.resolve();
    expect((await settled).map((one) => one.status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    away = true;
    calls = 10;
    const refused = await Promise.allSettled(["a", "b", "c"].map((text) => intake.accept(ask(text))));
    expect(refused.every((one) => one.status === "rejected")).toBe(true);
    expect(calls).toBeLessThanOrEqual(12);
  });
});
