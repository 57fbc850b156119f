import type { ActionState, Ask } from "../core/action.ts";
import type { Principal } from "../core/principal.ts";
import { peopleFor, samePerson } from "./eligible.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import { requestOf } from "./request.ts";
import type { ClickAnswer } from "./types.ts";

/** People whom a private answer names for one ask. */
const namedMax = 5;

const listed = new Intl.ListFormat("en-GB", { type: "conjunction" });

const whoMay = async (parts: Parts, ask: Ask, action: LedgerAction): Promise<string> => {
  if (ask.group === "requester") return `${action.principal.name}, who asked for it, confirms it`;
  const people = await peopleFor(parts, ask, requestOf(action));
  const named = people.slice(0, namedMax).map(({ name }) => name);
  const who = named.length === 0 ? ask.group : `${ask.group} (${listed.format(named)})`;
  return `${who} decides, by rule ${ask.policy}${ask.because === "" ? "" : `: ${ask.because.replace(/\.$/, "")}`}`;
};

/** Why nobody of this kind decides here; empty for a member of our own. */
const outsider = ({ name, user, active, guest, external, bot }: Principal): string => {
  // Somebody unknown has no name but the id.
  if (!active) return name === user ? "Slack does not know you here." : "Your account is not active here.";
  if (bot) return "Programs decide nothing here.";
  if (external) return "People of other organisations and workspaces decide nothing here.";
  return guest ? "Guests decide nothing here." : "";
};

/** Why this person's click does not count, and whose would. */
export const notEligible = async (
  parts: Parts,
  clicker: Principal,
  action: LedgerAction,
): Promise<ClickAnswer> => {
  const asks = await Promise.all(action.asks.map((ask) => whoMay(parts, ask, action)));
  const own =
    samePerson(clicker, action.principal) && action.asks.every(({ group }) => group !== "requester");
  const why =
    outsider(clicker) ||
    (own
      ? "You asked for this yourself, so somebody else has to decide it."
      : "This is not yours to decide.");
  return { kind: "not_eligible", text: `${why} ${asks.join("; ")}.`, state: action.state };
};

const closedText: Record<Exclude<ActionState, "waiting">, string> = {
  planned: "This is not open for decisions yet. Please look again in a moment.",
  approved: "This is approved already and about to start.",
  executing: "This is approved already and running now.",
  succeeded: "This is done already.",
  failed: "This was tried already and failed; the card says why.",
  unknown: "This was sent already and nobody can say what became of it. Press Check on its card.",
  rejected: "This was rejected already.",
  expired: "This expired before it was decided; nothing was done. Ask again if it is still wanted.",
  cancelled: "This was cancelled; nothing was done.",
  superseded: "This was replaced by a newer request. Look at the card again, then decide.",
};

/** A click on something that can no longer be decided. */
export const closed = (state: ActionState): ClickAnswer => {
  if (state === "expired") return { kind: "expired", text: closedText.expired, state };
  if (state === "waiting") {
    return { kind: "moved", text: "This has just changed. Look at the card again, then decide.", state };
  }
  return { kind: state === "superseded" ? "moved" : "closed", text: closedText[state], state };
};

/** The clicker's word stands already. */
export const already = (): ClickAnswer => ({
  kind: "already",
  text: "Your decision is recorded already; it counts once.",
  state: "waiting",
});

/** The message that was clicked is none of the card's own. */
export const forged = (): ClickAnswer => ({
  kind: "forged",
  text: "This button is not part of a card that Steward posted, so nothing was decided. Use the card in its own thread, or /steward approvals.",
});

/** Nothing could be written, or nobody could be looked up. */
export const notRecorded = (why: string): ClickAnswer => ({
  kind: "not_recorded",
  text: `${why} Nothing was recorded; please click again in a moment.`,
});
