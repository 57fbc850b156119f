import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTwenty, type Twenty } from "../../../sandbox/crm/twenty/index.ts";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import { findLogged } from "../../../tools/crm/record-create.ts";
import { twenty } from "../../../tools/crm/twenty.ts";
import { crmContract, type Harness } from "./contract.ts";
import { crmOver } from "./harness.ts";

const open = async (): Promise<Harness & { system: Twenty }> => {
  const system = await startTwenty();
  const over = crmOver(
    system.url,
    { header: "authorization", value: `Bearer ${system.token}` },
    (http) => twenty({ url: `${system.url}/` }, http, Date.now),
    () => ({}),
  );
  return {
    ...over,
    system,
    sees: "everything",
    editDeal: (id, amount) =>
      system.edit("opportunity", id, { amount: { amountMicros: amount * 1_000_000, currencyCode: "EUR" } }),
    writes: () => system.journal.list({ method: "PATCH" }).length,
    close: async () => {
      await over.close();
      await system.close();
    },
  };
};

crmContract("Twenty", open);

describe("Twenty", () => {
  let bench: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(() => bench.close());
  const dana = async () => {
    const { records } = await bench.read("dan", (context) =>
      bench.crm.find("contact", { text: "Dana", rowsMax: 1 }, context),
    );
    return { kind: "contact", id: records[0]?.id ?? "" } as const;
  };
  const note = { kind: "note", text: "Wants SSO", detail: "Logged. Action x.", at: new Date() } as const;

  it("reads its document once, and pages in sixties", async () => {
    for (let at = 0; at < 130; at += 1) {
      await bench.write("dan", (context) =>
        bench.crm.create("company", { name: `Bulk ${at}` }, [], { ...context, callId: `c-${at}` }),
      );
    }
    const found = await bench.read("dan", (context) =>
      bench.crm.find("company", { text: "Bulk", rowsMax: 200 }, context),
    );
    expect([found.records.length, found.total]).toEqual([130, 130]);
    expect(bench.system.journal.list({ path: "/rest/open-api/core" })).toHaveLength(1);
  });

  it("gives a new record the action's id, so that it is never made twice", async () => {
    const on = await dana();
    const callId = randomUUID();
    const logging = () => bench.write("dan", (context) => bench.crm.log(note, on, { ...context, callId }));
    await logging();
    await expect(logging()).rejects.toThrow("duplicate");
  });

  it("does not take a note without its place for nothing", async () => {
    const on = await dana();
    bench.system.faults.add({ kind: "drop", effect: "never", method: "POST", path: "/rest/noteTargets" });
    const callId = randomUUID();
    await expect(
      bench.write("dan", (context) => bench.crm.log(note, on, { ...context, callId })),
    ).rejects.toBeInstanceOf(UnknownOutcomeError);
    const output = () => ({ text: "", sources: [], untrusted: [] });
    const found = await bench.read("dan", (context) =>
      findLogged(bench.crm, on, ["note"], output, { ...context, callId }),
    );
    expect(found).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("does not stand on the contact") as string,
    });
  });

  it("says what is wrong with its key", async () => {
    bench.system.faults.add({
      kind: "fail",
      status: 401,
      path: /workspaceMembers/,
      body: { statusCode: 401, error: "UnauthorizedException", messages: ["Token invalid."] },
    });
    await expect(bench.read("dan", (context) => bench.crm.me(context))).rejects.toThrow(
      /TWENTY_TOKEN.*Twenty: Token invalid/,
    );
  });
});
