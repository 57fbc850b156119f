import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { Feedback } from "../../turn/feedback.ts";
import { openFilled } from "../modals.ts";
import type { RunLinks } from "../runs/links.ts";
import type { LookAtRun } from "../runs/look.ts";
import { drawDetails, drawNoDetails } from "../views/details.ts";
import { type ClickParts, pressed, tell } from "./clicks.ts";

/** What the Details button needs. */
export interface DetailsParts extends ClickParts {
  look: LookAtRun;
  links: RunLinks;
  /** Where people reach Steward's pages, without a trailing slash; undefined where they cannot. */
  address(): string | undefined;
  feedback: Pick<Feedback, "answerOn">;
}

/**
 * Registers *Details*: a modal that opens at once and is filled in. It works on the answer it was posted with alone; a
 * copy elsewhere is refused, and recorded. Who may see the run is decided by who presses.
 */
export const listenToDetails = (app: App, parts: DetailsParts): void => {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: "details" },
    async ({ body, action, ack, respond }) => {
      await ack();
      try {
        await openFilled(parts.calls, body.trigger_id, "Details", async () => {
          const { clicker, message, value: turn } = await pressed(body, action, parts);
          const genuine =
            "shownTo" in message || (await parts.feedback.answerOn(turn, message)) !== undefined;
          const run = genuine ? await parts.look(turn, clicker) : undefined;
          if (run === undefined) {
            await parts.audit.append({
              kind: "click.refused",
              actor: `slack:${clicker.workspace}/${clicker.user}`,
              fields: {
                click: "details",
                answer: genuine ? "not_eligible" : "forged",
                turn: turn.slice(0, 80),
              },
            });
            return drawNoDetails();
          }
          return drawDetails(run, pageOf(parts, turn, clicker));
        });
      } catch (error) {
        parts.log.error({ err: error }, "details could not be shown");
        await tell("The details could not be shown. Please press the button again.", body, respond, parts);
      }
    },
  );
  // A link: Slack tells of the press all the same.
  app.action<BlockAction<ButtonAction>>({ type: "block_actions", action_id: "run-page" }, ({ ack }) => ack());
};

const pageOf = (
  { links, address }: DetailsParts,
  turn: string,
  { workspace, user }: { workspace: string; user: string },
): string | undefined => {
  const base = address();
  return base === undefined ? undefined : base + links.mint({ turn, workspace, user });
};
