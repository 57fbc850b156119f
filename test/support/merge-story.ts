import type { Message } from "../../sandbox/slack/types.ts";
import type { Steward } from "../steward.ts";
import { cardWith } from "./clicks.ts";
import { errand } from "./model-script.ts";
import { readable } from "./slack-text.ts";

/** Where Anna asks for merges, and what the card is called. */
export const paymentsDev = "C0PAYDEV";
const mergeTitle = "Merge a merge request";
const iid = 482;
/** The one request by which a merge can happen, for faults and for the journal. */
export const mergeRequestPut = {
  method: "PUT",
  path: `/api/v4/projects/:id/merge_requests/${iid}/merge`,
} as const;

export interface Thread {
  channel: string;
  ts: string;
}

/** Anna asks for !482 to be merged; the scripted model does as it is told. */
export const askMerge = ({ slack, model }: Steward, ask: string, whenGreen: boolean): Thread => {
  const args = { merge_request: `!${iid}`, ...(whenGreen && { when_green: true }) };
  model.script(...errand({ ask, agent: "engineering", tool: "gitlab_merge_request_merge", args }));
  return slack.say({ as: "U0ANNA", channel: paymentsDev, text: `@steward ${ask}` });
};

/** The thread's card, once the wanted words stand on it. */
export const mergeCard = (steward: Steward, thread: Thread, wanted: RegExp): Promise<Message> =>
  cardWith(steward, thread, mergeTitle, wanted, 30);

/** What Steward said in the thread besides cards. */
const wordsIn = ({ slack }: Steward, { channel, ts }: Thread): Message[] =>
  slack
    .thread(channel, ts)
    .slice(1)
    .filter((one) => !readable(one).startsWith(mergeTitle));

/** Steward's own message in the thread, cards aside, once it holds the wanted words. */
export const answerWith = (steward: Steward, thread: Thread, wanted: RegExp): Promise<Message> =>
  steward.slack.waitFor(() => wordsIn(steward, thread).find((one) => wanted.test(readable(one))), {
    seconds: 30,
    what: `an answer with ${String(wanted)}`,
  });

/** Messages of a thread by kind: how many cards, how many others. */
export const countMessages = (steward: Steward, thread: Thread): { cards: number; others: number } => {
  const all = steward.slack.thread(thread.channel, thread.ts).length - 1;
  const others = wordsIn(steward, thread).length;
  return { cards: all - others, others };
};

/** !482 as GitLab has it. */
export const mergeRequest = ({ gitlab }: Steward) => {
  const found = gitlab.state().merge_requests.find((one) => one.iid === iid);
  if (found === undefined) throw new Error(`GitLab has no !${iid}.`);
  return found;
};

/** How often GitLab did something to !482 after this change of its feed: `merged`, `auto_merge_set`, … */
export const happenedTo482 = ({ gitlab }: Steward, verb: string, since: number): number =>
  gitlab.feed
    .since(since)
    .filter(({ type, data }) => type === `merge_request.${verb}` && (data as { iid: number }).iid === iid)
    .length;
