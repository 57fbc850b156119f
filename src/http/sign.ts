import { credentialName } from "../core/capability.ts";
import { RetryableError, type StewardError, TerminalError } from "../core/errors.ts";
import type { Credentials, HttpRequest, Secret } from "./types.ts";

/** Milliseconds after which a secret that could not be fetched may be asked for again. */
const laterMs = 5_000;

/** Without its secret a request is surely not sent, whatever went wrong while it was fetched. */
function unsigned({ system, effect }: HttpRequest, error: unknown): StewardError {
  if (error instanceof TerminalError) return error;
  const text = `The account in ${system} could not be used just now, so nothing was sent.`;
  return effect === "write"
    ? new TerminalError("http_not_sent", text, { cause: error })
    : new RetryableError("http_unsigned", text, laterMs, { cause: error });
}

/** The secret header of a request, fetched for this attempt alone. Throws before anything is sent. */
export async function signatureFor(
  request: HttpRequest,
  address: URL,
  credentials: Credentials | undefined,
): Promise<Secret | undefined> {
  const { credential, system, secret } = request;
  if (credential === undefined) return secret;
  if (credentials === undefined) {
    throw new TerminalError(
      "no_credentials",
      `${system} was to be called as ${credentialName(credential)}, but this client knows no accounts.`,
    );
  }
  const signature = await credentials.header(credential).catch((error: unknown) => {
    throw unsigned(request, error);
  });
  if (signature === undefined) return undefined;
  if (!signature.origins.includes(address.origin)) {
    throw new TerminalError(
      "credential_elsewhere",
      `The account ${credentialName(credential)} is for ${signature.origins.join(", ") || "no address"} alone, so nothing was sent to ${address.origin}.`,
    );
  }
  return { header: signature.header, value: signature.value };
}
