import { createHash, randomBytes } from "node:crypto";
import { messageOf, TerminalError } from "../core/errors.ts";
import type { Principal } from "../core/principal.ts";
import type { AccountsParts } from "./accounts.ts";
import type { SignIn } from "./oauth.ts";
import { type Account, nameOf, type PersonRef, type Tokens } from "./ports.ts";
import { isSamePerson, notTheSame } from "./same-person.ts";
import type { SignInSystem } from "./systems.ts";
import type { SignedIn } from "./whoami.ts";

/** A sign-in in a person's browser: away to the system, and back. */
export interface SignInFlow {
  /** Begins a sign-in in a browser: where it is sent, and the mark it is to keep until it comes back. */
  begin(
    system: SignInSystem,
    person: PersonRef,
    redirectUri: string,
  ): Promise<{ address: string; state: string; browser: string }>;
  /**
   * Ends a sign-in. `personOf` looks the person up who began it. Throws `TerminalError` in words for the page: an
   * unknown or used state, another browser, another person's account.
   */
  finish(
    system: SignInSystem,
    answer: { state: string; code: string; browser: string; redirectUri: string },
    personOf: (person: PersonRef) => Promise<Principal>,
  ): Promise<{ account: Account; principal: Principal }>;
}

/** How long a browser may take for its sign-in. */
const signInSeconds = 900;

/** A text that nobody guesses. */
const unguessable = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** Opens the way of sign-ins. */
export const openSignInFlow = (
  parts: AccountsParts & { now(): Date },
  signInOf: (system: string) => SignIn,
): SignInFlow => {
  const { store, transact, audit, log, now } = parts;

  const giveBackAtOnce = async (system: string, tokens: Tokens): Promise<void> => {
    await signInOf(system)
      .revoke(tokens)
      .catch((error: unknown) =>
        log.warn({ system, reason: messageOf(error) }, "a token that is not kept could not be given back"),
      );
  };

  const keep = async (
    { system, title, word }: SignInSystem,
    person: PersonRef,
    signedIn: SignedIn,
    tokens: Tokens,
  ): Promise<Account> => {
    const { account, username, groups } = signedIn;
    const kept = await transact(async (tx) => {
      const row = { system, person, account, username, groups };
      if ((await store.keep(tx, row, tokens)) === "taken") return false;
      await audit.appendIn(tx, {
        ...{ kind: "identity.connected", actor: nameOf(person) },
        fields: { system, account, username, groups: groups.length },
      });
      await parts.connected(tx, system, person);
      return true;
    });
    if (!kept) {
      throw new TerminalError(
        "account_taken",
        `The ${title} account ${username} is connected to somebody else in this workspace, so nothing was connected. They can give it up with /steward disconnect ${word}.`,
      );
    }
    log.info({ system }, "an account was connected");
    return { system, person, account, username, groups, connectedAt: now() };
  };

  const begin: SignInFlow["begin"] = async (system, person, redirectUri) => {
    const [state, browser, verifier] = [unguessable(32), unguessable(32), unguessable(48)] as const;
    await store.begin({ state, system: system.system, person, browser, verifier, seconds: signInSeconds });
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    return { address: signInOf(system.system).address({ state, challenge, redirectUri }), state, browser };
  };

  const finish: SignInFlow["finish"] = async (system, { state, code, browser, redirectUri }, personOf) => {
    const begun = await store.take(state, system.system, browser);
    if (begun === undefined) {
      throw new TerminalError(
        "sign_in_unknown",
        `This sign-in was used before, took longer than ${signInSeconds / 60} minutes, or began in another browser. Begin again from Slack: /steward connect ${system.word}.`,
      );
    }
    const principal = await personOf(begun.person);
    if (!principal.active) {
      throw new TerminalError("person_inactive", "The Slack account that began this is no longer active.");
    }
    const signIn = signInOf(system.system);
    const tokens = await signIn.exchange(code, begun.verifier, redirectUri);
    try {
      const signedIn = await signIn.whoami(tokens.access);
      if (!isSamePerson(principal, signedIn, parts.mapped(principal, system.system))) {
        await audit.append({
          ...{ kind: "identity.refused", actor: nameOf(begun.person) },
          fields: { system: system.system, account: signedIn.account, why: "another person" },
        });
        throw notTheSame(system, principal, signedIn);
      }
      return { account: await keep(system, begun.person, signedIn, tokens), principal };
    } catch (error) {
      await giveBackAtOnce(system.system, tokens);
      throw error;
    }
  };

  return { begin, finish };
};
