import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnknownOutcomeError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { ResolvedWrite } from "../../../src/core/tool.ts";
import { type Bench, openBench } from "../support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const prepare = (tool: string, input: JsonObject, who = "dan"): Promise<ResolvedWrite> => {
  const found = bench.write(tool);
  return found.resolve(found.input.parse(input) as JsonObject, bench.context(who));
};
const run = (tool: string, { args }: ResolvedWrite, who = "dan") =>
  bench.write(tool).run(args, bench.context(who));
const find = (tool: string, { args }: ResolvedWrite, who = "dan") =>
  bench.write(tool).find(args, bench.context(who));
const posts = (path: string) => bench.crm.journal.list({ method: "POST", path });

/** Every write that creates something: prepared, and the request it makes. */
const creating: [tool: string, input: JsonObject, path: string][] = [
  [
    "crm_deal_create",
    { company: "Globex", name: "Globex expansion", amount: "20k", close_date: "2027-03-31" },
    "/crm/v3/objects/deals",
  ],
  ["crm_ticket_create", { customer: "Dana", subject: "Sign-on asks twice" }, "/crm/v3/objects/tickets"],
  ["crm_note_log", { about: "Dana", text: "Wants SSO" }, "/crm/v3/objects/notes"],
  ["crm_note_log", { about: "Dana", text: "Wants SSO", kind: "call" }, "/crm/v3/objects/calls"],
  ["crm_task_create", { about: "Dana", task: "Follow up", due: "2026-11-24" }, "/crm/v3/objects/tasks"],
  [
    "crm_ticket_link",
    { ticket: "6001", issue: "http://127.0.0.1:9/payments/ledger-api/-/issues/12" },
    "/crm/v3/objects/notes",
  ],
];

describe.each(creating)("%s %o", (tool, input, path) => {
  it("sends one request that names the person and the action, and is found by it", async () => {
    const prepared = await prepare(tool, input);
    expect(prepared.risk).toBe(1);
    expect(await find(tool, prepared)).toEqual({ kind: "not_done" });
    const { data } = await run(tool, prepared);
    expect(posts(path)).toHaveLength(1);
    expect(JSON.stringify(posts(path)[0]?.body)).toMatch(/by Steward for Dan Whitfield\. Action act-1\./);
    expect(await find(tool, prepared)).toMatchObject({
      kind: "done",
      output: { data: { id: data?.["id"] } },
    });
  });

  it("is unknown where the answer is lost, and found by its action", async () => {
    const prepared = await prepare(tool, input);
    bench.crm.faults.add({ kind: "drop", effect: "before", method: "POST", path });
    await expect(run(tool, prepared)).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(posts(path)).toHaveLength(1);
    expect(await find(tool, prepared)).toMatchObject({ kind: "done" });
  });

  it("is not taken for done by what another action left there", async () => {
    const prepared = await prepare(tool, input);
    await bench.write(tool).run(prepared.args, bench.context("dan", { callId: "act-2" }));
    expect(await find(tool, prepared)).toEqual({ kind: "not_done" });
  });

  it("means the same when it is prepared again from what was approved", async () => {
    const prepared = await prepare(tool, input);
    const again = await bench.write(tool).resolve(prepared.args, bench.context("dan"));
    expect(again).toEqual(prepared);
    expect(await bench.write(tool).version(prepared.args, bench.context("dan"))).toBe(prepared.version);
  });
});

describe("a call with its follow-up", () => {
  const wish = {
    about: "Dana",
    kind: "call",
    text: "Wants SSO",
    follow_up: "Follow up on SSO",
    due: "2026-11-24",
  };

  it("is one card and two entries, each with the action's mark", async () => {
    const prepared = await prepare("crm_note_log", wish);
    expect(prepared.preview.fields).toContainEqual({
      label: "Task",
      value: "Follow up on SSO, due 2026-11-24, for Dan Whitfield",
    });
    const { text } = await run("crm_note_log", prepared);
    expect(text).toContain("The task “Follow up on SSO” was created, due 2026-11-24.");
    expect(
      [posts("/crm/v3/objects/calls"), posts("/crm/v3/objects/tasks")].map(({ length }) => length),
    ).toEqual([1, 1]);
    expect(await find("crm_note_log", prepared)).toMatchObject({ kind: "done", output: { text } });
  });

  it("says that the task was refused, and that the call stands", async () => {
    const prepared = await prepare("crm_note_log", wish);
    bench.crm.faults.add({ kind: "fail", status: 403, method: "POST", path: "/crm/v3/objects/tasks" });
    expect((await run("crm_note_log", prepared)).text).toMatch(
      /The call was logged.*was not created.*scope/s,
    );
  });

  it("is unknown where the task's answer is lost, and says what stands and what does not", async () => {
    const prepared = await prepare("crm_note_log", wish);
    bench.crm.faults.add({ kind: "drop", effect: "never", method: "POST", path: "/crm/v3/objects/tasks" });
    await expect(run("crm_note_log", prepared)).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(await find("crm_note_log", prepared)).toMatchObject({
      kind: "unknown",
      why: "The call stands on the contact in HubSpot, and its task does not. Ask for the missing one alone.",
    });
  });

  it("needs both: what, and until when", () => {
    const { follow_up: _, ...half } = wish;
    const tool = bench.write("crm_note_log");
    expect(tool.input.safeParse(half).error?.message).toContain("a follow-up needs both");
  });
});

describe("what a card shows", () => {
  it("names the open deals of the customer, and is void when one more is opened", async () => {
    const input = { company: "Initech", name: "Initech more", amount: 150_000, close_date: "2027-01-31" };
    const prepared = await prepare("crm_deal_create", input);
    expect(prepared).toMatchObject({
      risk: 2,
      preview: { sentence: 'Create the deal "Initech more" for Initech' },
    });
    expect(prepared.preview.fields).toContainEqual({
      label: "Open deals there",
      value: "Initech support add-on (8,000); Initech platform licence (120,000)",
    });
    expect(prepared.preview.fields).toContainEqual({ label: "Stage", value: "Qualification" });
    bench.crm.addAs(
      "mei@example.com",
      "deals",
      { dealname: "Initech more", dealstage: "contractsent" },
      "companies/3002",
    );
    expect(await bench.write("crm_deal_create").version(prepared.args, bench.context("dan"))).not.toBe(
      prepared.version,
    );
  });

  it("shows a call as it will stand, on the one it is about", async () => {
    const { preview, target } = await prepare("crm_note_log", {
      about: "Dana",
      kind: "call",
      text: "talked to Dana, wants SSO",
    });
    expect(target.label).toBe('contact "Dana Reyes"');
    expect(preview).toEqual({
      sentence: 'Log a call on the contact "Dana Reyes"',
      fields: [
        { label: "Call", value: "talked to Dana, wants SSO" },
        { label: "By", value: "Dan Whitfield" },
      ],
    });
  });

  it("keeps a note and a task on one contact from voiding each other", async () => {
    const note = await prepare("crm_note_log", { about: "Dana", text: "x" });
    const task = await prepare("crm_task_create", { about: "Dana", task: "y", due: "2026-11-24" });
    await run("crm_note_log", note);
    expect(await bench.write("crm_task_create").version(task.args, bench.context("dan"))).toBe(task.version);
    await run("crm_task_create", task);
    expect(bench.crm.state().tasks[0]).toMatchObject({ subject: "y", about: ["contacts/2001"] });
  });

  it("links an issue once, and shows it on the ticket", async () => {
    const link = { ticket: "6001", issue: "http://127.0.0.1:9/payments/ledger-api/-/issues/12/" };
    await run("crm_ticket_link", await prepare("crm_ticket_link", link, "carla"), "carla");
    expect((await bench.ask("crm_ticket_read", { ticket: "6001" }, "carla")).text).toContain(
      "- Issues: http://127.0.0.1:9",
    );
    await expect(prepare("crm_ticket_link", link, "carla")).rejects.toThrow(/names .* already/);
    const bad = bench
      .write("crm_ticket_link")
      .input.safeParse({ ticket: "6001", issue: "https://gitlab.example/x" });
    expect(bad.error?.message).toContain("expected the address of one issue");
  });
});

describe("assigning and changing", () => {
  it("gives a deal to another owner, and declares the way back", async () => {
    const prepared = await prepare("crm_deal_assign", { deal: "Globex", owner: "Mei" });
    expect(prepared.preview).toEqual({
      sentence: 'Give the deal "Globex" to Mei Tanaka',
      fields: [{ label: "Owner", before: "Dan Whitfield", value: "Mei Tanaka" }],
    });
    const output = await run("crm_deal_assign", prepared);
    expect(output.text).toContain("owner Dan Whitfield → Mei Tanaka");
    const undo = await bench.write("crm_deal_assign").undo?.(prepared.args, output, bench.context("dan"));
    expect(undo).toEqual({ tool: "crm_deal_assign", args: { deal: "5001", owner: "71001" } });
    await expect(prepare("crm_deal_assign", { deal: "Globex", owner: "Mei" })).rejects.toThrow("already");
  });

  it("changes a ticket, before and after, and back again by its undo", async () => {
    const wish = { ticket: "6001", stage: "waiting on us", priority: "low" };
    const prepared = await prepare("crm_ticket_update", wish, "carla");
    expect(prepared.preview.fields).toEqual([
      { label: "Stage", before: "New", value: "Waiting on us" },
      { label: "Priority", before: "high", value: "low" },
    ]);
    const output = await run("crm_ticket_update", prepared, "carla");
    expect(output.text).toContain("stage New → Waiting on us, priority high → low");
    expect(await find("crm_ticket_update", prepared, "carla")).toMatchObject({ kind: "done" });
    const undo = await bench.write("crm_ticket_update").undo?.(prepared.args, output, bench.context("carla"));
    const back = await prepare("crm_ticket_update", undo?.args ?? {}, "carla");
    expect(back.preview.fields.map(({ value }) => value)).toEqual(["New", "high"]);
  });

  it("takes a deal's change back by its undo; not where a value was empty before", async () => {
    const tool = bench.write("crm_deal_update");
    const undo = async (prepared: ResolvedWrite) =>
      tool.undo?.(prepared.args, { text: "", sources: [], untrusted: [] }, bench.context("dan"));
    const prepared = await prepare("crm_deal_update", {
      deal: "Globex",
      stage: "negotiation",
      amount: "48k",
    });
    expect(await undo(prepared)).toEqual({
      tool: "crm_deal_update",
      args: { deal: "5001", stage: "Proposal", amount: 40_000 },
    });
    bench.crm.editAs("dan@example.com", "deals", "5001", { amount: "" });
    expect(await undo(await prepare("crm_deal_update", { deal: "Globex", amount: 5 }))).toBeUndefined();
  });

  it("sends nothing once somebody changed the ticket", async () => {
    const prepared = await prepare("crm_ticket_update", { ticket: "6001", priority: "low" }, "carla");
    bench.crm.editAs("mei@example.com", "tickets", "6001", { hs_ticket_priority: "MEDIUM" });
    await expect(run("crm_ticket_update", prepared, "carla")).rejects.toThrow("changed by somebody else");
    expect(bench.crm.journal.list({ method: "PATCH" })).toEqual([]);
  });
});

describe("crm_duplicate_merge", () => {
  const merge = { kind: "company", keep: "3001", remove: "3009" };
  beforeEach(() => {
    bench.crm.addAs(
      "dan@example.com",
      "companies",
      { name: "Globex Inc", city: "Springfield" },
      "deals/5006",
      "3009",
    );
  });

  it("is R3, and shows every field of both and what will stand there", async () => {
    const { risk, preview } = await prepare("crm_duplicate_merge", merge);
    expect(risk).toBe(3);
    expect(preview.sentence).toBe('Merge the company "Globex Inc" into "Globex", for ever');
    expect(preview.fields).toEqual([
      { label: "Name", before: "Globex | Globex Inc", value: "Globex" },
      { label: "Domain", before: "globex.example | none", value: "globex.example" },
      { label: "Industry", before: "MANUFACTURING | none", value: "MANUFACTURING" },
      { label: "City", before: "none | Springfield", value: "Springfield" },
      { label: "Owner", before: "Dan Whitfield | none", value: "Dan Whitfield" },
      { label: "Moves along", value: "1 deal" },
      { label: "Cannot be undone", value: "id 3009 goes, id 3001 stays" },
    ]);
  });

  it("merges once, is found afterwards, and declares no way back", async () => {
    const prepared = await prepare("crm_duplicate_merge", merge);
    expect(await find("crm_duplicate_merge", prepared)).toEqual({ kind: "not_done" });
    bench.crm.faults.add({
      kind: "drop",
      effect: "before",
      method: "POST",
      path: "/crm/v3/objects/companies/merge",
    });
    await expect(run("crm_duplicate_merge", prepared)).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(posts("/crm/v3/objects/companies/merge")).toHaveLength(1);
    expect(await find("crm_duplicate_merge", prepared)).toMatchObject({ kind: "done" });
    expect(bench.write("crm_duplicate_merge").undo).toBeUndefined();
  });

  it("sends nothing once either was changed, and refuses one with itself", async () => {
    const prepared = await prepare("crm_duplicate_merge", merge);
    bench.crm.editAs("mei@example.com", "companies", "3009", { city: "Shelbyville" });
    await expect(run("crm_duplicate_merge", prepared)).rejects.toThrow("nothing was sent");
    await expect(prepare("crm_duplicate_merge", { ...merge, remove: "3001" })).rejects.toThrow(
      "Both names mean",
    );
    expect(posts("/crm/v3/objects/companies/merge")).toEqual([]);
  });
});
