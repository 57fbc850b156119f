import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import type { Click } from "./types.ts";

/** A post whose `ts` is not stored yet may be clicked already: how long the click waits for it, and how often it looks. */
const inFlightMs = 1500;
const lookEveryMs = 50;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Whether a click came from a message that is this card: one of its recorded posts, or a list that was shown to the
 * very person who clicked. While a post of the card is in flight, its `ts` is waited for.
 */
export const isGenuine = async (
  parts: Parts,
  action: Pick<LedgerAction, "card">,
  clicker: string,
  message: Click["message"],
): Promise<boolean> => {
  if ("shownTo" in message) return message.shownTo === clicker;
  const until = parts.clock.monotonicMs() + inFlightMs;
  for (;;) {
    const posts = await parts.ledger.effects.cardPosts(action.card);
    if (posts.some((post) => post.ts === message.ts && post.channel === message.channel)) return true;
    const inFlight = posts.some((post) => post.pending && post.ts === null);
    if (!inFlight || parts.clock.monotonicMs() >= until) return false;
    await pause(lookEveryMs);
  }
};
