import { z } from "zod";
import { TerminalError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { FileRef, TurnOrigin, TurnRequest } from "../core/turn.ts";
import type { InboxItem, TurnStore } from "./ports.ts";

/** What an inbox row asks of a turn. */
export interface Asked {
  request: TurnRequest;
  origin: TurnOrigin;
  agent?: string;
}

const askSchema = z.object({
  text: z.string(),
  origin: z.enum(["chat", "slash", "automation"]),
  agent: z.string().optional(),
  threadFrom: z.string().optional(),
  /** Another organisation shares the channel, as the event said. */
  shared: z.boolean().optional(),
  files: z.array(z.object({ id: z.string(), name: z.string(), mime: z.string() })).default([]),
});
const callSchema = z.object({
  tool: z.string(),
  args: z.record(z.string(), z.json()),
  text: z.string(),
  /** A form showed exactly these arguments to the requester. */
  confirmed: z.boolean().default(false),
  origin: z.enum(["chat", "slash", "mcp"]).default("slash"),
});
const offerSchema = z.object({ offer: z.string() });
const outcomeSchema = z.object({ action: z.string() });

/** The ts up to which a thread is read first, when somebody called Steward into the middle of one. */
export const threadFrom = (item: InboxItem): string | undefined =>
  item.kind === "ask" ? askSchema.parse(item.payload).threadFrom : undefined;

/** The files that came with a message. */
export const filesOf = (item: InboxItem): FileRef[] =>
  item.kind === "ask" ? askSchema.parse(item.payload).files : [];

/** Reads a stored row. Throws `TerminalError` when what it points at is gone. */
export const readItem = async (
  item: InboxItem,
  store: Pick<TurnStore, "offer" | "requestOf">,
): Promise<Asked> => {
  switch (item.kind) {
    case "ask": {
      const { text, origin, agent } = askSchema.parse(item.payload);
      return { request: { kind: "ask", text }, origin, ...(agent !== undefined && { agent }) };
    }
    case "call": {
      const { origin, ...call } = callSchema.parse(item.payload);
      return { request: { kind: "call", ...call }, origin };
    }
    case "offer": {
      const offer = await store.offer(offerSchema.parse(item.payload).offer);
      if (offer === undefined) throw new TerminalError("offer_gone", "The button's call is no longer known.");
      const { tool, args, label } = offer;
      // The button showed exactly these arguments: the click is the requester's confirmation of an R1 action.
      return { request: { kind: "call", tool, args, text: label, confirmed: true }, origin: "chat" };
    }
    case "outcome": {
      const { action } = outcomeSchema.parse(item.payload);
      const before = await store.requestOf(action);
      if (before === undefined)
        throw new TerminalError("action_gone", "The action of this outcome is not known.");
      return { request: { kind: "outcome", text: before.request.text, action }, origin: before.origin };
    }
    default:
      return item.kind satisfies never;
  }
};

/** Messages of one burst that become one turn. */
const foldMax = 10;

/** Rows behind a turn's own that belong to it: plain asks of the same person, without a gap. */
export const foldable = (turn: string, first: InboxItem, rows: readonly InboxItem[]): InboxItem[] => {
  const open = rows.filter((row) => row.turn !== turn);
  const end = open.findIndex(
    (row) =>
      row.kind !== "ask" ||
      row.turn !== null ||
      row.resting ||
      // Files are read when a turn begins: a message with some begins its own.
      filesOf(row).length > 0 ||
      row.person.user !== first.person.user ||
      row.person.workspace !== first.person.workspace,
  );
  return open.slice(0, end === -1 ? foldMax : Math.min(end, foldMax));
};

/** The words of an ask's row. */
export const wordsOf = (payload: InboxItem["payload"]): string => askSchema.parse(payload).text;

/** Whether Slack said with it that another organisation shares the channel. */
export const isShared = (item: InboxItem): boolean =>
  item.kind === "ask" && askSchema.parse(item.payload).shared === true;

/** The words of a burst as one request. */
export const folded = (
  request: TurnRequest & { kind: "ask" },
  payloads: readonly InboxItem["payload"][],
): TurnRequest => ({
  ...request,
  text: [request.text, ...payloads.map((payload) => wordsOf(payload))]
    .join("\n")
    .slice(0, limits.askCharsMax),
});
