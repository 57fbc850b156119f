import type { Clock } from "../../http/clock.ts";
import * as story from "../story.ts";
import { SalesforceError } from "./errors.ts";
import type { Row, Source } from "./soql.ts";

const dayMs = 86_400_000;

/** Objects by their name: how their ids begin, and the fields that may be written. */
export const objectTypes: Readonly<
  Record<string, { prefix: string; fields: readonly string[]; required?: string[] }>
> = {
  Account: {
    prefix: "001",
    fields: ["Name", "Website", "Industry", "BillingCity", "OwnerId"],
    required: ["Name"],
  },
  Contact: {
    prefix: "003",
    fields: ["FirstName", "LastName", "Email", "Phone", "Title", "AccountId", "OwnerId"],
    required: ["LastName"],
  },
  Opportunity: {
    prefix: "006",
    fields: ["Name", "StageName", "Amount", "CloseDate", "Description", "AccountId", "OwnerId"],
    required: ["Name", "StageName", "CloseDate"],
  },
  Case: {
    prefix: "500",
    fields: ["Subject", "Description", "Status", "Priority", "Reason", "AccountId", "ContactId", "OwnerId"],
  },
  Task: {
    prefix: "00T",
    fields: [
      "Subject",
      "Description",
      "Status",
      "Priority",
      "ActivityDate",
      "TaskSubtype",
      "WhoId",
      "WhatId",
      "OwnerId",
    ],
  },
  User: { prefix: "005", fields: ["Name", "Email", "Username", "IsActive", "UserType", "Role"] },
  OpportunityContactRole: { prefix: "00K", fields: ["OpportunityId", "ContactId"] },
  OpportunityStage: {
    prefix: "01J",
    fields: ["ApiName", "MasterLabel", "IsClosed", "IsActive", "DefaultProbability", "SortOrder"],
  },
  CaseStatus: { prefix: "01J", fields: ["ApiName", "MasterLabel", "IsClosed", "SortOrder"] },
};

/** Everything in the sandbox's Salesforce, in memory. Moments have no milliseconds there. */
export class SalesforceWorld implements Source {
  readonly #rows: Row[] = [];
  readonly #clock: Clock;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seed();
  }

  rows(type: string): readonly Row[] {
    if (type === "UserRecordAccess") return this.#access();
    if (objectTypes[type] === undefined) {
      throw new SalesforceError(400, "INVALID_TYPE", `sObject type '${type}' is not supported.`);
    }
    return this.#rows.filter((row) => row.type === type);
  }

  value(row: Row, field: string): unknown {
    const [name = "", inner] = field.split(".");
    if (inner === undefined) {
      if (field === "Name" && row.type === "Contact") {
        return [row["FirstName"], row["LastName"]].filter(Boolean).join(" ");
      }
      if (field === "IsClosed" && row.type === "Task") return row["Status"] === "Completed";
      return row[field];
    }
    const other = this.#rows.find(({ Id }) => Id === row[`${name}Id`]);
    return other === undefined ? null : this.value(other, inner);
  }

  get(type: string, id: string): Row {
    const found = this.#rows.find((row) => row.type === type && row.Id === id);
    if (found === undefined) {
      throw new SalesforceError(404, "NOT_FOUND", "The requested resource does not exist");
    }
    return found;
  }

  create(type: string, values: Readonly<Record<string, unknown>>, daysAgo = 0): Row {
    const missing = objectTypes[type]?.required?.filter((name) => !values[name]) ?? [];
    if (missing.length > 0) {
      const words = `Required fields are missing: [${missing.join(", ")}]`;
      throw new SalesforceError(400, "REQUIRED_FIELD_MISSING", words, missing);
    }
    const now = this.#moment(this.#clock.now() - daysAgo * dayMs);
    const Id = `${objectTypes[type]?.prefix ?? "000"}Sb${String(++this.#count).padStart(10, "0")}AAA`;
    const row: Row = { type, Id, CreatedDate: now, LastModifiedDate: now };
    this.#write(row, values);
    if (type === "Case") this.#accountOfContact(row);
    this.#rows.push(row);
    return row;
  }

  update(row: Row, values: Readonly<Record<string, unknown>>): void {
    this.#write(row, values);
    const before = Date.parse(row["LastModifiedDate"] as string);
    row["LastModifiedDate"] = this.#moment(Math.max(this.#clock.now(), before + 1000));
  }

  #moment = (ms: number): string =>
    new Date(Math.floor(ms / 1000) * 1000).toISOString().replace("Z", "+0000");

  #write(row: Row, values: Readonly<Record<string, unknown>>): void {
    const known = objectTypes[row.type]?.fields ?? [];
    for (const [name, value] of Object.entries(values)) {
      if (!known.includes(name)) {
        const words = `No such column '${name}' on sobject of type ${row.type}`;
        throw new SalesforceError(400, "INVALID_FIELD", words, [name]);
      }
      const list = { StageName: "OpportunityStage", Status: "CaseStatus" }[name];
      if (list === undefined || row.type === "Task" || this.#count === 0) continue;
      const allowed = this.#rows.filter(({ type }) => type === list).map((one) => one["ApiName"]);
      if (!allowed.includes(value)) {
        throw new SalesforceError(
          400,
          "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
          `bad value for restricted picklist field: ${JSON.stringify(value)}`,
          [name],
        );
      }
    }
    Object.assign(row, values);
  }

  #accountOfContact(row: Row): void {
    const contact = this.#rows.find(({ Id }) => Id === row["ContactId"]);
    row["AccountId"] ??= contact?.["AccountId"] ?? null;
  }

  /** Who may read what: deals their owner's role only, everything else everybody. */
  #access(): Row[] {
    const users = this.rows("User");
    const role = (id: unknown) => users.find((user) => user.Id === id)?.["Role"];
    return users.flatMap((user) =>
      this.#rows.map((row) => ({
        type: "UserRecordAccess",
        Id: `${user.Id}/${row.Id}`,
        UserId: user.Id,
        RecordId: row.Id,
        HasReadAccess: row.type !== "Opportunity" || role(row["OwnerId"]) === user["Role"],
      })),
    );
  }

  #seed(): void {
    const ids = new Map<string, string>();
    const idOf = (key: string): string => ids.get(key) ?? "";
    const add = (key: string, type: string, values: Readonly<Record<string, unknown>>) => {
      ids.set(key, this.create(type, values, 20).Id);
    };
    for (const [SortOrder, { name, closed, percent }] of story.dealStages.entries()) {
      const list = { ApiName: name, MasterLabel: name, IsClosed: closed, SortOrder: SortOrder + 1 };
      add(`stage/${name}`, "OpportunityStage", { ...list, IsActive: true, DefaultProbability: percent });
    }
    for (const [SortOrder, { name, closed }] of story.ticketStages.entries()) {
      const list = { ApiName: name, MasterLabel: name, IsClosed: closed, SortOrder: SortOrder + 1 };
      add(`status/${name}`, "CaseStatus", list);
    }
    for (const { key, first, last, email, role } of story.people) {
      const user = { Name: `${first} ${last}`, Email: email, Username: `${email}.crm`, Role: role };
      add(key, "User", { ...user, IsActive: true, UserType: "Standard" });
    }
    for (const { key, name, domain } of story.companies) {
      add(`account/${key}`, "Account", { Name: name, Website: `https://${domain}`, OwnerId: idOf("dan") });
    }
    for (const { key, first, last, email, company } of story.contacts) {
      const AccountId = idOf(`account/${company}`);
      add(`contact/${key}`, "Contact", {
        FirstName: first,
        LastName: last,
        Email: email,
        AccountId,
        OwnerId: idOf("dan"),
      });
    }
    for (const { key, name, stage, amount, days, owner, company } of story.deals) {
      add(`deal/${key}`, "Opportunity", {
        Name: name,
        StageName: stage,
        Amount: amount,
        CloseDate: story.dayFrom(this.#clock.now(), days),
        AccountId: idOf(`account/${company}`),
        OwnerId: idOf(owner),
      });
    }
    for (const { key, subject, text, stage, priority, cause, contact } of story.tickets) {
      add(`case/${key}`, "Case", {
        Subject: subject,
        Description: text,
        Status: stage,
        Priority: priority,
        Reason: cause,
        ContactId: idOf(`contact/${contact}`),
        OwnerId: idOf("carla"),
      });
    }
    const about = { WhatId: idOf("deal/globex"), OwnerId: idOf("dan") };
    add("note", "Task", { Subject: "Note", Description: story.note, Status: "Completed", ...about });
  }
}
