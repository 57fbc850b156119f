import type { LookupFunction, Socket } from "node:net";
import { callbackify } from "node:util";
import { buildConnector } from "undici";
import { reason } from "./reason.ts";
import { type Checked, openAddressBook, type Resolve } from "./resolve.ts";

/** Milliseconds to reach a system and shake hands. */
const connectMs = 5000;

/** No connection stood: surely nothing was received. */
export class NotConnected extends Error {}

/** The host leads where nobody may call. */
export class Barred extends NotConnected {}

/** The addresses that were judged, whatever the name would answer now. */
const lookupOf =
  (addresses: Extract<Checked, { kind: "go" }>["addresses"]): LookupFunction =>
  (_, { all }, found) => {
    const [first] = addresses;
    if (all === true) found(null, [...addresses]);
    else found(null, first?.address ?? "", first?.family);
  };

const dial = (connect: buildConnector.connector, options: buildConnector.Options): Promise<Socket> =>
  new Promise((resolve, reject) => {
    connect(options, (...[error, socket]) => (error === null ? resolve(socket) : reject(error)));
  });

/**
 * Connects to checked addresses alone, and marks every failure before a connection stood, so that "not sent" is known
 * and never guessed.
 */
export function connectorOn(resolve: Resolve | undefined): buildConnector.connector {
  const check = openAddressBook(resolve);
  const open = async (options: buildConnector.Options): Promise<Socket> => {
    try {
      const checked = await check(options.hostname);
      if (checked.kind === "refused") throw new Barred(checked.why);
      const { addresses } = checked;
      return await dial(buildConnector({ timeout: connectMs, lookup: lookupOf(addresses) }), options);
    } catch (error) {
      throw error instanceof NotConnected ? error : new NotConnected(reason(error), { cause: error });
    }
  };
  const opening = callbackify(open);
  return (options, done) => {
    opening(options, (error, socket) => (error === null ? done(null, socket) : done(error, null)));
  };
}
