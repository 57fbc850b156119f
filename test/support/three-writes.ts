import type { Message } from "../../sandbox/slack/types.ts";
import type { Steward } from "../steward.ts";
import { press } from "./clicks.ts";
import { instructions } from "./model-script.ts";
import { readable } from "./slack-text.ts";

/** A turn of Dan's that asks for three changes of deals at once, a card each; none is anybody's but his to confirm. */
export const salesChannel = "C0SALES";
const deals = [
  { name: "Globex", args: { deal: "Globex", amount: "41k" } },
  { name: "Umbrella Health rollout", args: { deal: "Umbrella Health rollout", amount: "66k" } },
  { name: "Acme Corp renewal", args: { deal: "Acme Corp renewal", amount: "31k" } },
] as const;
export const dealUpdate = { method: "PATCH", path: "/crm/v3/objects/deals/:id" };

/** Asks for them in words that only this test uses, and waits for the cards, in the order of the deals. */
export const askForThree = async (
  { slack, model }: Steward,
  words: string,
): Promise<{ ts: string; cards: [Message, Message, Message] }> => {
  model.script(
    {
      when: { system: instructions.supervisor, user: words, hasToolResult: false },
      say: { toolCalls: [{ name: "ask_revenue", args: { task: words } }] },
    },
    {
      when: { system: instructions.revenue, user: words, hasToolResult: false },
      say: { toolCalls: deals.map(({ args }) => ({ name: "crm_deal_update", args })) },
    },
    {
      when: { system: instructions.revenue, user: words },
      say: { text: "All three have been looked after." },
    },
  );
  const { ts } = slack.say({ as: "U0DAN", channel: salesChannel, text: `@steward ${words}` });
  const found = await slack.waitFor(
    () => {
      const cards = deals.map(({ name }) =>
        slack
          .thread(salesChannel, ts)
          .find((one) => readable(one).startsWith("Change a deal") && readable(one).includes(`"${name}"`)),
      );
      return cards.every((card) => card !== undefined) ? (cards as [Message, Message, Message]) : undefined;
    },
    { seconds: 30, what: "three cards" },
  );
  return { ts, cards: found };
};

/** The card of a message as it is now, once it says so. */
export const cardSays = (
  { slack }: Steward,
  root: string,
  { ts }: Message,
  wanted: RegExp,
): Promise<Message> =>
  slack.waitFor(
    () => slack.thread(salesChannel, root).find((one) => one.ts === ts && wanted.test(readable(one))),
    { seconds: 30, what: `a card with ${String(wanted)}` },
  );

/** Dan confirms one of his own. */
export const danApproves = (steward: Steward, { ts }: Message): Promise<string> =>
  press(steward, { as: "U0DAN", channel: salesChannel, ts, button: "approve" });

/** The receipt of a stop in a thread, once it says so. */
export const receiptIn = ({ slack }: Steward, root: string, wanted: RegExp): Promise<Message> =>
  slack.waitFor(
    () =>
      slack
        .thread(salesChannel, root)
        .find((one) => readable(one).startsWith("Stopped by") && wanted.test(readable(one))),
    { seconds: 30, what: `a receipt with ${String(wanted)}` },
  );
