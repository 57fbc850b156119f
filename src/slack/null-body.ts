import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import bolt from "@slack/bolt";

const { HTTPModuleFunctions: http } = bolt;

/** Characters of a body that may be nothing but `null`, as JSON or as a form's payload. */
const shortMax = 64;
/** Bolt's own limit, for a request that does not say its length. */
const bodyLimit = http.defaultBodyLimit;

interface Guard {
  signingSecret: string;
  /** Path that Slack posts to. */
  endpoint: string;
  /** Notes a verified payload that nobody here knows what to do with. */
  note(body: unknown): Promise<void>;
  /** Answers every other request. */
  next: RequestListener;
}

const isShort = ({ headers }: IncomingMessage): boolean => Number(headers["content-length"] ?? 0) <= shortMax;

const isNull = (body: Buffer): boolean => /^\s*(payload=)?null\s*$/.test(body.toString());

/**
 * A signed body of `null` is valid JSON that Bolt 5.1's HTTP receiver reads fields of, outside of any error handling:
 * the process would end. Such a body is taken here: verified, noted, acknowledged. All others go on to Bolt, which
 * reads no stream twice.
 */
export const guardNullBody = ({ signingSecret, endpoint, note, next }: Guard): RequestListener => {
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const buffered = await http.bufferIncomingMessage(request, bodyLimit);
    if (!isNull(buffered.rawBody)) return next(request, response);
    try {
      await http.parseAndVerifyHTTPRequest({ signingSecret }, request);
    } catch {
      return http.buildNoBodyResponse(response, 401);
    }
    await note(null);
    http.buildNoBodyResponse(response, 200);
  };
  return (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method !== "POST" || path !== endpoint || !isShort(request)) {
      next(request, response);
      return;
    }
    // Too long after all, cut off, or not noted: refused, and Slack may send it again.
    take(request, response).catch((error: unknown) =>
      http.buildNoBodyResponse(response, http.isRawBodyError(error) ? error.statusCode : 503),
    );
  };
};
