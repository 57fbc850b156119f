import { randomUUID } from "node:crypto";
import type { Clock } from "../../http/clock.ts";
import { companies, contacts, dayFrom, deals, note, people, tickets } from "../story.ts";
import { bad, notFound } from "./errors.ts";
import { type FieldKind, objectTypes, type Row } from "./objects.ts";

/** All rows of the sandbox's Twenty, in memory. */
export class TwentyWorld {
  readonly rows: Row[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    seed(this, clock.now());
  }

  get(object: string, id: string): Row {
    const found = this.rows.find((row) => row.object === object && row.id === id);
    if (found === undefined) throw notFound();
    return found;
  }

  create(object: string, given: Readonly<Record<string, unknown>>): Row {
    const { id = randomUUID(), ...values } = given;
    if (this.rows.some((row) => row.id === id)) {
      throw bad("A duplicate entry was detected");
    }
    const now = this.#clock.iso();
    const blank = Object.fromEntries(
      Object.keys(objectTypes[object]?.fields ?? {}).map((name) => [name, null]),
    );
    const row: Row = { object, ...blank, id: String(id), createdAt: now, updatedAt: now };
    this.#write(row, values);
    this.rows.push(row);
    return row;
  }

  update(row: Row, given: Readonly<Record<string, unknown>>): void {
    this.#write(row, given);
    row.updatedAt = new Date(Math.max(this.#clock.now(), Date.parse(row.updatedAt) + 1)).toISOString();
  }

  /** The first keeps its values; what it lacks comes from the other, which goes. */
  merge(object: string, keep: Row, other: Row): void {
    const missing = Object.keys(objectTypes[object]?.fields ?? {}).filter(
      (name) => keep[name] === null && other[name] !== null,
    );
    this.update(keep, Object.fromEntries(missing.map((name) => [name, other[name]])));
    for (const row of this.rows) {
      for (const [name, value] of Object.entries(row))
        if (value === other.id && name !== "id") row[name] = keep.id;
    }
    this.rows.splice(this.rows.indexOf(other), 1);
  }

  #write(row: Row, values: Readonly<Record<string, unknown>>): void {
    const type = objectTypes[row.object];
    const fields: Readonly<Record<string, FieldKind>> = type?.fields ?? {};
    const schema = type?.schema ?? row.object;
    for (const [name, value] of Object.entries(values)) {
      const kind = fields[name];
      if (kind === undefined) throw bad(`Object ${schema} doesn't have any "${name}" field.`);
      if (Array.isArray(kind) && value !== null && !kind.includes(value)) {
        throw bad(
          `Invalid value for field "${name}": stage or option "${JSON.stringify(value)}" is none of ${kind.join(", ")}`,
        );
      }
      if (typeof kind === "object" && "to" in kind && value !== null)
        this.get(kind.to, typeof value === "string" ? value : "");
    }
    for (const [name, value] of Object.entries(values)) {
      const merged =
        fields[name] === "composite" ? { ...(row[name] as object | null), ...(value as object) } : value;
      row[name] = fields[name] === "moment" ? new Date(String(value)).toISOString() : merged;
    }
  }
}

const value = (name: string): string => name.toUpperCase().replaceAll(" ", "_");

function seed(world: TwentyWorld, now: number): void {
  const ids = new Map<string, string>();
  const idOf = (key: string): string => ids.get(key) ?? "";
  const add = (key: string, object: string, values: Readonly<Record<string, unknown>>) => {
    ids.set(key, world.create(object, values).id);
  };
  for (const { key, first, last, email } of people) {
    add(key, "workspaceMember", { name: { firstName: first, lastName: last }, userEmail: email });
  }
  for (const { key, name, domain } of companies) {
    const domainName = { primaryLinkUrl: `https://${domain}`, primaryLinkLabel: "" };
    add(`company/${key}`, "company", { name, domainName, accountOwnerId: idOf("dan") });
  }
  for (const { key, first, last, email, company } of contacts) {
    add(`person/${key}`, "person", {
      name: { firstName: first, lastName: last },
      emails: { primaryEmail: email },
      companyId: idOf(`company/${company}`),
    });
  }
  for (const deal of deals) {
    add(`deal/${deal.key}`, "opportunity", {
      name: deal.name,
      stage: value(deal.stage),
      amount: { amountMicros: deal.amount * 1_000_000, currencyCode: "EUR" },
      closeDate: `${dayFrom(now, deal.days)}T00:00:00.000Z`,
      companyId: idOf(`company/${deal.company}`),
      ownerId: idOf(deal.owner),
    });
  }
  for (const ticket of tickets) {
    const person = world.get("person", idOf(`person/${ticket.contact}`));
    add(`ticket/${ticket.key}`, "ticket", {
      name: ticket.subject,
      description: ticket.text,
      status: value(ticket.stage),
      priority: value(ticket.priority),
      category: value(ticket.cause),
      personId: person.id,
      assigneeId: idOf("carla"),
    });
  }
  add("note", "note", { title: "Note", bodyV2: { markdown: note, blocknote: null } });
  add("place", "noteTarget", { noteId: idOf("note"), targetOpportunityId: idOf("deal/globex") });
}
