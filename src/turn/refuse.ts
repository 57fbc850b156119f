import { personKey, type Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Admission } from "./admission.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem } from "./ports.ts";

/** The same refusal is not said to a person again within a day. */
const againSeconds = 24 * 60 * 60;

/** A request that is not taken up: thrown on the way to a turn, answered by `refuse`. */
export class NotAdmitted extends Error {
  readonly principal: Principal;
  readonly admission: Extract<Admission, { kind: "out" }>;

  constructor(principal: Principal, admission: Extract<Admission, { kind: "out" }>) {
    super(admission.text);
    this.principal = principal;
    this.admission = admission;
  }
}

/**
 * Ends the row of a request that is not taken up. Its person is told why once a day, alone: in direct messages by a
 * message, else by one that only they see. Nothing of anybody's data stands in it.
 */
export const refuse = async (
  parts: TurnParts,
  conversation: ConversationRef,
  item: InboxItem,
  { principal, admission }: NotAdmitted,
): Promise<void> => {
  const { store, transact, audit, whisper, voice, worker } = parts;
  const direct = conversation.kind === "dm";
  const tell = await transact(async (tx) => {
    if (!(await store.giveUp(tx, item.id, `not admitted: ${admission.what}`))) return false;
    await audit.appendIn(tx, {
      ...{ kind: "inbox.refused", actor: `worker:${worker}`, conversation: conversation.key },
      fields: { inbox: item.id, person: personKey(principal), what: admission.what },
    });
    const person = `${principal.workspace}/${principal.user}`;
    const fresh = await store.tellOnce(tx, person, `refused:${admission.what}`, againSeconds);
    if (fresh && direct)
      await store.post(tx, `notice:${item.id}`, conversation, { view: "notice", text: admission.text });
    return fresh && !direct;
  });
  await voice.status(conversation, "");
  if (tell) await whisper(conversation, principal.user, admission.text);
};
