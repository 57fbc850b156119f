import { TerminalError } from "../core/errors.ts";

/**
 * The origins that may be called: those the operator configured, loopback included. A host from a model, a document
 * or a redirect is never among them.
 */
export function allowedOrigins(urls: readonly string[]): ReadonlySet<string> {
  return new Set(urls.map((url) => new URL(url).origin));
}

/** The parsed address. Throws where it is none, is not HTTP, carries credentials, or leads to another origin. */
export function checkAddress(url: string, allowed: ReadonlySet<string>, system: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new TerminalError(
      "bad_address",
      `${system} was to be called at something that is no http address.`,
    );
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new TerminalError(
      "bad_address",
      `The address of ${system} carries a user name or password; give a token instead.`,
    );
  }
  if (!allowed.has(parsed.origin)) {
    throw new TerminalError(
      "host_not_allowed",
      `${parsed.origin} is not a configured address of ${system}, so nothing was sent. ` +
        `Allowed: ${[...allowed].join(", ") || "none"}. An operator adds addresses by configuration.`,
    );
  }
  return parsed;
}
