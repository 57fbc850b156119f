import { distance } from "fastest-levenshtein";

/** What a person tells Steward about itself, in words: decided at intake, no turn is made of it. */
export type Order = "mute" | "unmute" | "stop";

const orders: Record<Order, RegExp> = {
  mute: /^(?:please )?(?:mute|be quiet|be silent|stay silent)(?:,? please)?[\s.!]*$/iu,
  unmute: /^(?:please )?(?:unmute|speak again)(?:,? please)?[\s.!]*$/iu,
  stop: /^(?:please )?(?:stop|stop it|stop that|stop this|cancel that)(?:,? please)?[\s.!]*$/iu,
};

/** The order that a whole message is, if it is one. */
export const orderIn = (text: string): Order | undefined =>
  (Object.keys(orders) as Order[]).find((order) => orders[order].test(text.trim()));

/** A nod that may answer a question, where one is open. */
export const isAssent = (text: string): boolean => /^\s*(ok|okay|great|nice|👍|:\+1:)[\s.!]*$/iu.test(text);

/** Thanks and nods: nobody expects an answer to them. */
export const isNod = (text: string): boolean =>
  /^\s*(thanks|thank you|thx|ty|cheers|ok|okay|great|nice|👍|:\+1:)[\s.!]*$/iu.test(text);

/** People talking to each other: the reply names somebody else, or only thanks. */
export const amongPeople = (text: string): boolean => /<@[A-Z0-9]+/.test(text) || isNod(text);

/** Agents as messages name them. */
export interface NamedAgent {
  name: string;
  title: string;
}

/** Letters that a misspelt agent's name may be off by. */
const slipMax = (name: string): number => (name.length >= 7 ? 2 : 1);

/**
 * The agent that a message names at its start, `revenue: what is Globex worth?`, and the rest. A slip of a letter or two
 * still names it; anything else before a colon is part of what is said.
 */
export const namedAgent = (
  text: string,
  agents: readonly NamedAgent[],
): { agent: string; rest: string } | undefined => {
  const found = /^\s*([\p{L}][\p{L}\d _-]{1,40}?)\s*:\s+(\S[\s\S]*)$/u.exec(text);
  const word = found?.[1]?.toLowerCase();
  const rest = found?.[2];
  if (word === undefined || rest === undefined) return undefined;
  const near = agents
    .flatMap((agent) =>
      [agent.name, agent.title].map((called) => ({
        agent: agent.name,
        off: distance(word, called.toLowerCase()),
        max: slipMax(called),
      })),
    )
    .filter(({ off, max }) => off <= max)
    .toSorted((a, b) => a.off - b.off);
  return near[0] === undefined ? undefined : { agent: near[0].agent, rest };
};
