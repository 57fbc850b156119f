import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repaired, type Message } from "../../src/agent/messages.ts";

const said = (...ids: string[]): Message => ({
  role: "assistant",
  text: "",
  calls: ids.map((id) => ({ id, tool: "t", args: "{}" })),
});
const answer = (call: string, text = call): Message => ({
  role: "tool",
  call,
  tool: "t",
  text,
  ok: true,
  untrusted: [],
  source: null,
});
const person: Message = { role: "person", text: "hello" };

describe("repaired", () => {
  it("answers calls that have no answer, and says that nothing may be assumed", () => {
    const [, , first, second] = repaired([person, said("a", "b"), answer("b")]);
    expect(first).toMatchObject({
      call: "a",
      ok: false,
      text: expect.stringContaining("interrupted") as string,
    });
    expect(second).toEqual(answer("b"));
  });

  it("drops answers without a call, and second answers", () => {
    expect(
      repaired([answer("x"), person, said("a"), answer("a"), answer("a", "again"), answer("y")]),
    ).toEqual([person, said("a"), answer("a")]);
  });

  it("puts answers in call order, also where a person spoke between", () => {
    expect(repaired([said("a", "b"), answer("b"), person, answer("a")])).toEqual([
      said("a", "b"),
      answer("a"),
      answer("b"),
      person,
    ]);
  });

  it("keeps ids that are used again in a later message apart", () => {
    const history = [said("a"), answer("a", "one"), said("a"), answer("a", "two")];
    expect(repaired(history)).toEqual(history);
  });

  it("makes every history sound, and leaves a sound one as it is", () => {
    const id = fc.constantFrom("a", "b", "c");
    const message = fc.oneof(
      fc.constant(person),
      fc.uniqueArray(id, { maxLength: 3 }).map((ids) => said(...ids)),
      id.map((call) => answer(call)),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (history) => {
        const sound = repaired(history);
        for (const [at, one] of sound.entries()) {
          if (one.role !== "assistant") continue;
          const answers = sound.slice(at + 1, at + 1 + one.calls.length);
          expect(answers.map((each) => each.role === "tool" && each.call)).toEqual(
            one.calls.map((each) => each.id),
          );
        }
        expect(sound.filter(({ role }) => role === "tool").length).toBe(
          sound.flatMap((one) => (one.role === "assistant" ? one.calls : [])).length,
        );
        expect(repaired(sound)).toEqual(sound);
      }),
    );
  });
});
