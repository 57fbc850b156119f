import { setTimeout as wait } from "node:timers/promises";
import { type Principal, personKey } from "../core/principal.ts";
import type { TurnParts } from "./parts.ts";
import type { OfferRecord } from "./ports.ts";

/** A button may be pressed while its message's ts is still on its way to us. */
const inFlightMs = 1_500;
const lookAgainMs = 100;

export interface OfferAnswer {
  fresh: boolean;
  text: string;
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
 * and redraws the answer. Every click is answered.
 */
export const acceptOffer =
  ({ offers, transact, audit }: Pick<TurnParts, "offers" | "transact" | "audit">) =>
  async (id: string, person: Principal, message: Message): Promise<OfferAnswer> => {
    const actor = personKey(person);
    const attempt = (): Promise<OfferAnswer | "in flight"> =>
      transact(async (tx) => {
        const offer = await offers.lock(tx, id);
        if (offer?.post !== null && offer?.post.ts === null) return "in flight";
        const refused = refusal(offer, message);
        const place = offer && { conversation: offer.conversation.key, turn: offer.turn };
        if (offer === undefined || refused !== undefined) {
          const fields = { offer: id.slice(0, 100), ...message };
          await audit.appendIn(tx, { kind: "offer.refused", actor, ...place, fields });
          return { fresh: false, text: refused ?? "" };
        }
        await offers.use(tx, offer, person);
        await audit.appendIn(tx, { kind: "offer.used", actor, ...place, fields: { offer: id } });
        return { fresh: true, text: "" };
      });
    const deadline = performance.now() + inFlightMs;
    for (let answer = await attempt(); ; answer = await attempt()) {
      if (answer !== "in flight") return answer;
      if (performance.now() > deadline)
        return { fresh: false, text: "This message is still being posted. Please click again in a moment." };
      await wait(lookAgainMs);
    }
  };
