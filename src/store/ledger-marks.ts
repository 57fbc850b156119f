import type { ConversationRef } from "../core/turn.ts";
import { storable } from "../core/text.ts";
import type { Tx } from "../core/tx.ts";
import type { Marks } from "../gate/ports.ts";

/** Names kept of one conversation; that there is one at all is what decides, the rest is for the card. */
const namesMax = 100;
const nameCharsMax = 200;

/** Names are made of other people's titles. */
const clean = (name: string): string => storable(name.slice(0, nameCharsMax));

const add = async (db: Tx, conversation: ConversationRef, names: readonly string[]): Promise<void> => {
  await db.query(
    `insert into steward.conversation (id, workspace, channel, thread_ts, kind, untrusted)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update set untrusted = conversation.untrusted || array(
       select n from unnest(excluded.untrusted) n where n <> all (conversation.untrusted))
     where cardinality(conversation.untrusted) < $7`,
    [
      conversation.key,
      conversation.workspace,
      conversation.channel,
      conversation.threadTs,
      conversation.kind,
      [...new Set(names.map(clean))].slice(0, namesMax),
      namesMax,
    ],
  );
};

/** Untrusted marks of conversations; they only grow. */
export const ledgerMarks = (db: Tx): Marks => ({
  of: async (conversation) => {
    const { rows } = await db.query<{ untrusted: string[] }>(
      `select untrusted from steward.conversation where id = $1`,
      [conversation],
    );
    return rows[0]?.untrusted ?? [];
  },
  add: (conversation, names) => add(db, conversation, names),
  addIn: add,
});
