import {
  RetryableError,
  StewardError,
  TerminalError,
  UnknownOutcomeError,
  messageOf,
} from "../../src/core/errors.ts";
import { line } from "../text.ts";

/** The SDK's errors are told by their code alone. */
export const codeOf = (error: unknown): number | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "number" ? code : undefined;
};
/** JSON-RPC: nothing of the request was carried out. */
const refusedCodes = new Set([-32700, -32600, -32601, -32602]);
/** The SDK's own: no answer in time; the connection ended. */
const timeoutCode = -32001;
export const closedCode = -32000;
const laterMs = 30_000;
const wordsOf = (error: unknown): string =>
  line(messageOf(error).replace(/^MCP error -?\d+: /, ""), 300).replace(/[.]$/, "");

/** What failed before anything was asked to be done, or while reading, in words. */
export const readTrouble = (title: string, error: unknown): unknown => {
  if (error instanceof StewardError) return error;
  const code = codeOf(error);
  if (code !== undefined && refusedCodes.has(code)) {
    return new TerminalError("mcp_refused", `${title} refused the call: ${wordsOf(error)}.`, {
      cause: error,
    });
  }
  const why =
    code === timeoutCode
      ? "did not answer in time"
      : (error as { code?: unknown }).code === "ENOENT"
        ? "could not be started: its command is not there"
        : `failed (${wordsOf(error)})`;
  return new RetryableError("mcp_failed", `${title} ${why}. Nothing was changed.`, laterMs, { cause: error });
};

/** What failed after a write was on its way. */
export const writeTrouble = (title: string, error: unknown): unknown => {
  if (error instanceof StewardError) {
    return error instanceof RetryableError
      ? new UnknownOutcomeError("mcp_unknown", `${error.message} Whether it was carried out is unknown.`, {
          cause: error,
        })
      : error;
  }
  const code = codeOf(error);
  if (code !== undefined && refusedCodes.has(code)) {
    return new TerminalError(
      "mcp_refused",
      `${title} refused the call: ${wordsOf(error)}. Nothing was done.`,
      { cause: error },
    );
  }
  const why = code === timeoutCode ? "did not answer in time" : `broke off (${wordsOf(error)})`;
  return new UnknownOutcomeError(
    "mcp_unknown",
    `${title} ${why}. Whether it carried this out is unknown; check before anything is repeated.`,
    { cause: error },
  );
};

/** What failed before a write was on its way: surely nothing was done. */
export const prepared = async <T>(title: string, work: Promise<T>, signal: AbortSignal): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    const why = signal.aborted ? "there was no time left." : messageOf(readTrouble(title, error));
    throw new TerminalError("mcp_not_sent", `Nothing was sent: ${why}`, { cause: error });
  }
};
