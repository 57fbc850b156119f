import { credentialName } from "../core/capability.ts";
import { TerminalError } from "../core/errors.ts";
import type { Credentials, HttpRequest, Secret } from "./types.ts";

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
  const signature = await credentials.header(credential);
  if (signature === undefined) return undefined;
  if (!signature.origins.includes(address.origin)) {
    throw new TerminalError(
      "credential_elsewhere",
      `The account ${credentialName(credential)} is for ${signature.origins.join(", ") || "no address"} alone, so nothing was sent to ${address.origin}.`,
    );
  }
  return { header: signature.header, value: signature.value };
}
