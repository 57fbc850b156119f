/** A row of any object; `object` is its singular name. */
export interface Row {
  readonly object: string;
  id: string;
  createdAt: string;
  updatedAt: string;
  [field: string]: unknown;
}

/** What a field takes: text, a moment, a choice of these, money and the like, or the id of another object's row. */
export type FieldKind = "text" | "moment" | "composite" | readonly string[] | { to: string };

interface ObjectType {
  plural: string;
  schema: string;
  fields: Readonly<Record<string, FieldKind>>;
}

const dealStages = ["QUALIFICATION", "PROPOSAL", "NEGOTIATION", "CLOSED_WON", "CLOSED_LOST"];

/** The objects of an instance whose admin added tickets, and a description to opportunities. */
export const objectTypes: Readonly<Record<string, ObjectType>> = {
  person: {
    plural: "people",
    schema: "Person",
    fields: {
      name: "composite",
      emails: "composite",
      phones: "composite",
      jobTitle: "text",
      city: "text",
      companyId: { to: "company" },
    },
  },
  company: {
    plural: "companies",
    schema: "Company",
    fields: {
      name: "text",
      domainName: "composite",
      address: "composite",
      accountOwnerId: { to: "workspaceMember" },
    },
  },
  opportunity: {
    plural: "opportunities",
    schema: "Opportunity",
    fields: {
      name: "text",
      amount: "composite",
      closeDate: "moment",
      stage: dealStages,
      description: "text",
      companyId: { to: "company" },
      pointOfContactId: { to: "person" },
      ownerId: { to: "workspaceMember" },
    },
  },
  ticket: {
    plural: "tickets",
    schema: "Ticket",
    fields: {
      name: "text",
      description: "text",
      status: ["NEW", "WAITING_ON_US", "CLOSED"],
      priority: ["LOW", "MEDIUM", "HIGH"],
      category: ["BILLING", "QUESTION", "PRODUCT"],
      personId: { to: "person" },
      companyId: { to: "company" },
      assigneeId: { to: "workspaceMember" },
    },
  },
  note: { plural: "notes", schema: "Note", fields: { title: "text", bodyV2: "composite" } },
  task: {
    plural: "tasks",
    schema: "Task",
    fields: {
      title: "text",
      bodyV2: "composite",
      dueAt: "moment",
      status: ["TODO", "IN_PROGRESS", "DONE"],
      assigneeId: { to: "workspaceMember" },
    },
  },
  noteTarget: {
    plural: "noteTargets",
    schema: "NoteTarget",
    fields: {
      noteId: { to: "note" },
      targetPersonId: { to: "person" },
      targetCompanyId: { to: "company" },
      targetOpportunityId: { to: "opportunity" },
      targetTicketId: { to: "ticket" },
    },
  },
  taskTarget: {
    plural: "taskTargets",
    schema: "TaskTarget",
    fields: {
      taskId: { to: "task" },
      targetPersonId: { to: "person" },
      targetCompanyId: { to: "company" },
      targetOpportunityId: { to: "opportunity" },
      targetTicketId: { to: "ticket" },
    },
  },
  workspaceMember: {
    plural: "workspaceMembers",
    schema: "WorkspaceMember",
    fields: { name: "composite", userEmail: "text" },
  },
};

/** The document that the instance publishes of itself, as far as anybody reads it. */
export function openApiDocument(): object {
  const types = Object.values(objectTypes);
  const merging = ["/people/merge", "/companies/merge"].map((path) => [path, { patch: {} }]);
  return {
    openapi: "3.1.1",
    info: { title: "Twenty Api", version: "v0.2" },
    paths: Object.fromEntries([
      ...types.flatMap(({ plural }) => [
        [`/${plural}`, { get: {}, post: {} }],
        [`/${plural}/{id}`, { get: {}, patch: {} }],
      ]),
      ...merging,
    ]) as object,
    components: {
      schemas: Object.fromEntries(
        types.map(({ schema, fields }) => [
          schema,
          {
            type: "object",
            properties: Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, shown(kind)])),
          },
        ]),
      ),
    },
  };
}

const shown = (kind: FieldKind): object => {
  if (kind === "composite") return { type: "object" };
  if (kind === "moment") return { type: "string", format: "date-time" };
  return Array.isArray(kind) ? { type: "string", enum: kind } : { type: "string" };
};
