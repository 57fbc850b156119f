/** Shipped limits; the unit stands in the name. Agents may only set lower ones. */
export const limits = {
  /** One turn. */
  turnModelCallsMax: 8,
  turnToolCallsMax: 12,
  /** Of each model call up to five thousand are the tools that it is offered. */
  turnTokensMax: 60_000,
  turnSecondsMax: 90,
  /** An approval that nobody answers. */
  approvalSecondsMax: 4 * 60 * 60,
  /** A write is sent within this window after its intent row; the fence where a system takes no token (R7). */
  sendWindowSeconds: 10,
  /** Local monotonic deadline, measured from before the intent transaction: always inside the window. */
  sendLocalSeconds: 9,
  /** Deadline of the request of a write. */
  writeRequestSeconds: 15,
  /** Tools that a model chooses among; an agent with more looks for the others (`find_tools`). */
  toolsVisibleMax: 25,
  /** Deadline of a single read request. */
  readRequestSeconds: 10,
  /** A click waits this long for what other systems say; later, its turn or the executor asks them. */
  clickVersionSeconds: 1,
  /** Characters of a tool result that enter a work (about 4k tokens). */
  toolTextCharsMax: 16_000,
  /** Characters of an inbound message that are used. */
  askCharsMax: 12_000,
  /** Exchanges that memory keeps word for word; older ones live in the summary. */
  recentExchangesMax: 6,
  /** Characters of a conversation's running summary: each turn writes it, so it decides what a long thread costs. */
  summaryCharsMax: 2_400,
  /** An action that runs on is followed for at most a day. */
  followSecondsMax: 24 * 60 * 60,
} as const;
