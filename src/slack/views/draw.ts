import { z } from "zod";
import type { GateDecisions } from "../../gate/types.ts";
import type { EditedView } from "../../turn/change-ports.ts";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import type { Draw } from "../delivery/sender.ts";
import { type AnswerView, drawAnswer } from "./answer.ts";
import { drawCard, standing } from "./card.ts";
import { type ConnectionView, drawConnection } from "./connect.ts";
import { drawEdited } from "./edited.ts";
import { drawGreeting } from "./greeting.ts";
import { drawReceipt, type ReceiptView } from "./receipt.ts";
import { context, escaped, mention, type Message, paragraph, words } from "./parts.ts";

/** What views are drawn from; store/ implements it. */
export interface ViewData {
  answer(turn: string): Promise<AnswerView | undefined>;
  /** What the notice about a changed message shows. */
  edited(item: string): Promise<EditedView | undefined>;
  /** How a turn was stopped. */
  stopped(turn: string): Promise<Omit<ReceiptView, "actions"> | undefined>;
  /** How a turn's wait for an account of its person stands. */
  connection(turn: string, system: string): Promise<ConnectionView | undefined>;
}

const viewSchema = z.discriminatedUnion("view", [
  z.object({ view: z.literal("answer"), turn: z.string() }),
  z.object({ view: z.literal("card"), card: z.string() }),
  z.object({ view: z.literal("outcome"), action: z.string() }),
  z.object({ view: z.literal("receipt"), turn: z.string() }),
  z.object({ view: z.literal("edited"), item: z.string() }),
  z.object({
    ...{ view: z.literal("greeting"), name: z.string(), refused: z.string().optional() },
    prompts: z.array(z.object({ message: z.string() })),
  }),
  z.object({ view: z.literal("connection"), turn: z.string(), system: z.string(), link: z.boolean() }),
  z.object({ view: z.literal("notice"), text: z.string(), mention: z.string().optional() }),
]);

/** Draws what the outbox holds, from stored data, at the moment it is sent. */
export const drawView =
  (data: ViewData, decisions: GateDecisions, allowed: LinkPolicy, pageChars: number): Draw =>
  async (stored) => {
    const view = viewSchema.parse(stored);
    switch (view.view) {
      case "answer": {
        const answer = await data.answer(view.turn);
        return answer === undefined ? [] : drawAnswer(answer, allowed, pageChars);
      }
      case "card": {
        const card = await decisions.card(view.card);
        return card === undefined ? [] : [drawCard(card, allowed)];
      }
      case "outcome":
        return drawOutcome(view.action, decisions);
      case "receipt": {
        const stopped = await data.stopped(view.turn);
        if (stopped === undefined) return [];
        return [drawReceipt({ ...stopped, actions: await decisions.ofTurn(view.turn) }, allowed)];
      }
      case "edited": {
        const edited = await data.edited(view.item);
        return edited === undefined ? [] : [drawEdited(edited)];
      }
      case "connection": {
        const wait = await data.connection(view.turn, view.system);
        return wait === undefined ? [] : [drawConnection(wait, view.link)];
      }
      case "greeting":
        return [drawGreeting(view)];
      case "notice":
        return [drawNotice(view.text, view.mention)];
      default:
        return view satisfies never;
    }
  };

const drawNotice = (text: string, person: string | undefined): Message => ({
  text: escaped(text),
  blocks: [paragraph([...(person === undefined ? [] : [mention(person), words(" ")]), words(text)])],
});

/** The outcome of an action whose turn can no longer tell it: said by code. */
const drawOutcome = async (action: string, decisions: GateDecisions): Promise<Message[]> => {
  const card = await decisions.card(action);
  if (card === undefined) return [];
  const line = `${card.title}: ${card.action.preview.sentence}. ${standing(card)}`;
  const blocks = [
    paragraph([mention(card.action.principal.user), words(` ${line}`)]),
    context(`action ${escaped(card.action.id.slice(0, 8))}`),
  ];
  return [{ text: escaped(line), blocks }];
};
