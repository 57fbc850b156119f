import { TerminalError } from "../core/errors.ts";
import type { Credentials, Secret } from "./types.ts";

/** How the service's own account signs in to a system; without `secret` it takes none. */
export interface ServiceAccount {
  /** Where it may be sent; only the origin counts. */
  url: string;
  /** As it is configured, or as a sign-in gives it when it is needed. */
  secret?: Secret | (() => Promise<Secret>);
}

/** The accounts that the operator configured, by the tools' system. People's own accounts are not among them. */
export const serviceCredentials = (accounts: Readonly<Record<string, ServiceAccount>>): Credentials => ({
  header: async ({ system, as }) => {
    const account = Object.hasOwn(accounts, system) ? accounts[system] : undefined;
    if (as !== "service" || account === undefined) {
      const whose = as === "service" ? "a service account" : "people's own accounts";
      throw new TerminalError(
        "no_account",
        `${system} has no configuration for ${whose}, so nothing was sent. An operator configures it.`,
      );
    }
    const { secret, url } = account;
    const signed = typeof secret === "function" ? await secret() : secret;
    return signed && { ...signed, origins: [new URL(url).origin] };
  },
});
