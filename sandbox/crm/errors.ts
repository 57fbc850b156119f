import { createHash } from "node:crypto";
import { json } from "../http/reply.ts";
import type { Reply } from "../http/types.ts";

/** Stops a handler with an error in HubSpot's shape. */
export class CrmError extends Error {
  readonly reply: Reply;

  constructor(
    status: number,
    category: string,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    const correlationId = correlation(`${status} ${message}`);
    this.reply = json(status, { status: "error", message, correlationId, category, ...more });
  }
}

export const recordNotFound = (id: string): CrmError =>
  new CrmError(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.", {
    context: { id: [id] },
  });

/** One problem of a record's fields. */
export interface FieldProblem {
  readonly name: string;
  /** HubSpot's own words for the kind: PROPERTY_DOESNT_EXIST, INVALID_OPTION, INVALID_LONG … */
  readonly error: string;
  readonly message: string;
}

export const invalidFields = (problems: readonly FieldProblem[]): CrmError => {
  const details = problems.map(({ name, error, message }) => ({ isValid: false, message, error, name }));
  return new CrmError(400, "VALIDATION_ERROR", `Property values were not valid: ${JSON.stringify(details)}`, {
    errors: problems.map(({ name, error, message }) => ({
      message,
      code: error,
      context: { propertyName: [name] },
    })),
  });
};

export const badRequest = (message: string): CrmError => new CrmError(400, "VALIDATION_ERROR", message);

/** An id in the form HubSpot gives to every error; the same error gives the same id. */
function correlation(text: string): string {
  const hex = createHash("sha1").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
