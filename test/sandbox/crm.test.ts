import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startCrm, type Crm } from "../../sandbox/crm/index.ts";

let crm: Crm;
beforeEach(async () => {
  crm = await startCrm();
});
afterEach(() => crm.close());

interface Found {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly updatedAt: string;
}
interface Body {
  readonly total: number;
  readonly results: readonly Found[];
  readonly message: string;
  readonly category: string;
  readonly correlationId: string;
  readonly paging?: { readonly next: { readonly after: string } };
}

async function call(method: string, path: string, body?: unknown, token: string | null = crm.token) {
  const response = await fetch(crm.url + path, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body & Found };
}

const search = (type: string, body: unknown) => call("POST", `/crm/v3/objects/${type}/search`, body);
const names = (body: Body, property = "dealname") => body.results.map((one) => one.properties[property]);

describe("reading", () => {
  it("searches by words and gives the properties asked for", async () => {
    const { status, body } = await search("deals", { query: "glob", properties: ["dealname", "amount"] });
    expect([status, body.total]).toEqual([200, 1]);
    expect(body.results[0]).toMatchObject({
      id: "5001",
      properties: { dealname: "Globex", amount: "40000" },
    });
    expect(body.results[0]?.properties).not.toHaveProperty("dealstage");
    const several = await search("deals", { query: "initech", properties: ["dealname"] });
    expect(new Set(names(several.body))).toEqual(
      new Set(["Initech platform licence", "Initech support add-on"]),
    );
  });

  it("filters by any group whose filters all hold", async () => {
    const filterGroups = [
      { filters: [{ propertyName: "amount", operator: "GTE", value: "100000" }] },
      {
        filters: [
          { propertyName: "dealstage", operator: "IN", values: ["presentationscheduled"] },
          { propertyName: "amount", operator: "LT", value: 10_000 },
        ],
      },
    ];
    const { body } = await search("deals", { filterGroups, properties: ["dealname"] });
    expect(new Set(names(body))).toEqual(new Set(["Initech platform licence", "Initech support add-on"]));
    const word = (value: string) => ({
      filters: [{ propertyName: "dealname", operator: "CONTAINS_TOKEN", value }],
    });
    expect((await search("deals", { filterGroups: [word("glob")] })).body.total).toBe(0);
    expect((await search("deals", { filterGroups: [word("glob*")] })).body.total).toBe(1);
  });

  it("pages by cursor and refuses more than HubSpot's limits", async () => {
    const first = await search("deals", { limit: 3 });
    expect(first.body.paging?.next.after).toBe("3");
    const rest = await search("deals", { limit: 200, after: first.body.paging?.next.after });
    expect([rest.body.results.length, rest.body.paging]).toEqual([first.body.total - 3, undefined]);
    expect((await search("deals", { limit: 201 })).body.category).toBe("VALIDATION_ERROR");
  });

  it("finds a contact by email, and what is linked to it", async () => {
    const { body } = await call(
      "GET",
      "/crm/v3/objects/contacts/acme@corp.example?idProperty=email&properties=lastname",
    );
    expect(body.properties["lastname"]).toBe("Costa");
    const tickets = await call("GET", `/crm/v4/objects/contacts/${body.id}/associations/tickets`);
    expect(tickets.body.results).toEqual([
      { toObjectId: 6001, associationTypes: [{ category: "HUBSPOT_DEFINED", typeId: 15, label: null }] },
    ]);
  });

  it("lists owners and pipelines, whose stage ids are not their labels", async () => {
    const owners = await call("GET", "/crm/v3/owners/?email=dan@example.com");
    expect(owners.body.results.map((one) => one.id)).toEqual(["71001"]);
    const pipelines = await call("GET", "/crm/v3/pipelines/deals");
    const stages = (pipelines.body.results[0] as unknown as { stages: { id: string; label: string }[] })
      .stages;
    expect(stages.find((stage) => stage.label === "Negotiation")?.id).toBe("contractsent");
  });
});

describe("writing", () => {
  it("changes a deal, moves its moment of change and keeps the history", async () => {
    const before = (await call("GET", "/crm/v3/objects/deals/5001")).body;
    const properties = { dealstage: "contractsent", amount: "48000", closedate: "2027-03-31" };
    const { status, body } = await call("PATCH", "/crm/v3/objects/deals/5001", { properties });
    expect([status, body.properties["closedate"]]).toEqual([200, "2027-03-31T00:00:00.000Z"]);
    expect(body.updatedAt > before.updatedAt).toBe(true);
    expect(body.properties["hs_lastmodifieddate"]).toBe(body.updatedAt);
    const past = await call("GET", "/crm/v3/objects/deals/5001?propertiesWithHistory=amount");
    expect(past.body).toMatchObject({
      propertiesWithHistory: { amount: [{ value: "48000", sourceType: "INTEGRATION" }, { value: "40000" }] },
    });
    expect(crm.state().deals[0]).toMatchObject({ name: "Globex", stage: "Negotiation", amount: "48000" });
  });

  it("shows that somebody else changed the deal, even within the same millisecond", () => {
    const read = () => crm.state().deals.find((deal) => deal.id === "5001")?.updated_at ?? "";
    const moments = Array.from({ length: 20 }, () => {
      crm.editAs("dan@example.com", "deals", "5001", { amount: "41000" });
      return read();
    });
    expect(new Set(moments).size).toBe(20);
    expect(crm.feed.since().at(-1)).toMatchObject({ type: "deals.updated", data: { by: "userId:5101" } });
  });

  it("refuses labels for stages, unknown properties and words for numbers, all at once", async () => {
    const properties = { dealstage: "Negotiation", amont: "1", amount: "48k" };
    const { status, body } = await call("PATCH", "/crm/v3/objects/deals/5001", { properties });
    expect([status, body.category]).toEqual([400, "VALIDATION_ERROR"]);
    for (const name of ["INVALID_OPTION", "PROPERTY_DOESNT_EXIST", "INVALID_LONG", "contractsent"]) {
      expect(body.message).toContain(name);
    }
    expect(crm.state().deals.find((deal) => deal.id === "5001")?.amount).toBe("40000");
  });

  it("adds a linked note, and needs its moment", async () => {
    const associations = [
      { to: { id: "5001" }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 214 }] },
    ];
    const bare = await call("POST", "/crm/v3/objects/notes", { properties: { hs_note_body: "hi" } });
    expect([bare.status, bare.body.message]).toMatchObject([400, expect.stringContaining("hs_timestamp")]);
    const properties = { hs_note_body: "hi", hs_timestamp: "2026-11-20T10:00:00Z" };
    const made = await call("POST", "/crm/v3/objects/notes", { properties, associations });
    expect(made.status).toBe(201);
    expect(crm.state().notes.find((note) => note.id === made.body.id)?.about).toEqual(["deals/5001"]);
    const again = await call(
      "PUT",
      `/crm/v4/objects/notes/${made.body.id}/associations/default/contacts/2001`,
    );
    expect(again.status).toBe(200);
    expect(crm.state().notes.find((note) => note.id === made.body.id)?.about).toContain("contacts/2001");
  });

  it("brings new records into the search late, where told so", async () => {
    const late = await startCrm({ searchLagMs: 10_000 });
    try {
      const headers = { authorization: `Bearer ${late.token}`, "content-type": "application/json" };
      const post = (path: string, body: unknown) =>
        fetch(late.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      await post("/crm/v3/objects/deals", { properties: { dealname: "Zebra" } });
      const total = async () =>
        ((await (await post("/crm/v3/objects/deals/search", { query: "zebra" })).json()) as Body).total;
      expect(await total()).toBe(0);
      late.clock.advance(10_000);
      expect(await total()).toBe(1);
    } finally {
      await late.close();
    }
  });
});

describe("refusals in HubSpot's shape", () => {
  it("names the category and gives a correlation id", async () => {
    const missing = await call("GET", "/crm/v3/objects/deals/1");
    expect([missing.status, missing.body.category]).toEqual([404, "OBJECT_NOT_FOUND"]);
    expect(missing.body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    const bare = await call("GET", "/crm/v3/objects/deals/5001", undefined, null);
    expect([bare.status, bare.body.category]).toEqual([401, "INVALID_AUTHENTICATION"]);
    const reader = await call(
      "PATCH",
      "/crm/v3/objects/deals/5001",
      { properties: {} },
      "pat-sandbox-reader",
    );
    expect([reader.status, reader.body.category]).toEqual([403, "MISSING_SCOPES"]);
    const taken = await call("POST", "/crm/v3/objects/contacts", {
      properties: { email: "ACME@corp.example" },
    });
    expect([taken.status, taken.body.message]).toEqual([409, "Contact already exists. Existing ID: 2004"]);
  });

  it("does an effect and loses the answer, on command", async () => {
    const patch = { method: "PATCH", path: "/crm/v3/objects/deals/:id" };
    const fault = crm.faults.add({ ...patch, kind: "drop", effect: "before" });
    const lost = call("PATCH", "/crm/v3/objects/deals/5001", { properties: { amount: "48000" } });
    await expect(lost).rejects.toThrow("fetch failed");
    expect(crm.state().deals.find((deal) => deal.id === "5001")?.amount).toBe("48000");
    expect(crm.faults.happened(fault.id)).toBe(1);
    crm.reset();
    expect(crm.state().deals.find((deal) => deal.id === "5001")?.amount).toBe("40000");
  });
});
