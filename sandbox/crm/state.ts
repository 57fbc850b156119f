import type { Store } from "./store.ts";
import type { CrmRecord, ObjectType } from "./types.ts";

/** What the sandbox page's drawer shows of the CRM: newest changes first, stages and owners by name. */
export function drawerState(store: Store) {
  const rows = (type: ObjectType) =>
    store.records
      .filter((one) => one.type === type)
      .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt) || a.id.localeCompare(b.id));
  const ownerName = (record: CrmRecord) => {
    const owner = store.owners.find((one) => one.id === record.properties["hubspot_owner_id"]);
    return owner ? `${owner.firstName} ${owner.lastName}` : null;
  };
  const stageLabel = (type: "deals" | "tickets", id: string | null | undefined) =>
    store.pipelines[type].flatMap((pipeline) => pipeline.stages).find((stage) => stage.id === id)?.label ??
    null;
  const about = (record: CrmRecord) =>
    store.associations.filter((one) => one.from === record).map((one) => `${one.to.type}/${one.to.id}`);
  return {
    deals: rows("deals").map((record) => ({
      id: record.id,
      name: record.properties["dealname"] ?? "",
      stage: stageLabel("deals", record.properties["dealstage"]),
      stage_id: record.properties["dealstage"] ?? null,
      amount: record.properties["amount"] ?? null,
      close_date: record.properties["closedate"] ?? null,
      owner: ownerName(record),
      updated_at: record.updatedAt,
    })),
    tickets: rows("tickets").map((record) => ({
      id: record.id,
      subject: record.properties["subject"] ?? "",
      stage: stageLabel("tickets", record.properties["hs_pipeline_stage"]),
      priority: record.properties["hs_ticket_priority"] ?? null,
      cause: record.properties["hs_ticket_category"] ?? null,
      owner: ownerName(record),
      updated_at: record.updatedAt,
    })),
    notes: rows("notes").map((record) => ({
      id: record.id,
      body: record.properties["hs_note_body"] ?? "",
      about: about(record),
      updated_at: record.updatedAt,
    })),
    calls: rows("calls").map((record) => ({
      id: record.id,
      body: record.properties["hs_call_body"] ?? "",
      about: about(record),
      updated_at: record.updatedAt,
    })),
    tasks: rows("tasks").map((record) => ({
      id: record.id,
      subject: record.properties["hs_task_subject"] ?? "",
      status: record.properties["hs_task_status"] ?? null,
      due: record.properties["hs_timestamp"] ?? null,
      about: about(record),
      updated_at: record.updatedAt,
    })),
  };
}

export type CrmState = ReturnType<typeof drawerState>;
