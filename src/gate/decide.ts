import type { Ask } from "../core/action.ts";
import { personKey } from "../core/principal.ts";
import type { Principal } from "../core/principal.ts";
import { castVote } from "./cast.ts";
import { answerable, samePerson } from "./eligible.ts";
import { isGenuine } from "./genuine.ts";
import { answerIfMoved } from "./moved.ts";
import type { Parts } from "./parts.ts";
import { closed, forged, notEligible, notRecorded } from "./phrases.ts";
import type { LedgerAction } from "./ports.ts";
import { isExpired, requestOf } from "./request.ts";
import { seenThere } from "./seen-there.ts";
import type { Click, ClickAnswer, GateDecisions } from "./types.ts";

/** Answers that are refusals: each is audited. */
const refusals: ReadonlySet<ClickAnswer["kind"]> = new Set([
  "not_eligible",
  "forged",
  "closed",
  "expired",
  "already",
  "moved",
  "not_recorded",
]);

/** Ids are random UUIDs: anything else cannot be one of ours. */
const isId = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** The action that a button's value names, when the message it stood on is one of its card. */
export const genuineAction = async (
  parts: Parts,
  id: string,
  clicker: Principal,
  message: Click["message"],
): Promise<LedgerAction | undefined> => {
  const action = isId(id) ? await parts.ledger.actions.get(id) : undefined;
  if (action === undefined || !(await isGenuine(parts, action, clicker.user, message))) return undefined;
  return action;
};

/** Where a button stood: `C0PAYDEV/1763.4`, or `list` for one in a private list. Cut: a payload may say anything. */
const placeOf = (message: Click["message"]): string =>
  "shownTo" in message ? "list" : `${message.channel}/${message.ts}`.slice(0, 100);

/** Records a click that did not count. The row says who, where and why; the button's text is kept aside, cut. */
export const auditRefusal = (
  parts: Parts,
  click: Pick<Click, "action" | "clicker" | "message"> & { kind: string },
  answer: ClickAnswer,
): Promise<void> =>
  parts.audit.append({
    kind: "click.refused",
    actor: personKey(click.clicker),
    ...(isId(click.action) && { action: click.action }),
    fields: {
      click: click.kind,
      answer: answer.kind,
      on: placeOf(click.message),
      workspace: click.clicker.workspace,
    },
    payload: { value: click.action.slice(0, 200), text: answer.text },
  });

/** The asks that this click answers. A requester may always withdraw what they asked for. */
const asksOf = async (parts: Parts, click: Click, action: LedgerAction): Promise<Ask[] | "withdrawn"> => {
  const asks = await answerable(parts, click.clicker, action.asks, requestOf(action));
  const withdraws =
    asks.length === 0 && click.kind === "reject" && samePerson(click.clicker, action.principal);
  return withdraws && click.clicker.active ? "withdrawn" : asks;
};

const decide = async (parts: Parts, click: Click): Promise<ClickAnswer> => {
  const action = await genuineAction(parts, click.action, click.clicker, click.message);
  if (action === undefined) return forged();
  if (action.state !== "waiting") return closed(action.state);
  if (isExpired(action)) return closed("expired");
  // The person as the directory has them now, not as the click's payload says.
  const found = await parts.directory.person(click.clicker.workspace, click.clicker.user);
  const clicker = found && seenThere(found, action.conversation);
  if (clicker === undefined) return notEligible(parts, click.clicker, action);
  const known = { ...click, clicker };
  const asks = await asksOf(parts, known, action);
  if (asks === "withdrawn") return castVote(parts, action, known, []);
  if (asks.length === 0) return notEligible(parts, clicker, action);
  if (click.kind === "reject") return castVote(parts, action, known, asks);
  if ((click.reason ?? "").trim() === "" && asks.every(({ reason }) => reason)) {
    const text = "The rule that asks you wants a reason with the approval. Nothing was recorded.";
    return { kind: "reason_wanted", text, state: action.state };
  }
  const requester = await parts.directory.person(action.principal.workspace, action.principal.user);
  const moved = await answerIfMoved(parts, action, requester ?? action.principal);
  return moved ?? castVote(parts, action, known, asks);
};

/**
 * Decides a click at intake (R6), before Slack is acknowledged. Never throws and never is silent: what could not be
 * written is answered as not recorded.
 */
export const createDecide =
  (parts: Parts): GateDecisions["decide"] =>
  async (click) => {
    try {
      const answer = await decide(parts, click);
      if (refusals.has(answer.kind)) await auditRefusal(parts, click, answer);
      else parts.crash("decided");
      return answer;
    } catch (error) {
      parts.log.error({ err: error, action: click.action.slice(0, 80) }, "a click could not be decided");
      return notRecorded("Something that is needed to decide this could not be reached.");
    }
  };
