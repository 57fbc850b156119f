import { TerminalError } from "../core/errors.ts";
import type { Credentials, Secret } from "./types.ts";

/** How the service's own account signs in to a system; without `secret` it takes none. */
export interface ServiceAccount {
  /** Where it may be sent; only the origin counts. */
  url: string;
  secret?: Secret;
}

/** The accounts that the operator configured, by the tools' system. People's own accounts are not among them. */
export const serviceCredentials = (accounts: Readonly<Record<string, ServiceAccount>>): Credentials => ({
  header: ({ system, as }) => {
    const account = Object.hasOwn(accounts, system) ? accounts[system] : undefined;
    if (as !== "service" || account === undefined) {
      const whose = as === "service" ? "a service account" : "people's own accounts";
      return Promise.reject(
        new TerminalError(
          "no_account",
          `${system} has no configuration for ${whose}, so nothing was sent. An operator configures it.`,
        ),
      );
    }
    const { secret, url } = account;
    return Promise.resolve(secret && { ...secret, origins: [new URL(url).origin] });
  },
});
