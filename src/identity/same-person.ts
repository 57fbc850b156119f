import { TerminalError } from "../core/errors.ts";
import type { Principal } from "../core/principal.ts";
import type { SignedIn } from "./whoami.ts";
import type { SignInSystem } from "./systems.ts";

/**
 * Whether who signed in is the person of the state. A link can be passed on: without this, whoever follows it would
 * lend their rights to who sent it. Told by the address that Slack's workspace and the system both vouch for, or by the
 * people map, which admins review.
 */
export const isSamePerson = (
  principal: Pick<Principal, "email" | "external">,
  signedIn: Pick<SignedIn, "email" | "username">,
  mapped: string | undefined,
): boolean => {
  if (principal.external) return false;
  if (mapped !== undefined) return mapped.toLowerCase() === signedIn.username.toLowerCase();
  const [ours, theirs] = [principal.email, signedIn.email].map((email) => email?.trim().toLowerCase());
  return ours !== undefined && ours !== "" && ours === theirs;
};

/** The refusal, for the page of whoever signed in: it names what they themselves just showed. */
export const notTheSame = (
  { title, system }: Pick<SignInSystem, "title" | "system">,
  principal: Pick<Principal, "name">,
  { username }: Pick<SignedIn, "username">,
): TerminalError =>
  new TerminalError(
    "another_person",
    `You signed in to ${title} as ${username}, and this sign-in was begun in Slack by ${principal.name}. Nothing was connected. ` +
      `If you are ${principal.name}: sign out of ${title} and begin again, or ask an admin to name your account (${system}: ${username}) in policies/people.yml. ` +
      `If you are not: somebody else's link reached you, and you need do nothing.`,
  );
