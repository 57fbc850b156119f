import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StewardError } from "../../../src/core/errors.ts";
import type { Json } from "../../../src/core/json.ts";
import { isWrite } from "../../../src/core/tool.ts";
import type { Http } from "../../../src/http/types.ts";
import { allTools } from "../../../tools/index.ts";
import { openBench } from "../support.ts";
import { exercise, loadCases } from "./tool-case.ts";

const cases = await loadCases();
const { tools } = allTools();

/** What one reply becomes: a value somewhere in it is another, or is gone. */
interface Mutation {
  /** Which reply, from 0. */
  reply: number;
  /** Which way down into it, by turns. */
  way: number[];
  value: Json | undefined;
}

const mutations: fc.Arbitrary<Mutation> = fc.record({
  reply: fc.nat(9),
  way: fc.array(fc.nat(30), { maxLength: 5 }),
  value: fc.constantFrom<(Json | undefined)[]>(
    ...[undefined, null, "", "no such thing", "2026-99-99", -1, 1.5, 1e300, true, [], [null], {}],
  ),
});

function mutated(body: unknown, [turn, ...way]: number[], value: Json | undefined): unknown {
  if (turn === undefined || typeof body !== "object" || body === null) return value;
  const keys = Object.keys(body);
  const key = keys[turn % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const copy = structuredClone(body) as Record<string, unknown>;
  copy[key] = mutated(copy[key], way, value);
  return copy;
}

/** A client whose n-th reply is not what GitLab sent. Counts what it did. */
function liar(): { between: (http: Http) => Http; tell(mutation: Mutation): void; lies(): number } {
  let told: Mutation | undefined;
  let seen = 0;
  let lies = 0;
  return {
    tell: (mutation) => {
      told = mutation;
      seen = 0;
    },
    lies: () => lies,
    between: (http) => ({
      ...http,
      request: async (request) => {
        const reply = await http.request(request);
        if (told === undefined || seen++ !== told.reply) return reply;
        lies += 1;
        return { ...reply, body: mutated(reply.body, told.way, told.value) };
      },
    }),
  };
}

describe("replies that are none of GitLab's", () => {
  it.each([...cases])("%s answers in words, whatever comes", { timeout: 60_000 }, async (name, { calls }) => {
    const writes = tools.some((tool) => tool.name === name && isWrite(tool));
    const lying = liar();
    let kept = writes ? undefined : await openBench({ between: lying.between });
    await fc.assert(
      fc.asyncProperty(mutations, fc.nat(calls.length - 1), async (mutation, which) => {
        const call = calls[which] ?? calls[0];
        const bench = kept ?? (await openBench({ between: lying.between }));
        try {
          lying.tell({ ...mutation, reply: -1 });
          await call.before?.(bench);
          lying.tell(mutation);
          const thrown: unknown = await exercise(bench, name, call).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (thrown !== undefined) expect(thrown).toBeInstanceOf(StewardError);
        } finally {
          if (bench !== kept) await bench.close();
        }
      }),
      { numRuns: writes ? 8 : 30 },
    );
    await kept?.close();
    kept = undefined;
    expect(lying.lies()).toBeGreaterThan(1);
  });

  it("are named with the reference that GitLab's operators look for", async () => {
    const bench = await openBench();
    bench.gitlab.faults.add({
      ...{ kind: "fail", status: 200, method: "GET", path: /\/issues\/311$/, body: { iid: "secret words" } },
      headers: { "x-request-id": "01JREFERENCE" },
    });
    const error = await bench
      .ask("gitlab_issue_read", { issue: "ledger-api#311" })
      .catch((one: Error) => one);
    await bench.close();
    expect(error).toMatchObject({ code: "unexpected_reply" });
    expect((error as Error).message).toMatch(
      /Reading issue #311: GitLab answered something unexpected \(iid: .*Its reference: 01JREFERENCE\./,
    );
    expect((error as Error).message).not.toContain("secret words");
  });
});
