import type { Audit } from "../core/audit.ts";
import { messageOf, NeedsConnectionError } from "../core/errors.ts";
import type { Principal } from "../core/principal.ts";
import type { Transact, Tx } from "../core/tx.ts";
import type { Http } from "../http/types.ts";
import { openSignIn, type SignIn } from "./oauth.ts";
import { type Account, type IdentityStore, nameOf, type PersonRef } from "./ports.ts";
import { openRenewal, type Renewal } from "./renewal.ts";
import type { SignInSystem } from "./systems.ts";
import { openSignInFlow, type SignInFlow } from "./sign-in-flow.ts";

/** A structured log; never given tokens, codes or addresses. */
interface IdentityLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What connected accounts are made of. */
export interface AccountsParts {
  systems: readonly SignInSystem[];
  store: IdentityStore;
  transact: Transact;
  audit: Audit;
  /** A client of Steward's own, for the addresses of the systems alone. */
  http: Http;
  /** The account that the people map names for somebody. */
  mapped(principal: Principal, system: string): string | undefined;
  /** In the transaction that connects an account: whoever waits for it goes on. */
  connected(tx: Tx, system: string, person: PersonRef): Promise<void>;
  now?: () => Date;
  log: IdentityLog;
}

/** People's own accounts in other systems. */
export interface Accounts extends Renewal, SignInFlow {
  /** What people can connect here. */
  offered(): readonly Pick<SignInSystem, "system" | "word" | "title">[];
  /** By what people type, or by the tools' name of it. */
  named(word: string): SignInSystem | undefined;
  of(person: PersonRef): Promise<Account[]>;
  /** False: there was nothing to disconnect. */
  disconnect(system: string, person: PersonRef, why: string, actor: string): Promise<boolean>;
  /** Asks an identity provider anew which groups somebody is in; of other systems nothing. */
  askGroups(system: string, person: PersonRef): Promise<void>;
  /** Gives tokens back that are no longer used. */
  giveBack(): Promise<void>;
}

/** Tokens given back in one go. */
const leavingMax = 20;

/** Opens people's accounts. */
export const openAccounts = (parts: AccountsParts): Accounts => {
  const { store, transact, audit, log } = parts;
  const now = parts.now ?? (() => new Date());
  const signIns = new Map<string, { system: SignInSystem; signIn: SignIn }>(
    parts.systems.map((system) => [system.system, { system, signIn: openSignIn(system, parts.http, now) }]),
  );
  const signInOf = (system: string): SignIn => {
    const found = signIns.get(system);
    if (found === undefined) throw new NeedsConnectionError(system);
    return found.signIn;
  };

  /** In the caller's transaction; what it was is audited with it. */
  const removeIn = async (tx: Tx, system: string, person: PersonRef, why: string, actor: string) => {
    const was = await store.remove(tx, system, person, why);
    if (was === undefined) return false;
    await audit.appendIn(tx, {
      ...{ kind: "identity.disconnected", actor },
      fields: { system, person: nameOf(person), account: was.account, username: was.username, why },
    });
    return true;
  };

  const renewal = openRenewal({ store, transact, signInOf, removeIn });

  return {
    offered: () => parts.systems.map(({ system, word, title }) => ({ system, word, title })),
    named: (word) => {
      const typed = word.trim().toLowerCase();
      return (
        parts.systems.find((one) => one.word === typed) ?? parts.systems.find((one) => one.system === typed)
      );
    },
    of: (person) => store.of(person),
    ...openSignInFlow({ ...parts, now }, signInOf),
    async disconnect(system, person, why, actor) {
      return transact((tx) => removeIn(tx, system, person, why, actor));
    },
    ...renewal,
    async askGroups(system, person) {
      const found = signIns.get(system);
      if (found?.system.whoami.kind !== "openid" || found.system.whoami.groupsClaim === undefined) return;
      const { groups } = await found.signIn.whoami(await renewal.token(system, person));
      await store.setGroups(system, person, groups);
    },
    async giveBack() {
      for (const { id, system, tokens } of await store.leaving(leavingMax)) {
        try {
          await signIns.get(system)?.signIn.revoke(tokens);
          await store.left(id);
        } catch (error) {
          log.warn({ system, reason: messageOf(error) }, "a token could not be given back yet");
        }
      }
    },
  };
};
