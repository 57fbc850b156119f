import type { JsonObject } from "../core/json.ts";
import { type Principal, personKey } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import { byForm } from "./questions.ts";

/** What became of a submitted form. */
export type Submitted = "stored" | "used" | "expired" | "answered" | "not_yours";

/** The exact call that a form was filled in to. */
export interface FormCall {
  conversation: ConversationRef;
  tool: string;
  args: JsonObject;
  /** The request in people's words. */
  text: string;
}

type Parts = Pick<TurnParts, "forms" | "questions" | "offers" | "transact" | "audit" | "crash">;

/**
 * Takes a form once, by its own row: one transaction stores its call as a request of the person who filled it in, and
 * uses up the question it answers, or the button it came from. The form showed every argument, so that a reversible write
 * needs no further confirmation of its own requester, unless the gate finds that one stood for something the form did not
 * show; whoever else must be asked is asked.
 */
export const submitForm = ({ forms, questions, offers, transact, audit, crash }: Parts) => {
  const store = (
    id: string,
    person: Principal,
    { conversation, tool, args, text }: FormCall,
  ): Promise<Submitted> =>
    transact(async (tx) => {
      const form = await forms.lock(tx, id);
      if (form === undefined) return "expired";
      if (form.person.user !== person.user || form.person.workspace !== person.workspace) return "not_yours";
      if (form.used) return "used";
      if (form.expired || form.purpose.kind !== "call") return "expired";
      const asked =
        form.purpose.question === null ? undefined : await questions.lock(tx, form.purpose.question);
      const offered = form.purpose.offer === null ? undefined : await offers.lock(tx, form.purpose.offer);
      if ((asked && asked.answered !== null) || (offered && offered.usedBy !== null)) return "answered";
      const origin = asked === undefined && offered === undefined ? "slash" : "chat";
      await forms.use(tx, form, { conversation, payload: { tool, args, text, origin, confirmed: true } });
      if (offered !== undefined) await offers.settle(tx, offered, person);
      if (asked !== undefined) await questions.settle(tx, asked, { by: person.name, answer: byForm });
      await audit.appendIn(tx, {
        ...{ kind: "form.submitted", actor: personKey(person), conversation: conversation.key },
        fields: {
          form: id,
          tool,
          ...(asked && { question: asked.id }),
          ...(offered && { offer: offered.id }),
        },
        payload: { args },
      });
      return "stored";
    });
  return async (id: string, person: Principal, call: FormCall): Promise<Submitted> => {
    const taken = await store(id, person, call);
    if (taken === "stored") crash("decided");
    return taken;
  };
};
