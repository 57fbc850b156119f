import type { Clock } from "../http/clock.ts";
import type { Feed } from "../http/feed.ts";
import { ASSOCIATION_TYPES } from "./association-types.ts";
import { badRequest, invalidFields, recordNotFound, CrmError } from "./errors.ts";
import { checkFields, SCHEMAS } from "./properties.ts";
import type { Association, CrmRecord, ObjectType, Owner, Pipeline, Properties, Source } from "./types.ts";

/** How the API's own app signs its changes. */
export const API_SOURCE: Source = { sourceType: "INTEGRATION", sourceId: "4711001" };

/** The id and the moment of creation of a record that was there before the sandbox started. */
interface Old {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Everything the sandbox's CRM knows, in memory. */
export class Store {
  readonly records: CrmRecord[] = [];
  readonly associations: Association[] = [];
  readonly owners: Owner[] = [];
  readonly pipelines: Record<"deals" | "tickets", Pipeline[]> = { deals: [], tickets: [] };
  readonly clock: Clock;
  /** Told of every change; the seed is laid before it is set. */
  feed: Feed | undefined;
  #lastId = 90_000_000;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** By id, or by the value of a property that is unique. Throws HubSpot's 404. */
  get(type: ObjectType, id: string, idProperty?: string): CrmRecord {
    const wanted = id.toLowerCase();
    const found = this.records.find(
      (one) =>
        one.type === type &&
        (idProperty ? one.properties[idProperty]?.toLowerCase() === wanted : one.id === id),
    );
    if (!found) throw recordNotFound(id);
    return found;
  }

  /** Adds a record. Throws HubSpot's 400 with all problems, or its 409 for an email that is taken. */
  create(type: ObjectType, given: Readonly<Record<string, unknown>>, source: Source, old?: Old): CrmRecord {
    const schema = SCHEMAS[type];
    const missing = schema.required.filter((name) => given[name] === undefined || given[name] === "");
    if (missing.length > 0)
      throw badRequest(
        `Error creating ${type}. Some required properties were not set: ${missing.join(", ")}`,
      );
    const values = this.#checked(type, given, {});
    this.#refuseTakenEmail(type, values);
    const now = old?.at ?? this.clock.iso();
    const id = old?.id ?? String(++this.#lastId);
    const defaults: Properties =
      type === "deals" ? { pipeline: "default" } : type === "tickets" ? { hs_pipeline: "0" } : {};
    const own: Properties = { hs_object_id: id, [schema.created]: now, [schema.modified]: now };
    const record: CrmRecord = {
      id,
      type,
      properties: {},
      createdAt: now,
      updatedAt: now,
      history: new Map(),
    };
    this.#write(record, { ...defaults, ...values, ...own }, source, now);
    this.records.push(record);
    this.feed?.publish(`${type}.created`, { id, properties: record.properties });
    return record;
  }

  /** Changes a record; its moment of change moves even where the values were the same already. */
  update(record: CrmRecord, given: Readonly<Record<string, unknown>>, source: Source): void {
    const values = this.#checked(record.type, given, record.properties);
    const before = record.properties;
    // Two changes within one millisecond must still be told apart by the moment of change.
    const now = new Date(Math.max(this.clock.now(), Date.parse(record.updatedAt) + 1)).toISOString();
    this.#write(record, { ...values, [SCHEMAS[record.type].modified]: now }, source, now);
    record.updatedAt = now;
    const changes = Object.keys(values).map((name) => ({
      property: name,
      from: before[name] ?? null,
      to: record.properties[name] ?? null,
    }));
    this.feed?.publish(`${record.type}.updated`, { id: record.id, changes, by: source.sourceId });
  }

  /** Links two records by their types' usual association, both ways; linking again changes nothing. */
  associate(from: CrmRecord, to: CrmRecord): number {
    const typeId = associationType(from.type, to.type);
    const there = this.associations.some((one) => one.from === from && one.to === to);
    if (there) return typeId;
    this.associations.push({ from, to, typeId });
    this.associations.push({ from: to, to: from, typeId: associationType(to.type, from.type) });
    this.feed?.publish("association.created", { from: `${from.type}/${from.id}`, to: `${to.type}/${to.id}` });
    return typeId;
  }

  /** Makes one of two: values that the first lacks come from the other, links follow, the other is gone. */
  merge(primary: CrmRecord, other: CrmRecord, source: Source): void {
    const missing = Object.entries(other.properties).filter(
      ([name, value]) =>
        value !== null && (primary.properties[name] ?? null) === null && name in SCHEMAS[primary.type].fields,
    );
    const linked = this.associations.filter((one) => one.from === other).map((one) => one.to);
    for (const list of [this.associations, this.records]) {
      const kept = (list as readonly (Association | CrmRecord)[]).filter((one) =>
        "from" in one ? one.from !== other && one.to !== other : one !== other,
      );
      (list as (Association | CrmRecord)[]).splice(0, list.length, ...kept);
    }
    for (const to of linked) this.associate(primary, to);
    this.update(primary, Object.fromEntries(missing), source);
    this.feed?.publish(`${primary.type}.merged`, { id: primary.id, from: other.id });
  }

  #checked(type: ObjectType, given: Readonly<Record<string, unknown>>, current: Properties): Properties {
    const owners = new Set(this.owners.map((owner) => owner.id));
    const pipelines = this.pipelines[type === "tickets" ? "tickets" : "deals"];
    const { values, problems } = checkFields(type, given, current, { owners, pipelines });
    if (problems.length > 0) throw invalidFields(problems);
    return values;
  }

  #refuseTakenEmail(type: ObjectType, values: Properties): void {
    const email = type === "contacts" ? values["email"]?.toLowerCase() : undefined;
    const holder = this.records.find(
      (one) => email !== undefined && one.type === type && one.properties["email"]?.toLowerCase() === email,
    );
    if (holder) throw new CrmError(409, "CONFLICT", `Contact already exists. Existing ID: ${holder.id}`);
  }

  #write(record: CrmRecord, values: Properties, source: Source, timestamp: string): void {
    record.properties = { ...record.properties, ...values };
    for (const [name, value] of Object.entries(values)) {
      const past = record.history.get(name) ?? [];
      record.history.set(name, [{ value, timestamp, ...source }, ...past]);
    }
  }
}

function associationType(from: ObjectType, to: ObjectType): number {
  const typeId = ASSOCIATION_TYPES[`${from}-${to}`];
  if (typeId === undefined) throw badRequest(`No default association type exists from ${from} to ${to}`);
  return typeId;
}
