import { describe, expect, it } from "vitest";
import { openAddressBook } from "../../src/http/resolve.ts";

/** A name server that answers in turn, then with its last answer for ever. */
const answering = (...answers: string[][]) => {
  let asked = 0;
  const book = openAddressBook(async () =>
    (answers[Math.min(asked++, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    })),
  );
  return { book, asked: () => asked };
};

describe("the addresses of a host", () => {
  it("may be private: that is where the operator's systems are", async () => {
    const { book } = answering(["10.1.2.3"]);
    expect(await book("gitlab.corp.example")).toMatchObject({
      kind: "go",
      addresses: [{ address: "10.1.2.3" }],
    });
  });

  it.each([["169.254.169.254"], ["fe80::1"], ["::ffff:169.254.169.254"], ["64:ff9b::a9fe:a9fe"]])(
    "are never %s, whoever configured the name",
    async (address) => {
      const { book } = answering([address]);
      expect(await book("gitlab.corp.example")).toMatchObject({
        kind: "refused",
        why: expect.stringContaining("gitlab.corp.example leads to an address at which no system can be"),
      });
    },
  );

  it("never lead inside once they led outside", async () => {
    const { book } = answering(["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34"]);
    expect(await book("api.example.com")).toMatchObject({ kind: "go" });
    expect(await book("api.example.com")).toMatchObject({
      kind: "refused",
      why: "api.example.com leads to an address of a private network or of this machine, while its other answers were public ones",
    });
    expect(await book("api.example.com")).toMatchObject({ kind: "go" });
  });

  it("are not inside and outside at once", async () => {
    const { book } = answering(["93.184.216.34", "10.0.0.1"]);
    expect(await book("api.example.com")).toMatchObject({ kind: "refused" });
  });

  it("are looked up once for each connection, and what was judged is what is used", async () => {
    const { book, asked } = answering(["93.184.216.34"], ["169.254.169.254"]);
    expect(await book("api.example.com")).toEqual({
      kind: "go",
      addresses: [{ address: "93.184.216.34", family: 4 }],
    });
    expect(asked()).toBe(1);
  });

  it("are taken from a literal as it stands, without a look-up", async () => {
    const { book, asked } = answering([]);
    expect(await book("127.0.0.1")).toMatchObject({ kind: "go" });
    expect(await book("[::1]")).toMatchObject({ kind: "go", addresses: [{ address: "::1", family: 6 }] });
    expect(await book("169.254.169.254")).toMatchObject({ kind: "refused" });
    expect(asked()).toBe(0);
  });

  it("may be missing", async () => {
    expect(await answering([]).book("nowhere.example")).toEqual({
      kind: "refused",
      why: "nowhere.example has no address",
    });
  });
});
