/** The object types of the sandbox's CRM, by HubSpot's plural names. */
export const OBJECT_TYPES = ["contacts", "companies", "deals", "tickets", "notes", "calls", "tasks"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/** HubSpot's property values are texts, whatever they mean. */
export type Properties = Record<string, string | null>;

/** One value that a property had, newest first in a record's history. */
interface PastValue {
  readonly value: string | null;
  /** ISO 8601. */
  readonly timestamp: string;
  /** INTEGRATION: through the API; CRM_UI: a person in the browser. */
  readonly sourceType: "INTEGRATION" | "CRM_UI";
  /** The app's id, or `userId:<n>`. */
  readonly sourceId: string;
}

export interface CrmRecord {
  readonly id: string;
  readonly type: ObjectType;
  properties: Properties;
  readonly createdAt: string;
  updatedAt: string;
  readonly history: Map<string, PastValue[]>;
}

/** Who writes: the API's app, or an owner in the browser. */
export interface Source {
  readonly sourceType: PastValue["sourceType"];
  readonly sourceId: string;
}

export interface Owner {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number;
  /** What HubSpot shares deals by. */
  readonly team: string;
}

interface Stage {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Pipeline {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly Stage[];
}

/** One direction of an association; each is kept both ways. */
export interface Association {
  readonly from: CrmRecord;
  readonly to: CrmRecord;
  readonly typeId: number;
}
