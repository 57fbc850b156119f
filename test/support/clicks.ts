import type { Message } from "../../sandbox/slack/types.ts";
import type { Steward } from "../steward.ts";
import { buttonsOf, readable } from "./slack-text.ts";

/** A message, and one of its buttons by its `action_id`. */
interface Press {
  as: string;
  channel: string;
  ts: string;
  button: "approve" | "reject" | "check";
  /** The message is one that only this person sees. */
  ephemeral?: boolean;
}

type Sim = Pick<Steward, "slack">;

/** What one person was told alone, as texts, oldest first. */
export const toldPrivately = ({ slack }: Sim, channel: string, user: string): string[] =>
  slack.ephemerals(channel, user).map(readable);

/** Does something that is answered privately, and gives the answer. */
export const privateAnswer = async (
  steward: Sim,
  channel: string,
  user: string,
  act: () => Promise<{ status: number }>,
): Promise<string> => {
  const before = toldPrivately(steward, channel, user).length;
  const { status } = await act();
  if (status !== 200) throw new Error(`The product answered ${status}.`);
  return steward.slack.waitFor(() => toldPrivately(steward, channel, user)[before], {
    seconds: 25,
    what: `a private answer to ${user} in ${channel}`,
  });
};

/** A person presses a button; resolves with what they are told privately. */
export const press = (steward: Sim, { button, ...where }: Press): Promise<string> =>
  privateAnswer(steward, where.channel, where.as, () => steward.slack.click({ ...where, action_id: button }));

/** The card of this title, once it stands in the thread with the wanted words on it. */
export const cardWith = (
  { slack }: Sim,
  thread: { channel: string; ts: string },
  title: string,
  wanted: RegExp,
  seconds = 25,
): Promise<Message> =>
  slack.waitFor(
    () =>
      slack
        .thread(thread.channel, thread.ts)
        .find((message) => readable(message).startsWith(title) && wanted.test(readable(message))),
    { seconds, what: `a card "${title}" with ${String(wanted)}` },
  );

/** The value of a card's button: what its client would send. */
export const valueOf = (message: Pick<Message, "blocks">, button: Press["button"]): string => {
  const found = buttonsOf(message).find(({ action_id }) => action_id === button);
  if (found === undefined) throw new Error(`The message has no button ${button}.`);
  return found.value;
};
