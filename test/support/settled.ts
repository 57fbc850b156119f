import { expect } from "vitest";
import type { Steward } from "../steward.ts";

interface Left {
  inbox: number;
  turns: number;
  outbox: number;
}

/** Work that is neither done nor waiting for a person. */
const left = async ({ database }: Pick<Steward, "database">): Promise<Left | undefined> => {
  const { rows } = await database.pool.query<Left>(
    `select (select count(*)::int from steward.inbox where done_at is null and dead_reason is null) as inbox,
            (select count(*)::int from steward.turn where state in ('queued', 'running')) as turns,
            (select count(*)::int from steward.outbox where state <> 'sent') as outbox`,
  );
  return rows[0];
};

/**
 * What must hold at the end of every story: Slack's contract was kept, every armed fault was met, nothing is left
 * undone, no ask is without an answer of its own, and none has two.
 */
export const expectSettled = async (steward: Steward): Promise<void> => {
  await expect.poll(() => left(steward), { timeout: 15_000 }).toEqual({ inbox: 0, turns: 0, outbox: 0 });
  const { rows } = await steward.database.pool.query<{ turn: string }>(
    `select turn.id as turn from steward.turn
     where state in ('done', 'failed')
       and (select count(*) from steward.outbox where key = 'answer:' || turn.id and state = 'sent') <> 1`,
  );
  expect(rows, "turns without exactly one answer").toEqual([]);
  expect(twice(steward), "messages that stand in Slack twice").toEqual([]);
  expect(steward.slack.violations()).toEqual([]);
  const armed = [
    ...steward.slack.faults(),
    ...steward.gitlab.faults.list(),
    ...steward.crm.faults.list(),
    ...steward.apis.all.flatMap(({ faults }) => faults.list()),
    ...steward.model.faults.list(),
  ];
  expect(
    armed.filter(({ happened }) => happened === 0),
    "faults that never happened",
  ).toEqual([]);
};

/** Pages of outbox rows that more than one visible message shows. */
const twice = ({ slack }: Pick<Steward, "slack">): string[] => {
  const seen = slack
    .calls("chat.postMessage")
    .filter((call) => call.ts !== undefined)
    .flatMap(({ args }) => {
      const metadata = args["metadata"] as { event_payload?: { outbox?: string; page?: number } } | undefined;
      const { outbox, page } = metadata?.event_payload ?? {};
      return outbox === undefined ? [] : `${outbox} page ${page ?? 0}`;
    });
  return seen.filter((id, at) => seen.indexOf(id) !== at);
};
