import { SCHEMAS } from "./properties.ts";
import type { Association, CrmRecord, ObjectType, Owner, Pipeline, Properties } from "./types.ts";

/** A record as the API shows it: the properties asked for by name, else the type's usual few. */
export function showRecord(record: CrmRecord, asked: readonly string[], withHistory: readonly string[] = []) {
  const names = new Set([...(asked.length > 0 ? asked : SCHEMAS[record.type].shown), ...always(record.type)]);
  const known = [...names].filter((name) => name in SCHEMAS[record.type].fields || name in record.properties);
  const properties: Properties = Object.fromEntries(
    known.map((name) => [name, record.properties[name] ?? null]),
  );
  return {
    id: record.id,
    properties,
    ...(withHistory.length > 0 && {
      propertiesWithHistory: Object.fromEntries(
        withHistory.map((name) => [name, record.history.get(name) ?? []]),
      ),
    }),
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    archived: false,
  };
}

const always = (type: ObjectType) => ["hs_object_id", SCHEMAS[type].created, SCHEMAS[type].modified];

export const showOwner = (owner: Owner) => ({
  id: owner.id,
  email: owner.email,
  type: "PERSON",
  firstName: owner.firstName,
  lastName: owner.lastName,
  userId: owner.userId,
  userIdIncludingInactive: owner.userId,
  createdAt: "2024-01-08T09:00:00.000Z",
  updatedAt: "2024-01-08T09:00:00.000Z",
  archived: false,
  teams: [{ id: teamId(owner.team), name: owner.team, primary: true }],
});

/** HubSpot numbers its teams. */
const teamId = (name: string): string => String(301 + name.length);

export const showPipeline = (pipeline: Pipeline) => ({
  id: pipeline.id,
  label: pipeline.label,
  displayOrder: 0,
  createdAt: "2024-01-08T09:00:00.000Z",
  updatedAt: "2024-01-08T09:00:00.000Z",
  archived: false,
  stages: pipeline.stages.map((stage) => ({
    ...stage,
    createdAt: "2024-01-08T09:00:00.000Z",
    updatedAt: "2024-01-08T09:00:00.000Z",
    archived: false,
    writePermissions: "CRM_PERMISSIONS_ENFORCEMENT",
  })),
});

export const showAssociation = (one: Association) => ({
  toObjectId: Number(one.to.id),
  associationTypes: [{ category: "HUBSPOT_DEFINED", typeId: one.typeId, label: null }],
});
