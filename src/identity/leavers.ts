import type { Principal } from "../core/principal.ts";
import type { Accounts } from "./accounts.ts";
import type { IdentityStore, PersonRef } from "./ports.ts";

/** A person's directory entry is believed for two minutes; looked at this often, nobody acts for five after leaving. */
const lookSeconds = 100;
const looksAtOnce = 50;

interface LeaversParts {
  accounts: Pick<Accounts, "of" | "disconnect" | "askGroups">;
  store: Pick<IdentityStore, "lookAt">;
  /** As Slack's directory has them now; undefined: Slack does not know them. */
  personOf(person: PersonRef): Promise<Principal | undefined>;
  log: { warn(fields: object, message: string): void };
}

/** Ends the accounts of people who have left: they act nowhere any more, whatever tokens they once gave. */
export interface Leavers {
  /** Somebody was deactivated. */
  left(person: PersonRef): Promise<void>;
  /** Looks at those who are connected: an event can be lost. */
  look(): Promise<void>;
}

export const openLeavers = ({ accounts, store, personOf, log }: LeaversParts): Leavers => {
  const left = async (person: PersonRef): Promise<void> => {
    for (const { system } of await accounts.of(person)) {
      await accounts.disconnect(system, person, "the Slack account is no longer active", "slack");
    }
  };
  return {
    left,
    look: async () => {
      for (const { person, system } of await store.lookAt(lookSeconds, looksAtOnce)) {
        try {
          if ((await personOf(person))?.active !== true) await left(person);
          else await accounts.askGroups(system, person);
        } catch (error) {
          log.warn({ err: error }, "somebody with a connected account could not be looked up");
        }
      }
    },
  };
};
