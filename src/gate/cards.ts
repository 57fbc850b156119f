import { personKey } from "../core/principal.ts";
import type { Principal } from "../core/principal.ts";
import { answerable, peopleFor } from "./eligible.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction, LedgerVote } from "./ports.ts";
import { requestOf } from "./request.ts";
import type { CardView, GateDecisions } from "./types.ts";
import { seatVotes } from "./votes.ts";

/** People a card names for one ask. */
const namedMax = 12;
/** Settled requests that a person is shown again. */
const settledShown = 5;

const asksOf = async (
  parts: Parts,
  action: LedgerAction,
  votes: readonly LedgerVote[],
): Promise<CardView["asks"]> => {
  const approvals = votes.filter(({ verdict }) => verdict === "approve");
  const have = seatVotes(action.asks, approvals);
  return Promise.all(
    action.asks.map(async ({ group, because, count, policy }, at) => {
      const people = await peopleFor(
        parts,
        action.asks[at] ?? { group, because, count, policy, reason: false },
        requestOf(action),
      );
      return {
        ...{ group, because, count, policy, have: have[at] ?? 0 },
        people: people.slice(0, namedMax).map(({ name, user }) => ({ name, user })),
      };
    }),
  );
};

const view = async (
  parts: Parts,
  action: LedgerAction,
  before?: LedgerAction,
): Promise<CardView | undefined> => {
  const { votes, effects } = parts.ledger;
  const [cast, conversation, words] = await Promise.all([
    votes.of(action.id),
    effects.conversation(action.conversation),
    effects.words(action.turn),
  ]);
  if (conversation === undefined) return undefined;
  return {
    action,
    title: parts.catalogue.write(action.tool)?.tool.title ?? action.tool,
    votes: cast,
    asks: await asksOf(parts, action, cast),
    words,
    ...(before !== undefined && {
      refreshedFrom: { preview: before.preview, targetVersion: before.targetVersion },
    }),
    conversation,
  };
};

const views = async (parts: Parts, actions: readonly LedgerAction[]): Promise<CardView[]> => {
  const drawn = await Promise.all(actions.map((action) => view(parts, action)));
  return drawn.filter((card) => card !== undefined);
};

const waitsFor = async (parts: Parts, person: Principal, action: LedgerAction): Promise<boolean> => {
  const asks = await answerable(parts, person, action.asks, requestOf(action));
  if (asks.length === 0) return false;
  const votes = await parts.ledger.votes.of(action.id);
  return votes.every((vote) => vote.person !== personKey(person));
};

/** What is shown to people of actions: cards, and the lists of one person. Always from stored data. */
export const createCards = (parts: Parts): Pick<GateDecisions, "card" | "approvalsOf" | "ofTurn"> => ({
  ofTurn: (turn) => parts.ledger.actions.ofTurn(turn),
  card: async (card) => {
    const line = await parts.ledger.actions.line(card);
    return line && view(parts, line.newest, line.before);
  },
  approvalsOf: async (person) => {
    const open = await parts.ledger.actions.waiting(person.workspace);
    const mine = await Promise.all(open.map((action) => waitsFor(parts, person, action)));
    return {
      waitingForMe: await views(
        parts,
        open.filter((_, at) => mine[at] === true),
      ),
      askedByMe: await views(
        parts,
        await parts.ledger.actions.askedBy(person.workspace, personKey(person), settledShown),
      ),
    };
  },
});
