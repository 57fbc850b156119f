import type { AuditRow } from "./types.ts";

/** What a row says to people who do not know the log. Kinds without words of their own are shown as they are. */
const WORDS: Readonly<Record<string, string>> = {
  "turn.started": "Request taken up",
  "turn.waiting": "Waits for people",
  "turn.ended": "Request answered",
  "turn.stopped": "Stopped",
  "read.done": "Looked up",
  "call.refused": "Call refused",
  "click.refused": "Click refused",
  "offer.used": "Offered button used",
  "offer.refused": "Offered button refused",
  "vote.counted": "Vote counted",
  "action.proposed": "Change proposed",
  "action.asked": "Approval asked for",
  "action.approved": "Approved",
  "action.rejected": "Rejected",
  "action.intent": "About to act",
  "action.succeeded": "Done",
  "action.failed": "Failed",
  "action.unknown": "Outcome unknown",
  "action.checked": "Outcome looked up",
  "action.expired": "Expired",
  "action.cancelled": "Cancelled",
  "action.superseded": "Replaced by a newer request",
  "action.refreshed": "Target moved, asked again",
  "action.followed": "Followed",
};

export const kindWords = (kind: string): string => WORDS[kind] ?? sentence(kind.replace(/[._]/g, " "));

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Who did it: a person by name, or Steward. `handles`: real names by handle and by id. */
export function actorWords(actor: string, handles: ReadonlyMap<string, string>): string {
  if (actor.startsWith("worker:") || actor === "steward") return "Steward";
  const id = actor.replace(/^(mail|slack):/, "").replace(/^T[A-Z0-9]+\//, "");
  return handles.get(id) ?? handles.get(id.split("@")[0] ?? id) ?? id;
}

/** The fields that say what it was about, on one line; all of them stand in the row's details. */
export const factWords = ({ fields, action }: AuditRow): string => {
  const word = (name: string): string[] => {
    const value = fields[name];
    return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
  };
  return [
    // Rows of one action need not repeat which tool it is.
    ...(action === null ? word("tool") : []),
    ...word("target").map((target) => target.replace(/^[A-Za-z]+\//, "")),
    ...word("risk").map((risk) => `R${risk}`),
    ...word("verdict"),
    ...word("why"),
    ...word("reason"),
    ...word("code"),
    ...word("state"),
  ].join(" · ");
};
