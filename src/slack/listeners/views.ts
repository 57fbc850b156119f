import type { App, BlockAction, ButtonAction, ViewSubmitAction } from "@slack/bolt";
import type { Turns } from "../../turn/turns.ts";
import { pickStart } from "../forms/ids.ts";
import { openCallForm } from "../forms/open.ts";
import { suggest } from "../forms/options.ts";
import type { FormParts } from "../forms/parts.ts";
import { type Answer, submitCall, submitReason } from "../forms/submit.ts";
import { callForm, reasonForm, sayInModal } from "../forms/view.ts";
import { attempt, clickedBy, type ClickParts, pressed, tell } from "./clicks.ts";

/** What forms and questions need beside what every click does. */
export interface ViewParts extends ClickParts {
  forms: FormParts;
  answerQuestion: Turns["answerQuestion"];
}

const onlyThere = "This button works only where it was posted.";

/** Registers our forms. A submission is judged and stored before it is acknowledged; errors stand below their fields. */
export const listenToForms = (app: App, parts: ViewParts): void => {
  const forms: [string, (body: ViewSubmitAction) => Promise<Answer>][] = [
    [callForm, (body) => submitCall(parts.forms, body)],
    [reasonForm, (body) => submitReason(parts.forms, body)],
  ];
  for (const [id, submit] of forms) {
    app.view<ViewSubmitAction>({ callback_id: id, type: "view_submission" }, async ({ body, ack }) => {
      let answer: Answer;
      try {
        answer = await submit(body);
      } catch (error) {
        parts.log.error({ err: error }, "a submission could not be taken");
        const text = "This could not be taken now. Close this and try again in a moment.";
        answer = { response_action: "update", view: sayInModal("Steward", text) };
      }
      await ack(answer);
    });
  }
  app.options(new RegExp(`^${pickStart}`), async ({ body, ack }) => {
    await ack({ options: await suggest(parts.forms, body) });
  });
  listenToQuestions(app, parts);
};

/** The buttons below a question: a choice is stored before it is acknowledged; *Fill in a form* opens one at once. */
const listenToQuestions = (app: App, parts: ViewParts): void => {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: /^answer:/ },
    async ({ body, action, ack, respond }) => {
      const answered = await attempt(parts, body, async () => {
        const { clicker, message, value } = await pressed(body, action, parts);
        if ("shownTo" in message) return { text: onlyThere };
        const [question = "", choice = ""] = value.split("|");
        return parts.answerQuestion(question, Number(choice), clicker, message);
      });
      await ack();
      await tell(answered.text, body, respond, parts);
    },
  );
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: /^fill:/ },
    async ({ body, action, ack, respond }) => {
      await ack();
      const opener = { trigger: body.trigger_id, ...clickedBy(body) };
      const opened = await openCallForm(parts.forms, opener, async () => {
        const { clicker, message, value } = await pressed(body, action, parts);
        if ("shownTo" in message) return { refused: onlyThere };
        const found = await parts.forms.questionForForm(value, clicker, message);
        if ("refused" in found) return found;
        const { call, conversation } = found;
        return { tool: call.tool, args: call.args, notes: [], conversation, question: value };
      });
      if (opened) return;
      await tell(
        "Slack did not open the form. Press the button again, or answer in words.",
        body,
        respond,
        parts,
      );
    },
  );
};
