import { AssociationTypes } from "@hubspot/api-client/lib/src/enums/AssociationTypes.js";
import { AssociationSpecAssociationCategoryEnum } from "@hubspot/api-client/lib/codegen/crm/deals/models/AssociationSpec.js";
import type { BatchReadInputSimplePublicObjectId } from "@hubspot/api-client/lib/codegen/crm/deals/models/BatchReadInputSimplePublicObjectId.js";
import { FilterOperatorEnum } from "@hubspot/api-client/lib/codegen/crm/deals/models/Filter.js";
import type { PublicMergeInput } from "@hubspot/api-client/lib/codegen/crm/deals/models/PublicMergeInput.js";
import type { PublicObjectSearchRequest } from "@hubspot/api-client/lib/codegen/crm/deals/models/PublicObjectSearchRequest.js";
import type { SimplePublicObjectInput } from "@hubspot/api-client/lib/codegen/crm/deals/models/SimplePublicObjectInput.js";
import type { SimplePublicObjectInputForCreate } from "@hubspot/api-client/lib/codegen/crm/deals/models/SimplePublicObjectInputForCreate.js";
import { expect, it } from "vitest";
import type { HttpRequest } from "../../../src/http/types.ts";
import { hubSpot } from "../../../tools/crm/hubspot.ts";
import type { Kind } from "../../../tools/crm/port.ts";
import { contextOf } from "./calling.ts";

/**
 * What the adapter sends, held against the types and the association numbers of HubSpot's own client: expected bodies
 * are written as those types, so that a field HubSpot does not know would not compile.
 */
const recording = () => {
  const sent: HttpRequest[] = [];
  const record = {
    id: "1",
    properties: {},
    createdAt: "2026-11-20T10:00:00Z",
    updatedAt: "2026-11-20T10:00:00Z",
  };
  const body = { ...record, total: 1, results: [{ ...record, toObjectId: 7 }] };
  const http = {
    request: (request: HttpRequest) => {
      sent.push(request);
      return Promise.resolve({ status: 200, headers: {}, body, cut: false });
    },
    close: () => Promise.resolve(),
  };
  const crm = hubSpot({ url: "https://api.example", sees: "all" }, http, Date.now);
  const bodies = () =>
    sent.flatMap(({ body: text }) => (typeof text === "string" ? [JSON.parse(text) as unknown] : []));
  return { crm, bodies, paths: () => sent.map(({ url }) => new URL(url).pathname) };
};
const context = contextOf("dan", { hubspot_owner: "71001" });
const at = new Date("2026-11-24T09:00:00.000Z");
const linkedTo = (id: string, associationTypeId: number) => [
  {
    to: { id },
    types: [
      { associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined, associationTypeId },
    ],
  },
];

const onKinds: [kind: Kind, note: number, call: number, task: number][] = [
  ["contact", AssociationTypes.noteToContact, AssociationTypes.callToContact, AssociationTypes.taskToContact],
  ["company", AssociationTypes.noteToCompany, AssociationTypes.callToCompany, AssociationTypes.taskToCompany],
  ["deal", AssociationTypes.noteToDeal, AssociationTypes.callToDeal, AssociationTypes.taskToDeal],
  ["ticket", AssociationTypes.noteToTicket, AssociationTypes.callToTicket, AssociationTypes.taskToTicket],
];

it.each(onKinds)("notes, calls and tasks on a %s", async (kind, note, call, task) => {
  const { crm, bodies, paths } = recording();
  const on = { kind, id: "5" };
  const entry = { text: "Hi", detail: "Action a.", at, ownerId: "71001" };
  await crm.log({ kind: "note", ...entry }, on, context);
  await crm.log({ kind: "call", ...entry }, on, context);
  await crm.log({ kind: "task", ...entry }, on, context);
  const common = { hs_timestamp: "2026-11-24T09:00:00.000Z", hubspot_owner_id: "71001" };
  const words = "Hi<br><br>Action a.";
  const wanted: SimplePublicObjectInputForCreate[] = [
    { properties: { hs_note_body: words, ...common }, associations: linkedTo("5", note) },
    {
      properties: { hs_call_title: "Call", hs_call_body: words, hs_call_status: "COMPLETED", ...common },
      associations: linkedTo("5", call),
    },
    {
      properties: {
        hs_task_subject: "Hi",
        hs_task_body: "Action a.",
        hs_task_status: "NOT_STARTED",
        hs_task_type: "TODO",
        ...common,
      },
      associations: linkedTo("5", task),
    },
  ];
  expect(bodies()).toEqual(wanted);
  expect(paths()).toEqual(["/crm/v3/objects/notes", "/crm/v3/objects/calls", "/crm/v3/objects/tasks"]);
});

it("creates, changes and merges", async () => {
  const { crm, bodies } = recording();
  await crm.create(
    "deal",
    { name: "X", amount: 5 },
    [
      { kind: "company", id: "3" },
      { kind: "contact", id: "2" },
    ],
    context,
  );
  await crm.create(
    "ticket",
    { name: "Y", priority: "high" },
    [
      { kind: "contact", id: "2" },
      { kind: "company", id: "3" },
    ],
    context,
  );
  await crm.create("contact", { email: "a@b.example" }, [{ kind: "company", id: "3" }], context);
  await crm.update("deal", "5", { closeDate: "2027-03-31" }, "", context);
  await crm.merge("company", "3", "4", context);
  const created: SimplePublicObjectInputForCreate[] = [
    {
      properties: { dealname: "X", amount: "5" },
      associations: [
        ...linkedTo("3", AssociationTypes.dealToCompany),
        ...linkedTo("2", AssociationTypes.dealToContact),
      ],
    },
    {
      properties: { subject: "Y", hs_ticket_priority: "HIGH" },
      associations: [
        ...linkedTo("2", AssociationTypes.ticketToContact),
        ...linkedTo("3", AssociationTypes.ticketToCompany),
      ],
    },
    { properties: { email: "a@b.example" }, associations: linkedTo("3", AssociationTypes.contactToCompany) },
  ];
  const changed: SimplePublicObjectInput = { properties: { closedate: "2027-03-31T00:00:00.000Z" } };
  const merged: PublicMergeInput = { primaryObjectId: "3", objectIdToMerge: "4" };
  expect(bodies()).toEqual([...created, changed, merged]);
});

it("searches, and reads many at once", async () => {
  const { crm, bodies } = recording();
  const query = { text: "glob", ownerId: "71001", stageIds: ["contractsent"], rowsMax: 1 };
  await crm.find("deal", query, context);
  await crm.linked({ kind: "company", id: "3" }, "contact", 5, context);
  const search: Pick<PublicObjectSearchRequest, "query" | "filterGroups" | "limit"> = {
    query: "glob",
    limit: 1,
    filterGroups: [
      {
        filters: [
          { propertyName: "dealstage", operator: FilterOperatorEnum.In, values: ["contractsent"] },
          { propertyName: "hubspot_owner_id", operator: FilterOperatorEnum.Eq, value: "71001" },
        ],
      },
    ],
  };
  const read: BatchReadInputSimplePublicObjectId = {
    inputs: [{ id: "7" }],
    properties: ["firstname", "lastname", "email", "phone", "jobtitle", "hubspot_owner_id"],
    propertiesWithHistory: [],
  };
  expect(bodies()).toEqual([expect.objectContaining(search), read]);
});
