import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import { z } from "zod";
import type { Corrections } from "../../turn/corrections.ts";
import type { Feedback } from "../../turn/feedback.ts";
import { workspaceKey } from "../envelope.ts";
import { openFilled } from "../modals.ts";
import { correctionForm, correctionParts, drawCorrection, drawNoCorrection } from "../views/correction.ts";
import { type ClickParts, pressed, tell } from "./clicks.ts";

/** What the *Wrong agent?* button needs. */
export interface CorrectionParts extends ClickParts {
  corrections: Corrections;
  agents(): { name: string; title: string; description: string; tools: string[] }[];
  feedback: Pick<Feedback, "answerOn">;
}

const stateSchema = z.object({
  [correctionParts.agent]: z.object({
    [correctionParts.value]: z.object({ selected_option: z.object({ value: z.string() }) }),
  }),
  [correctionParts.again]: z.object({
    [correctionParts.value]: z.object({ selected_options: z.array(z.object({ value: z.string() })) }),
  }),
});

/** The router weighs agents, or the tools that they have: then an agent is worth its best tool. */
const scoreOf = (
  { name, tools }: { name: string; tools: readonly string[] },
  candidates: readonly { name: string; score: number }[],
): number | undefined => {
  const scores = candidates
    .filter((one) => one.name === name || tools.includes(one.name))
    .map(({ score }) => score);
  return scores.length === 0 ? undefined : Math.max(...scores);
};

const tryAgain = "Nothing was recorded. Please try again in a moment.";

/** Registers *Wrong agent?* and its form. What is sent is stored, with the new request, before it is acknowledged. */
export const listenToCorrections = (app: App, parts: CorrectionParts): void => {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: "wrong-agent" },
    async ({ body, action, ack, respond }) => {
      await ack();
      try {
        await openFilled(parts.calls, body.trigger_id, "Wrong agent?", async () => {
          const { clicker, message, value: turn } = await pressed(body, action, parts);
          const genuine =
            !("shownTo" in message) && (await parts.feedback.answerOn(turn, message)) !== undefined;
          if (!genuine) {
            const fields = { click: "wrong-agent", answer: "forged", turn: turn.slice(0, 80) };
            const actor = `slack:${clicker.workspace}/${clicker.user}`;
            await parts.audit.append({ kind: "click.refused", actor, fields });
            return drawNoCorrection("This button works only on the answer it was posted with.");
          }
          const found = await parts.corrections.find(turn, clicker);
          if (typeof found === "string") return drawNoCorrection(found);
          const agents = parts.agents();
          const others = agents
            .filter(({ name }) => name !== found.agent)
            .map((agent) => ({ ...agent, score: scoreOf(agent, found.candidates) }));
          if (others.length === 0) return drawNoCorrection("There is no other agent.");
          const title = agents.find(({ name }) => name === found.agent)?.title ?? found.agent;
          return drawCorrection(turn, { question: found.request.text, agent: title, why: found.why }, others);
        });
      } catch (error) {
        parts.log.error({ err: error }, "the form for another agent could not be shown");
        await tell("The form could not be shown. Please press the button again.", body, respond, parts);
      }
    },
  );
  app.view({ callback_id: correctionForm, type: "view_submission" }, async ({ ack, body, view }) => {
    const workspace = workspaceKey(body.user.team_id ?? body.team?.id ?? "", body.enterprise?.id);
    try {
      const state = stateSchema.parse(view.state.values);
      const by = await parts.people.principal(workspace, body.user.id);
      const chosen = state[correctionParts.agent][correctionParts.value].selected_option.value;
      const again = state[correctionParts.again][correctionParts.value].selected_options.length > 0;
      const answer = await parts.corrections.correct(view.private_metadata, by, chosen, again);
      if (answer.kept) return await ack();
      await ack({ response_action: "errors", errors: { [correctionParts.agent]: answer.text } });
    } catch (error) {
      parts.log.error({ err: error }, "a correction could not be stored");
      await ack({ response_action: "errors", errors: { [correctionParts.agent]: tryAgain } });
    }
  });
};
