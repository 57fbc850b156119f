import type { ConversationMemory } from "../agent/types.ts";

/**
 * Memory that never fails a turn: when the store is away, loading answers "nothing held" (the turn rebuilds it from
 * Postgres) and writing is skipped (it is rebuilt later). A failure is told once, until a call succeeds again.
 */
export const resilient = (
  memory: ConversationMemory,
  onFailure: (error: unknown) => void,
): ConversationMemory => {
  let failing = false;
  const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      const result = await work;
      failing = false;
      return result;
    } catch (error) {
      if (!failing) onFailure(error);
      failing = true;
      return undefined;
    }
  };
  return {
    load: (conversation) => attempt(memory.load(conversation)),
    append: (conversation, exchange, summary) => attempt(memory.append(conversation, exchange, summary)),
    restore: (conversation, recollection) => attempt(memory.restore(conversation, recollection)),
    forget: (conversation) => memory.forget(conversation),
    close: () => memory.close(),
  };
};
