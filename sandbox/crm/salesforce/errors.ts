import { json } from "../../http/reply.ts";
import type { Reply } from "../../http/types.ts";

/** Stops a handler with an error in Salesforce's shape: a list. */
export class SalesforceError extends Error {
  readonly reply: Reply;

  constructor(status: number, errorCode: string, message: string, fields?: readonly string[]) {
    super(message);
    this.reply = json(status, [{ message, errorCode, ...(fields && { fields }) }]);
  }
}

export const malformed = (message: string): SalesforceError =>
  new SalesforceError(400, "MALFORMED_QUERY", message);
