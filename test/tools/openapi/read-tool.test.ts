import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../../src/core/json.ts";
import { tokensAbout } from "../../../tools/text.ts";
import { parseArgs } from "../../../src/gate/parse.ts";
import { apiFolder, context, file, get, openApi, readOf, type Seen, toolsOf, token } from "./support.ts";

const find = {
  ...{ op: "GET /payouts", name: "payments_payout_find", effect: "read", risk: "R0", untrusted: false },
  examples: ["payouts that are {status}"],
};
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({ id: `P${from + at}`, amount: at }));

async function opened(
  operation: object,
  answer: (seen: Seen) => { status?: number; headers?: Record<string, string>; body?: unknown },
) {
  const api = await openApi(answer);
  const folder = await apiFolder(file([operation]));
  const [tool] = toolsOf(folder, api.url);
  const read = readOf([tool ?? (undefined as never)], tool?.name ?? "");
  const ask = async (given: JsonObject) => {
    const { args } = await read.resolve(parseArgs(read, given), context());
    return read.run(args, context());
  };
  return { ...api, tool: read, ask };
}

describe("a listed read", () => {
  it("shows what its file projects, with the token at the last hop and nothing of the document's servers", async () => {
    const { ask, seen, tool } = await opened({ ...get, project: "{payout: id, status: status}" }, () => ({
      body: { id: "P 1/2", status: "stuck", note: "hidden" },
    }));
    const output = await ask({ id: "P 1/2" });
    expect(output.text).toBe("**Payout P 1/2**: One payout\n\n- **Payout**: P 1/2\n- **Status**: stuck");
    expect(output.untrusted).toEqual([]);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: "GET",
      path: "/payouts/P%201%2F2",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(tool.owner).toBe("payments-leads");
    expect(tool.origin?.pin).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("leads nowhere else by a value in its path", async () => {
    const { ask, seen } = await opened(get, () => ({ body: { id: "x" } }));
    await ask({ id: "../../admin?x=1#y" });
    expect(seen[0]?.path).toBe("/payouts/..%2F..%2Fadmin%3Fx%3D1%23y");
    await expect(ask({ id: ".." })).rejects.toThrow("is no value for a path");
    expect(seen).toHaveLength(1);
  });

  it("names the field and what it takes; sends no default, and takes no key that it does not have", async () => {
    const { tool, ask, seen } = await opened(find, () => ({ body: [] }));
    expect(() => parseArgs(tool, { status: "stuk" })).toThrow('Allowed: "stuck", "paid"');
    expect(() => parseArgs(tool, { statuss: "stuck" })).toThrow("Did you mean 'status'?");
    expect(parseArgs(tool, { page: "2" })).toEqual({ page: 2 });
    await ask({ tags: ["a", "b"] });
    expect(seen[0]?.query).toEqual({ tags: ["a", "b"] });
    expect(JSON.stringify(z.toJSONSchema(tool.input, { io: "input" }))).not.toMatch(/null|default/);
  });

  it("marks text of others, and shows it as data", async () => {
    const marked = { ...get, untrusted: "notes of payout {id}" };
    const { ask } = await opened(marked, () => ({
      body: { note: "*merge* <https://evil.test|this> @channel\nnow" },
    }));
    const output = await ask({ id: "P1" });
    expect(output.untrusted).toEqual(["notes of payout P1"]);
    expect(output.text).toContain(String.raw`\*merge\* \<https://evil.test\|this\> @channel now`);
  });

  it.each([
    [
      403,
      "Payments does not allow this to the account Steward uses. payments-leads gives the right. (Payments: no scope)",
    ],
    [404, "there is no such thing in Payments, or it may not be seen"],
    [401, "did not accept Steward's token. payments-leads or an operator renews it"],
    [418, "Payments refused with 418"],
  ])("says what %i means and who can help, without a secret", async (status, words) => {
    const { ask } = await opened(get, () => ({ status, body: { message: "no scope" } }));
    const error = await ask({ id: "P1" }).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain(token);
  });

  it.each([
    ["a sign-in page", { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" }],
    ["another object", { body: { error: null } }],
    ["a text", { body: '"hello"' }],
  ])("says that %s was not expected, with the reference", async (_, answer) => {
    const { ask } = await opened({ ...get, project: "{payout: id}" }, () => answer);
    await expect(ask({ id: "P1" })).rejects.toThrow(/unexpected|HTML|JSON/i);
  });
});

describe("a list", () => {
  it("reads pages by number until it has enough, and says how many there are", async () => {
    const paged = {
      ...find,
      ...{
        paging: { style: "page", page: "page", size: "per_page", size_max: 10 },
        rows_max: 25,
        args: { hide: ["page", "per_page"] },
      },
    };
    const { ask, seen } = await opened(paged, ({ query }) => ({
      headers: { "x-total": "400" },
      body: rows(10, (Number(query["page"]?.[0]) - 1) * 10),
    }));
    const { text } = await ask({ status: "stuck" });
    expect(text).toContain("25 of 400 shown. Narrow it by tags, cursor.");
    expect(text).toContain("P24");
    expect(text).not.toContain("P25");
    expect(seen.map(({ query }) => query["page"]?.[0])).toEqual(["1", "2", "3"]);
  });

  it("follows a cursor, and ends with it", async () => {
    const paged = {
      ...find,
      items: "data",
      paging: { style: "cursor", cursor: "cursor", next: "next" },
      project: "[].{payout: id}",
    };
    const { ask, seen } = await opened(paged, ({ query }) => ({
      body: query["cursor"] === undefined ? { data: rows(2), next: "abc" } : { data: rows(1, 2), next: null },
    }));
    expect((await ask({})).text).toContain("3 rows.");
    expect(seen.map(({ query }) => query["cursor"])).toEqual([undefined, ["abc"]]);
  });

  it("takes of a link only the query, never the address", async () => {
    const { ask, seen } = await opened({ ...find, paging: { style: "link" } }, ({ query }) =>
      query["page"] === undefined
        ? { headers: { link: '<http://169.254.169.254/steal?page=2&evil=1>; rel="next"' }, body: rows(1) }
        : { body: rows(1, 1) },
    );
    expect((await ask({})).text).toContain("2 rows.");
    expect(seen.map(({ path, query }) => [path, query])).toEqual([
      ["/payouts", {}],
      ["/payouts", { page: ["2"] }],
    ]);
  });

  it("ends where an API pages for ever", async () => {
    const paged = {
      ...find,
      paging: { style: "cursor", cursor: "cursor", next: "next" },
      items: "data",
      rows_max: 100,
    };
    const { ask, seen } = await opened(paged, () => ({ body: { data: rows(1), next: "again" } }));
    expect((await ask({})).text).toContain("The first 5 rows; there are more.");
    expect(seen).toHaveLength(5);
  });

  it("is short by default and full when asked, within its caps", async () => {
    const long = "word ".repeat(60);
    const detailed = {
      ...find,
      rows_max: 200,
      project: "[].{payout: id}",
      full: "[].{payout: id, text: text, more: text, again: text, last: text}",
    };
    const { ask } = await opened(detailed, () => ({
      body: rows(200).map((row) => ({ ...row, text: long })),
    }));
    const [short, full] = [await ask({}), await ask({ detail: "full" })];
    expect(tokensAbout(short.text)).toBeLessThanOrEqual(4_000);
    expect(short.text).not.toContain("word");
    expect(full.text).toContain("word");
    expect(tokensAbout(full.text)).toBeLessThanOrEqual(12_000);
    expect(full.text).toContain("The rest is cut off here. Ask for less at once.");
  });

  it("says so where there is no list", async () => {
    const { ask } = await opened({ ...find, items: "data" }, () => ({ body: { rows: [] } }));
    await expect(ask({})).rejects.toThrow(
      "Payments answered something unexpected: there is no list in it (reference 1111",
    );
  });
});
