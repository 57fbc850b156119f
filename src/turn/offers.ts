import { setTimeout as wait } from "node:timers/promises";
import { type Principal, personKey } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import type { Running } from "./finish.ts";
import type { TurnParts } from "./parts.ts";
import type { OfferRecord } from "./ports.ts";

/** A button may be pressed while its message's ts is still on its way to us. */
const inFlightMs = 1_500;
const lookAgainMs = 100;

export interface OfferAnswer {
  fresh: boolean;
  text: string;
  /** What a form is to be opened for: nothing is used up before it is submitted. */
  form?: { call: OfferRecord["call"]; conversation: ConversationRef };
}

type Message = { channel: string; ts: string };

const refusal = (offer: OfferRecord | undefined, message: Message): string | undefined => {
  if (offer === undefined) return "This button is not known here; nothing was started.";
  const { post } = offer;
  if (post === null || post.channel !== message.channel || post.ts !== message.ts) {
    return "This button works only on the message it was posted with; nothing was started.";
  }
  if (offer.usedBy !== null) return `Already used by ${offer.usedBy}.`;
  if (offer.expired) return "This button has expired. Ask again to get a fresh one.";
  return undefined;
};

/**
 * Uses an offered call once: one transaction marks it used, stores the request on behalf of the clicker with its job,
 * and redraws the answer. Whoever may not make the call is told why, and the button stays for others. Every click is
 * answered.
 */
export const acceptOffer =
  ({ offers, transact, audit, gate }: Pick<TurnParts, "offers" | "transact" | "audit" | "gate">) =>
  async (id: string, person: Principal, message: Message): Promise<OfferAnswer> => {
    const actor = personKey(person);
    const objection = async (): Promise<string | undefined> => {
      const offer = await transact((tx) => offers.lock(tx, id));
      if (offer === undefined || offer.usedBy !== null || offer.form) return undefined;
      return gate.objection(offer.call, { principal: person, conversation: offer.conversation });
    };
    const attempt = (objected: string | undefined): Promise<OfferAnswer | "in flight"> =>
      transact(async (tx) => {
        const offer = await offers.lock(tx, id);
        if (offer?.post !== null && offer?.post.ts === null) return "in flight";
        const refused = refusal(offer, message) ?? objected;
        const place = offer && { conversation: offer.conversation.key, turn: offer.turn };
        if (offer === undefined || refused !== undefined) {
          const fields = { offer: id.slice(0, 100), ...message };
          await audit.appendIn(tx, {
            ...{ kind: "offer.refused", actor, ...place, fields },
            payload: { text: refused ?? "" },
          });
          return { fresh: false, text: refused ?? "" };
        }
        const { call, conversation } = offer;
        if (offer.form) return { fresh: false, text: "", form: { call, conversation } };
        await offers.use(tx, offer, person);
        await audit.appendIn(tx, { kind: "offer.used", actor, ...place, fields: { offer: id } });
        return { fresh: true, text: "" };
      });
    // Asked before the transaction: it takes the network.
    const objected = await objection();
    const deadline = performance.now() + inFlightMs;
    for (let answer = await attempt(objected); ; answer = await attempt(objected)) {
      if (answer !== "in flight") return answer;
      if (performance.now() > deadline)
        return { fresh: false, text: "This message is still being posted. Please click again in a moment." };
      await wait(lookAgainMs);
    }
  };

/**
 * In the transaction that ends a turn: a button whose turn came to nothing (refused, or a system was away) can be
 * pressed again, by anybody who may.
 */
export const giveBackOffer = async (
  { offers, audit }: Pick<TurnParts, "offers" | "audit">,
  tx: Tx,
  { run, turn, request, conversation }: Running,
): Promise<void> => {
  if (request.kind !== "call" || !request.confirmed) return;
  const offer = await offers.giveBack(tx, run.turn);
  if (offer === undefined) return;
  await audit.appendIn(tx, {
    ...{
      kind: "offer.given_back",
      actor: `worker:${run.owner}`,
      conversation: conversation.key,
      turn: run.turn,
    },
    fields: { offer, person: personKey(turn.principal) },
  });
};
