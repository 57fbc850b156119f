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

/**
 * Takes a form once, by its own row: one transaction stores its call as a request of the person who filled it in, and
 * uses up the question it answers. The form showed every argument, so that a reversible write needs no further
 * confirmation of its own requester; whoever else must be asked is asked.
 */
export const submitForm =
  ({ forms, questions, transact, audit }: Pick<TurnParts, "forms" | "questions" | "transact" | "audit">) =>
  (id: string, person: Principal, { conversation, tool, args, text }: FormCall): Promise<Submitted> =>
    transact(async (tx) => {
      const form = await forms.lock(tx, id);
      if (form === undefined) return "expired";
      if (form.person.user !== person.user || form.person.workspace !== person.workspace) return "not_yours";
      if (form.used) return "used";
      if (form.expired || form.purpose.kind !== "call") return "expired";
      const asked =
        form.purpose.question === null ? undefined : await questions.lock(tx, form.purpose.question);
      if (asked !== undefined && asked.answered !== null) return "answered";
      const origin = asked === undefined ? "slash" : "chat";
      await forms.use(tx, form, { conversation, payload: { tool, args, text, origin, confirmed: true } });
      if (asked !== undefined) await questions.settle(tx, asked, { by: person.name, answer: byForm });
      await audit.appendIn(tx, {
        ...{ kind: "form.submitted", actor: personKey(person), conversation: conversation.key },
        fields: { form: id, tool, ...(asked && { question: asked.id }) },
        payload: { args },
      });
      return "stored";
    });
