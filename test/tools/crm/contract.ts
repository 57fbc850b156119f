import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallContext } from "../../../src/core/tool.ts";
import type { CrmPort, Kind, Records } from "../../../tools/crm/port.ts";
import type { Who } from "./calling.ts";

/** One CRM with the sandbox's story in it, and ways to act in it. */
export interface Harness {
  crm: CrmPort;
  read<T>(who: Who, ask: (context: CallContext) => Promise<T>): Promise<T>;
  write<T>(who: Who, ask: (context: CallContext) => Promise<T>): Promise<T>;
  /** Whose deals a person sees there; a CRM without sharing rules shows them all. */
  sees: "their team's" | "everything";
  /** Somebody changes a deal's amount in the CRM itself. */
  editDeal(id: string, amount: number): Promise<void> | void;
  /** Requests that changed something; counts none for a CRM without requests. */
  writes(): number;
  close(): Promise<void>;
}

/** What every adapter must do, whatever CRM stands behind it. */
export function crmContract(name: string, open: () => Promise<Harness>): void {
  describe(`the CRM port on ${name}`, () => {
    let bench: Harness;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    const find = <K extends Kind>(kind: K, text?: string, who: Who = "dan") =>
      bench.read(who, (context) =>
        bench.crm.find(kind, { ...(text !== undefined && { text }), rowsMax: 50 }, context),
      );
    const one = async <K extends Kind>(kind: K, text: string, who: Who = "dan"): Promise<Records[K]> => {
      const { records } = await find(kind, text, who);
      const exact = records.find((record) => record.name === text) ?? records[0];
      if (exact === undefined) throw new Error(`no ${kind} ${text}`);
      return exact;
    };
    const again = <K extends Kind>(kind: K, { id }: { id: string }, who: Who = "dan") =>
      bench.read(who, (context) => bench.crm.get(kind, id, context));
    const names = (page: { records: { name: string }[] }) => page.records.map((record) => record.name);

    describe("reads", () => {
      it("keeps every kind, and knows who is asking", async () => {
        const { kinds } = await bench.read("dan", (context) => bench.crm.supports(context));
        expect(kinds.toSorted()).toEqual(["company", "contact", "deal", "ticket"]);
        expect(await bench.read("dan", (context) => bench.crm.me(context))).toMatchObject({
          name: "Dan Whitfield",
        });
        expect(await bench.read("anna", (context) => bench.crm.me(context))).toBeUndefined();
      });

      it("finds contacts by name and by mail address, companies by name", async () => {
        expect(await one("contact", "Dana")).toMatchObject({
          name: "Dana Reyes",
          firstName: "Dana",
          lastName: "Reyes",
          email: "dana.reyes@globex.example",
        });
        expect(names(await find("contact", "acme@corp.example"))).toEqual(["Ines Costa"]);
        expect(await one("company", "Globex")).toMatchObject({ name: "Globex", domain: "globex.example" });
        expect(await find("contact", "Nobody")).toEqual({ records: [], total: 0, more: false });
      });

      it("finds deals by name or company, earliest close date first", async () => {
        const initech = await find("deal", "Initech");
        expect(names(initech)).toEqual(["Initech support add-on", "Initech platform licence"]);
        expect(initech.total).toBe(2);
        const deal = await one("deal", "Globex");
        expect(deal).toMatchObject({ amount: 40_000 });
        expect(deal.closeDate).toMatch(/^\d{4}-\d\d-\d\d$/);
        expect(names(await find("deal", "Acme Corp"))).toContain("Acme Corp onboarding");
      });

      it("filters by owner, stage and close date, and counts what there is", async () => {
        const dan = await bench.read("dan", (context) => bench.crm.me(context));
        const pipelines = await bench.read("dan", (context) => bench.crm.pipelines("deal", context));
        const proposal = pipelines
          .flatMap(({ stages }) => stages)
          .filter(({ label }) => label === "Proposal");
        const found = await bench.read("dan", (context) =>
          bench.crm.find(
            "deal",
            { ownerId: dan?.id ?? "", stageIds: proposal.map(({ id }) => id), rowsMax: 1 },
            context,
          ),
        );
        expect(names(found)).toEqual(["Globex"]);
        const day = (await one("deal", "Globex")).closeDate ?? "";
        const that = await bench.read("dan", (context) =>
          bench.crm.find("deal", { closesFrom: day, closesTo: day, rowsMax: 10 }, context),
        );
        expect(names(that)).toEqual(["Globex"]);
        const few = await bench.read("dan", (context) => bench.crm.find("deal", { rowsMax: 2 }, context));
        expect(few.records).toHaveLength(2);
        expect(few.total > 2 || few.more).toBe(true);
      });

      it("shows a person only the deals that they may see, as if there were no others", async () => {
        if (bench.sees === "everything") {
          expect(names(await find("deal", "Pied Piper", "dan"))).toEqual(["Pied Piper audit"]);
          return;
        }
        expect(names(await find("deal", "Pied Piper"))).toEqual([]);
        expect(names(await find("deal", undefined, "dan"))).not.toContain("Pied Piper audit");
        const hidden = await one("deal", "Pied Piper audit", "carla");
        expect(await again("deal", hidden, "dan")).toBeUndefined();
        expect(await again("deal", hidden, "carla")).toMatchObject({ name: "Pied Piper audit" });
        expect(names(await find("deal", "Globex", "carla"))).toEqual([]);
      });

      it("gives stages of pipelines with what is closed, and owners by name and address", async () => {
        const [deals, tickets, owners] = await bench.read("dan", (context) =>
          Promise.all([
            bench.crm.pipelines("deal", context),
            bench.crm.pipelines("ticket", context),
            bench.crm.owners(context),
          ]),
        );
        const labels = deals[0]?.stages.map(({ label, closed }) => `${label}${closed ? " (closed)" : ""}`);
        expect(labels).toEqual([
          "Qualification",
          "Proposal",
          "Negotiation",
          "Closed won (closed)",
          "Closed lost (closed)",
        ]);
        expect(tickets[0]?.stages.filter(({ closed }) => closed).map(({ label }) => label)).toEqual([
          "Closed",
        ]);
        expect(owners).toContainEqual(
          expect.objectContaining({ name: "Mei Tanaka", email: "mei@example.com" }),
        );
      });

      it("gives tickets with their cause, and what is linked with a company", async () => {
        const ticket = await one("ticket", "Payout 77120 has not arrived", "carla");
        expect(ticket).toMatchObject({ priority: "high" });
        expect(ticket.cause?.toLowerCase()).toContain("billing");
        const globex = await one("company", "Globex");
        const linked = await bench.read("dan", async (context) => {
          const on = { kind: "company", id: globex.id } as const;
          const [contacts, deals] = await Promise.all([
            bench.crm.linked(on, "contact", 10, context),
            bench.crm.linked(on, "deal", 10, context),
          ]);
          return [...contacts, ...deals].map((record) => record.name);
        });
        expect(linked).toEqual(["Dana Reyes", "Globex"]);
      });

      it("finds a ticket by its subject, its contact and that contact's company", async () => {
        for (const text of ["Payout 77120", "Ines Costa", "Acme Corp"]) {
          expect(names(await find("ticket", text, "carla")), text).toEqual(["Payout 77120 has not arrived"]);
        }
      });

      it("reads a timeline as plain words, newest first", async () => {
        const deal = await one("deal", "Globex");
        const entries = await bench.read("dan", (context) =>
          bench.crm.timeline({ kind: "deal", id: deal.id }, 10, context),
        );
        const note = entries.find(({ kind }) => kind === "note");
        expect(note?.text).toMatch(/single sign-on/);
        expect(note?.text).not.toContain("<");
      });

      it("says nothing of what is not there, and knows its ids", async () => {
        const deal = await one("deal", "Globex");
        expect(bench.crm.isId(deal.id)).toBe(true);
        expect(bench.crm.isId("Globex")).toBe(false);
        expect(await again("deal", await one("contact", "Dana"))).toBeUndefined();
      });
    });

    describe("writes", () => {
      it("changes exactly what was asked, with one request, and moves the version", async () => {
        const before = await one("deal", "Globex");
        const pipelines = await bench.read("dan", (context) => bench.crm.pipelines("deal", context));
        const stage = pipelines[0]?.stages.find(({ label }) => label === "Negotiation");
        const sent = bench.writes();
        await bench.write("dan", (context) =>
          bench.crm.update(
            "deal",
            before.id,
            { stageId: stage?.id ?? "", amount: 48_000, closeDate: "2027-03-31" },
            before.updatedAt,
            context,
          ),
        );
        expect(bench.writes() - sent).toBeLessThanOrEqual(1);
        const after = await again("deal", before);
        expect(after).toEqual({
          ...before,
          stageId: stage?.id,
          amount: 48_000,
          closeDate: "2027-03-31",
          updatedAt: after?.updatedAt,
        });
        expect(after?.updatedAt).not.toBe(before.updatedAt);
      });

      it("tells another person's change by the version", async () => {
        const before = await one("deal", "Globex");
        await bench.editDeal(before.id, 41_000);
        const after = await again("deal", before);
        expect(after).toMatchObject({ amount: 41_000 });
        expect(after?.updatedAt).not.toBe(before.updatedAt);
      });

      it("creates a deal and a ticket, linked, with every value", async () => {
        const [company, contact] = [await one("company", "Globex"), await one("contact", "Dana")];
        const me = await bench.read("dan", (context) => bench.crm.me(context));
        const [deals, tickets] = await bench.read("dan", (context) =>
          Promise.all([bench.crm.pipelines("deal", context), bench.crm.pipelines("ticket", context)]),
        );
        const made = await bench.write("dan", (context) =>
          bench.crm.create(
            "deal",
            {
              name: "Globex expansion",
              pipelineId: deals[0]?.id ?? "",
              stageId: deals[0]?.stages[0]?.id ?? "",
              amount: 12_500.5,
              closeDate: "2027-06-30",
              description: "First words\n\nAction a-1.",
              ownerId: me?.id ?? "",
            },
            [{ kind: "company", id: company.id }],
            context,
          ),
        );
        expect(await again("deal", made)).toMatchObject({
          name: "Globex expansion",
          amount: 12_500.5,
          closeDate: "2027-06-30",
          description: "First words\n\nAction a-1.",
          ownerId: me?.id,
        });
        const on = { kind: "company", id: company.id } as const;
        const linked = await bench.read("dan", (context) => bench.crm.linked(on, "deal", 10, context));
        expect(linked.map(({ id }) => id)).toContain(made.id);

        const ticket = await bench.write("dan", (context) =>
          bench.crm.create(
            "ticket",
            {
              name: "Sign-on asks twice",
              description: "It does.\n\nAction a-2.",
              pipelineId: tickets[0]?.id ?? "",
              stageId: tickets[0]?.stages[0]?.id ?? "",
              priority: "high",
              ownerId: me?.id ?? "",
            },
            [{ kind: "contact", id: contact.id }],
            context,
          ),
        );
        expect(await again("ticket", ticket)).toMatchObject({ name: "Sign-on asks twice", priority: "high" });
        const of = { kind: "contact", id: contact.id } as const;
        const ofDana = await bench.read("dan", (context) => bench.crm.linked(of, "ticket", 10, context));
        expect(ofDana.map(({ id }) => id)).toContain(ticket.id);
      });

      it.each(["note", "call", "task"] as const)(
        "leaves a %s on a contact that reads as it was written",
        async (kind) => {
          const dana = await one("contact", "Dana");
          const on = { kind: "contact", id: dana.id } as const;
          const at = new Date("2026-11-24T09:00:00.000Z");
          const entry = { kind, text: `Wants <SSO> & "more"`, detail: "Logged for Dan. Action a-9.", at };
          await bench.write("dan", (context) => bench.crm.log(entry, on, context));
          const entries = await bench.read("dan", (context) => bench.crm.timeline(on, 20, context));
          const found = entries.filter((other) => other.text.trimEnd().endsWith("Action a-9."));
          expect(found.map(({ kind: shown }) => shown)).toEqual([kind]);
          expect(found[0]?.text).toContain(`Wants <SSO> & "more"`);
          if (kind === "task") expect(found[0]?.at.slice(0, 10)).toBe("2026-11-24");
          expect(found[0]?.done).toBe(false);
        },
      );

      it("makes one company of two where it can, with what belonged to both", async () => {
        const { merges } = await bench.read("dan", (context) => bench.crm.supports(context));
        const made = await bench.write("dan", (context) =>
          bench.crm.create("company", { name: "Globex Inc", city: "Springfield" }, [], context),
        );
        const keep = await one("company", "Globex");
        const merging = () =>
          bench.write("dan", (context) => bench.crm.merge("company", keep.id, made.id, context));
        if (!merges.includes("company")) {
          await expect(merging()).rejects.toThrow(/cannot/);
          return;
        }
        await merging();
        expect(await again("company", keep)).toMatchObject({ name: "Globex", city: "Springfield" });
        expect(await again("company", made)).toBeUndefined();
      });

      it("refuses in words what the CRM refuses", async () => {
        const deal = await one("deal", "Globex");
        await expect(
          bench.write("dan", (context) =>
            bench.crm.update("deal", deal.id, { stageId: "no-such-stage" }, deal.updatedAt, context),
          ),
        ).rejects.toThrow(/stage/i);
        expect((await again("deal", deal))?.updatedAt).toBe(deal.updatedAt);
      });
    });
  });
}
