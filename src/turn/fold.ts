import { FencedError } from "../core/errors.ts";
import type { ConversationRef, TurnRequest } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem, Run } from "./ports.ts";
import { foldable, folded, wordsOf } from "./request.ts";
import { steers } from "./steer.ts";

/** Rows looked at for a burst; more than are folded. */
const lookAheadMax = 20;

/** What a run needs to take further messages in. */
interface Folding {
  conversation: ConversationRef;
  run: Run;
  item: InboxItem;
}

type Parts = Pick<TurnParts, "store" | "transact">;

/** Links rows to the run's turn and adds their words to what it is asked, in one transaction; the words that it took. */
const take = (
  { store, transact }: Parts,
  run: Run,
  request: TurnRequest & { kind: "ask" },
  rows: readonly InboxItem[],
): Promise<{ request: TurnRequest; taken: string[] }> =>
  transact(async (tx) => {
    const payloads = await store.fold(
      tx,
      run,
      rows.map((row) => row.id),
    );
    const together = folded(request, payloads);
    if (!(await store.reask(tx, run, together))) throw new FencedError("taking further messages in");
    return { request: together, taken: payloads.map(wordsOf) };
  });

const behind = async ({ store }: Parts, { conversation, run, item }: Folding): Promise<InboxItem[]> =>
  foldable(run.turn, item, await store.after(conversation.key, item.seq, lookAheadMax));

/**
 * Takes further messages of a burst into the turn, right before its first model call: same person, plain asks, nothing
 * between them. Later ones are turns of their own, or steer it.
 */
export const foldBurst = async (
  parts: Parts,
  folding: Folding,
  request: TurnRequest,
): Promise<TurnRequest> => {
  if (request.kind !== "ask") return request;
  const rows = await behind(parts, folding);
  return rows.length === 0 ? request : (await take(parts, folding.run, request, rows)).request;
};

/**
 * What the turn's own person has said since, right before a further model call, where it goes on with what runs ("also
 * …", "instead …"). It becomes part of what the turn is asked before anything reads it: a killed run starts again with
 * it, and what no run reads stays a message of its own.
 */
export const takeSteering = async (
  parts: Parts,
  folding: Folding,
  running: { request: TurnRequest },
): Promise<string[]> => {
  const { request } = running;
  if (request.kind !== "ask") return [];
  const rows = await behind(parts, folding);
  const end = rows.findIndex((row) => !steers(wordsOf(row.payload)));
  const meant = end === -1 ? rows : rows.slice(0, end);
  if (meant.length === 0) return [];
  const { request: together, taken } = await take(parts, folding.run, request, meant);
  running.request = together;
  return taken;
};
