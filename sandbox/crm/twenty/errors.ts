import { json } from "../../http/reply.ts";
import type { Reply } from "../../http/types.ts";

/** Stops a handler with an error in Twenty's shape. */
export class TwentyError extends Error {
  readonly reply: Reply;

  constructor(statusCode: number, error: string, message: string) {
    super(message);
    this.reply = json(statusCode, { statusCode, error, messages: [message] });
  }
}

export const bad = (message: string): TwentyError => new TwentyError(400, "BadRequestException", message);
export const notFound = (): TwentyError => new TwentyError(404, "NotFoundException", "Record not found");
