import { TerminalError } from "../core/errors.ts";
import { allowedOrigins, checkAddress } from "./origins.ts";

/**
 * The transport for SDK clients that bring everything but the wire: the same allow-list, no redirects, nothing else.
 * Deadlines come with the caller's signal. Throws `TerminalError` for an address that is not the operator's.
 */
export const sdkFetch = (system: string, allow: readonly string[]): typeof fetch => {
  const allowed = allowedOrigins(allow);
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    checkAddress(url, allowed, system);
    const reply = await fetch(input, { ...init, redirect: "manual" });
    if (reply.status >= 300 && reply.status < 400) {
      await reply.body?.cancel();
      throw new TerminalError(
        "redirected",
        `${system} answered with a redirect (HTTP ${reply.status}), which is not followed. Check its configured address.`,
      );
    }
    return reply;
  };
};
