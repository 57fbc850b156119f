import type { Ask } from "../core/action.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import { peopleFor } from "./eligible.ts";
import type { Parts } from "./parts.ts";
import type { Destination, LedgerAction } from "./ports.ts";
import { requestOf } from "./request.ts";
import type { PublishPlan } from "./types.ts";

/** Approvers who are written to directly where none of them is in the channel. */
const directsMax = 5;

/** What of an action says who is asked. */
type Asked = Pick<LedgerAction, "asks" | "policyRequest" | "preview">;

/** The conversation's own thread. */
export const inThread = ({ workspace, channel, threadTs }: ConversationRef): Destination => ({
  workspace,
  channel,
  threadTs,
});

const isIn = async (parts: Parts, conversation: ConversationRef, user: string): Promise<boolean> => {
  try {
    return await parts.directory.inChannel(conversation.workspace, conversation.channel, user);
  } catch (error) {
    parts.log.warn({ err: error, channel: conversation.channel }, "channel membership could not be read");
    return false;
  }
};

/** Where one ask is put: in the thread when somebody who may answer sees it there, else to a few people directly. */
const placeAsk = async (parts: Parts, ask: Ask, action: Asked, conversation: ConversationRef) => {
  // Slack knows everybody in `employees`, no file does: whoever is in the channel may answer.
  if (ask.group === "requester" || ask.group === "employees") return { inThread: true, directs: [] };
  const people = await peopleFor(parts, ask, requestOf(action));
  const present = await Promise.all(people.map(({ user }) => isIn(parts, conversation, user)));
  if (present.includes(true)) return { inThread: true, directs: [] };
  return { inThread: false, directs: people.slice(0, directsMax) };
};

const listed = new Intl.ListFormat("en-GB", { type: "conjunction" });
const names = (people: readonly Principal[]): string => listed.format(people.map(({ name }) => name));

const notice = (action: Asked, directs: readonly Principal[], nobody: readonly Ask[]): string => {
  const sentence = action.preview.sentence;
  const asked =
    directs.length === 0
      ? []
      : [`${names(directs)} ${directs.length === 1 ? "was" : "were"} asked by direct message: ${sentence}.`];
  const vain = nobody.map(
    ({ group, policy }) =>
      `Nobody else of ${group} can approve this now (rule ${policy}): ${sentence}. An admin can add people to ${group} in policies/groups.yml.`,
  );
  return [...asked, ...vain].join("\n");
};

/** Where a waiting action's card goes. Look-ups that fail never hide a card: then it stands in the thread. */
export const placeCard = async (
  parts: Parts,
  action: Asked,
  conversation: ConversationRef,
): Promise<Omit<PublishPlan["cards"][number], "action" | "starts">> => {
  const places = await Promise.all(action.asks.map((ask) => placeAsk(parts, ask, action, conversation)));
  const directs = [
    ...new Map(places.flatMap((place) => place.directs).map((person) => [person.user, person])).values(),
  ];
  const nobody = action.asks.filter(
    (_, at) => places[at]?.inThread === false && places[at].directs.length === 0,
  );
  const text = directs.length === 0 && nobody.length === 0 ? undefined : notice(action, directs, nobody);
  return {
    inThread: places.some((place) => place.inThread) || directs.length === 0,
    directs: directs.map(({ user }) => user),
    ...(text !== undefined && { notice: text }),
  };
};
