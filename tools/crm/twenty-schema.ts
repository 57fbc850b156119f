import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { Kind, Pipeline, StagedKind } from "./port.ts";

/**
 * What an instance publishes of itself at `/rest/open-api/core`: its objects with their fields, custom ones included.
 * Only what is read here is kept; the document has megabytes.
 */
export const documentShape = z.object({
  paths: z.record(z.string(), z.unknown()),
  components: z.object({
    schemas: z.record(
      z.string(),
      z.object({
        properties: z
          .record(z.string(), z.object({ enum: z.array(z.string()).optional().catch(undefined) }))
          .optional()
          .catch(undefined),
      }),
    ),
  }),
});

/** Our words for the fields of one object, as this instance calls them; what it does not have is left out. */
export type Fields = Partial<
  Record<"stage" | "priority" | "cause" | "description" | "owner" | "contact" | "company", string>
>;

export interface TwentySchema {
  kinds: readonly Kind[];
  merges: readonly Kind[];
  fields: Record<Kind, Fields>;
  pipelines: Record<StagedKind, Pipeline[]>;
  /** How a note or a task names what it is about: `targetPersonId`, in older instances `personId`. */
  targets: Record<Kind, string>;
}

/** Names of objects in the document and in addresses. Tickets are an object of one's own, where there is one. */
export const objects: Record<Kind, { schema: string; plural: string; one: string }> = {
  contact: { schema: "Person", plural: "people", one: "person" },
  company: { schema: "Company", plural: "companies", one: "company" },
  deal: { schema: "Opportunity", plural: "opportunities", one: "opportunity" },
  ticket: { schema: "Ticket", plural: "tickets", one: "ticket" },
};

const candidates: Record<keyof Fields, readonly string[]> = {
  stage: ["stage", "status"],
  priority: ["priority"],
  cause: ["cause", "category", "reason"],
  description: ["description", "content"],
  owner: ["ownerId", "accountOwnerId", "assigneeId"],
  contact: ["pointOfContactId", "personId", "contactId"],
  company: ["companyId"],
};

const everyKind: readonly Kind[] = ["contact", "company", "deal", "ticket"];

/** Twenty keeps no mark of what is over: told by these words in a stage's name. */
const over = /\b(won|lost|closed|done|customer|solved|resolved)\b/i;

/** Reads the document. Throws where it is none of Twenty's. */
export function readSchema({ paths, components }: z.infer<typeof documentShape>): TwentySchema {
  const properties = (name: string) => components.schemas[name]?.properties ?? {};
  const kinds = everyKind.filter((kind) => paths[`/${objects[kind].plural}`] !== undefined);
  if (!kinds.includes("deal")) {
    throw new TerminalError(
      "unexpected_reply",
      "Twenty's own document at /rest/open-api/core names no opportunities. The token may lack its role, or something else answers at TWENTY_URL. An operator looks at it.",
    );
  }
  const fieldsOf = (kind: Kind): Fields => {
    const own = properties(objects[kind].schema);
    return Object.fromEntries(
      Object.entries(candidates).flatMap(([word, names]) => {
        const found = names.find((name) => own[name] !== undefined);
        return found === undefined ? [] : [[word, found]];
      }),
    );
  };
  const fields = {
    contact: fieldsOf("contact"),
    company: fieldsOf("company"),
    deal: fieldsOf("deal"),
    ticket: fieldsOf("ticket"),
  };
  const pipelineOf = (kind: StagedKind): Pipeline[] => {
    const values = properties(objects[kind].schema)[fields[kind].stage ?? ""]?.enum ?? [];
    return values.length === 0 ? [] : [{ id: kind, label: `${labelOf(kind)}s`, stages: values.map(stage) }];
  };
  const target = properties("NoteTarget");
  const targetOf = (kind: Kind): string => {
    const { one } = objects[kind];
    const now = `target${one.charAt(0).toUpperCase()}${one.slice(1)}Id`;
    return target[now] === undefined && target[`${one}Id`] !== undefined ? `${one}Id` : now;
  };
  return {
    kinds,
    merges: kinds.filter((kind) => paths[`/${objects[kind].plural}/merge`] !== undefined),
    fields,
    pipelines: { deal: pipelineOf("deal"), ticket: pipelineOf("ticket") },
    targets: {
      contact: targetOf("contact"),
      company: targetOf("company"),
      deal: targetOf("deal"),
      ticket: targetOf("ticket"),
    },
  };
}

/** `CLOSED_WON` as people read it: the document gives no labels. */
const labelOf = (value: string): string => {
  const words = value.toLowerCase().replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

const stage = (id: string) => {
  const label = labelOf(id);
  return { id, label, closed: over.test(label), probability: undefined };
};
