import type { FieldProblem } from "./errors.ts";
import type { ObjectType, Pipeline, Properties } from "./types.ts";

type Kind = "text" | "number" | "moment" | "owner" | "pipeline" | "stage" | readonly string[];

interface Schema {
  /** Properties that a reply holds when none are asked for by name. */
  readonly shown: readonly string[];
  /** Properties that a search's `query` looks into. */
  readonly searched: readonly string[];
  readonly required: readonly string[];
  /** When the record last changed; HubSpot names it otherwise for contacts. */
  readonly modified: string;
  readonly created: string;
  readonly fields: Readonly<Record<string, Kind>>;
}

const usual = { modified: "hs_lastmodifieddate", created: "createdate", required: [] as readonly string[] };

export const SCHEMAS: Readonly<Record<ObjectType, Schema>> = {
  contacts: {
    ...usual,
    modified: "lastmodifieddate",
    shown: ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
    searched: ["firstname", "lastname", "email", "phone", "company"],
    fields: {
      email: "text",
      firstname: "text",
      lastname: "text",
      phone: "text",
      company: "text",
      jobtitle: "text",
      city: "text",
      lifecyclestage: ["subscriber", "lead", "opportunity", "customer"],
      hubspot_owner_id: "owner",
    },
  },
  companies: {
    ...usual,
    shown: ["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
    searched: ["name", "domain", "phone"],
    fields: {
      name: "text",
      domain: "text",
      phone: "text",
      city: "text",
      country: "text",
      industry: "text",
      numberofemployees: "number",
      hubspot_owner_id: "owner",
    },
  },
  deals: {
    ...usual,
    required: ["dealname"],
    shown: [
      "amount",
      "closedate",
      "createdate",
      "dealname",
      "dealstage",
      "hs_lastmodifieddate",
      "hs_object_id",
      "pipeline",
    ],
    searched: ["dealname", "pipeline", "dealstage", "description", "dealtype"],
    fields: {
      dealname: "text",
      amount: "number",
      closedate: "moment",
      dealstage: "stage",
      pipeline: "pipeline",
      description: "text",
      dealtype: ["newbusiness", "existingbusiness"],
      deal_currency_code: "text",
      hs_next_step: "text",
      hs_priority: ["low", "medium", "high"],
      hubspot_owner_id: "owner",
    },
  },
  tickets: {
    ...usual,
    required: ["hs_pipeline_stage"],
    shown: [
      "content",
      "createdate",
      "hs_lastmodifieddate",
      "hs_object_id",
      "hs_pipeline",
      "hs_pipeline_stage",
      "hs_ticket_category",
      "hs_ticket_priority",
      "subject",
    ],
    searched: ["subject", "content", "hs_pipeline_stage", "hs_ticket_category"],
    fields: {
      subject: "text",
      content: "text",
      hs_pipeline: "pipeline",
      hs_pipeline_stage: "stage",
      hs_ticket_category: ["PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY"],
      hs_ticket_priority: ["LOW", "MEDIUM", "HIGH"],
      source_type: "text",
      hubspot_owner_id: "owner",
    },
  },
  notes: {
    ...usual,
    created: "hs_createdate",
    required: ["hs_timestamp"],
    shown: ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
    searched: ["hs_note_body"],
    fields: { hs_note_body: "text", hs_timestamp: "moment", hubspot_owner_id: "owner" },
  },
  calls: {
    ...usual,
    created: "hs_createdate",
    required: ["hs_timestamp"],
    shown: ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
    searched: ["hs_call_title", "hs_call_body"],
    fields: {
      hs_call_title: "text",
      hs_call_body: "text",
      hs_call_status: ["QUEUED", "IN_PROGRESS", "NO_ANSWER", "COMPLETED"],
      hs_timestamp: "moment",
      hubspot_owner_id: "owner",
    },
  },
  tasks: {
    ...usual,
    created: "hs_createdate",
    required: ["hs_timestamp"],
    shown: ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
    searched: ["hs_task_subject", "hs_task_body"],
    fields: {
      hs_task_subject: "text",
      hs_task_body: "text",
      hs_task_status: ["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"],
      hs_task_priority: ["NONE", "LOW", "MEDIUM", "HIGH"],
      hs_task_type: ["TODO", "CALL", "EMAIL"],
      hs_timestamp: "moment",
      hubspot_owner_id: "owner",
    },
  },
};

/** What a value is checked against. */
interface Known {
  readonly owners: ReadonlySet<string>;
  readonly pipelines: readonly Pipeline[];
}

/**
 * Checks values written to a record, and gives them as stored (moments become ISO 8601). `current` is the record
 * before, because a stage belongs to a pipeline.
 */
export function checkFields(
  type: ObjectType,
  given: Readonly<Record<string, unknown>>,
  current: Properties,
  known: Known,
): { values: Properties; problems: FieldProblem[] } {
  const values: Properties = {};
  const problems: FieldProblem[] = [];
  const merged = { ...current, ...given };
  const pipelineId = merged[type === "tickets" ? "hs_pipeline" : "pipeline"];
  const pipeline = known.pipelines.find((one) => one.id === pipelineId) ?? known.pipelines[0];
  for (const [name, value] of Object.entries(given)) {
    const kind = SCHEMAS[type].fields[name];
    if (kind === undefined) {
      problems.push({ name, error: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` });
      continue;
    }
    if (typeof value === "object" && value !== null) {
      problems.push({
        name,
        error: "INVALID_VALUE",
        message: `The value of "${name}" must be a single value`,
      });
      continue;
    }
    const text = value === null || value === undefined ? "" : String(value as string | number | boolean);
    const problem = text === "" ? undefined : check(name, kind, text, known, pipeline);
    if (problem) problems.push({ name, ...problem });
    else values[name] = text === "" ? null : kind === "moment" ? isoOf(text) : text;
  }
  return { values, problems };
}

function check(
  name: string,
  kind: Kind,
  text: string,
  known: Known,
  pipeline: Pipeline | undefined,
): { error: string; message: string } | undefined {
  const option = (allowed: readonly string[]) =>
    allowed.includes(text)
      ? undefined
      : {
          error: "INVALID_OPTION",
          message: `${text} was not one of the allowed options: [${allowed.join(", ")}]`,
        };
  if (Array.isArray(kind)) return option(kind as readonly string[]);
  if (kind === "pipeline") return option(known.pipelines.map((one) => one.id));
  if (kind === "stage") return option(pipeline?.stages.map((stage) => stage.id) ?? []);
  if (kind === "owner" && !known.owners.has(text)) {
    return { error: "INVALID_OWNER_ID", message: `${text} is not a valid owner ID` };
  }
  if (kind === "number" && !/^-?\d+(\.\d+)?$/.test(text)) {
    return { error: "INVALID_LONG", message: `${text} was not a valid number.` };
  }
  if (kind === "moment" && Number.isNaN(Date.parse(isoOf(text)))) {
    return { error: "INVALID_DATE", message: `${text} was not a valid date for ${name}.` };
  }
  return undefined;
}

/** HubSpot takes milliseconds since 1970 or ISO 8601, and gives ISO 8601 back. */
function isoOf(text: string): string {
  const ms = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}
