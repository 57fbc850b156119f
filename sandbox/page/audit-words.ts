import type { AuditRow } from "./types.ts";

/** What a row says to people who do not know the log. Kinds without words of their own are shown as they are. */
const WORDS: Readonly<Record<string, string>> = {
  "turn.accepted": "Request received",
  "turn.ended": "Request answered",
  "read.done": "Looked up",
  "call.refused": "Call refused",
  "click.refused": "Click refused",
  "vote.counted": "Vote counted",
  "action.proposed": "Change proposed",
  "action.asked": "Approval asked for",
  "action.approved": "Approved",
  "action.rejected": "Rejected",
  "action.intent": "About to act",
  "action.sent": "Sent",
  "action.settled": "Settled",
  "action.succeeded": "Done",
  "action.failed": "Failed",
  "action.unknown": "Outcome unknown",
  "action.checked": "Checked",
  "action.expired": "Expired",
  "action.cancelled": "Cancelled",
  "action.superseded": "Replaced",
  "action.refreshed": "Target moved, asked again",
  "action.followed": "Followed to its end",
};

export const kindWords = (kind: string): string => WORDS[kind] ?? sentence(kind.replace(/[._]/g, " "));

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Who did it: a person by name, or Steward. `handles`: real names by handle and by id. */
export function actorWords(actor: string, handles: ReadonlyMap<string, string>): string {
  if (actor.startsWith("worker:") || actor === "steward") return "Steward";
  const id = actor.replace(/^(mail|slack):/, "").replace(/^T[A-Z0-9]+\//, "");
  return handles.get(id) ?? handles.get(id.split("@")[0] ?? id) ?? id;
}

const FACTS = ["tool", "target", "state", "outcome", "rule", "risk", "reason", "code"] as const;

/** The fields that say what it was about, on one line. */
export const factWords = ({ fields }: AuditRow): string =>
  FACTS.flatMap((name) => {
    const value = fields[name];
    if (typeof value !== "string" && typeof value !== "number") return [];
    return name === "risk" ? [`R${String(value).replace(/^R/, "")}`] : [String(value)];
  }).join(" · ");
