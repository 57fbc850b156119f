import type { KnownBlock, ModalView } from "@slack/types";
import { riskName } from "../../core/tool.ts";
import { fallbackText } from "../markdown/render.ts";
import { clip } from "../markdown/safe-text.ts";
import { modal } from "../modals.ts";
import type { RunAction, RunCall, RunView } from "../runs/view.ts";
import { button, context, escaped, fieldLines, header, paragraph, words } from "./parts.ts";

/** Calls and actions that the modal shows; the page shows all. */
const callsMax = 15;
const actionsMax = 8;
const questionCharsMax = 600;
const resultCharsMax = 300;

const fields = (entries: readonly (readonly [string, string])[]): KnownBlock[] => {
  const lines = fieldLines(entries.map(([label, value]) => ({ label, value: clip(value, 200) })));
  return lines === undefined ? [] : [lines];
};

const callBlocks = (call: RunCall): KnownBlock[] => [
  paragraph([words(call.title, { bold: true }), words(` ${call.standing}`)]),
  ...fields(call.args),
  ...(call.result === undefined || call.result === ""
    ? []
    : [paragraph([words(clip(fallbackText(call.result), resultCharsMax))])]),
];

const actionBlocks = (action: RunAction): KnownBlock[] => [
  paragraph([
    words(action.title, { bold: true }),
    words(` ${riskName(action.risk)}\n${clip(action.sentence, 400)}\n${clip(action.standing, 600)}`),
  ]),
  ...(action.votes.length === 0 ? [] : [context(...action.votes.slice(0, 5).map((vote) => escaped(vote)))]),
];

const shown = <T>(
  items: readonly T[],
  max: number,
  draw: (item: T) => KnownBlock[],
  none: string,
): KnownBlock[] => [
  ...items.slice(0, max).flatMap(draw),
  ...(items.length === 0 ? [context(none)] : []),
  ...(items.length > max ? [context(`and ${items.length - max} more on the page`)] : []),
];

const routeLine = (run: RunView): string => {
  const others = run.candidates.map(({ title, score }) => `${title} ${score.toFixed(2)}`).join(", ");
  return others === "" ? run.why : `${run.why}. Considered: ${others}`;
};

/** One run as a modal: the route and why, every call, approvals, cost. `page`: the address of the whole. */
export const drawDetails = (run: RunView, page: string | undefined): ModalView => {
  const took = run.seconds === undefined ? "" : `, ${run.seconds.toFixed(1)} s`;
  return modal("Details", [
    paragraph([words(clip(run.question, questionCharsMax))]),
    context(escaped(`Asked by ${run.by}, ${run.state}${took}`)),
    paragraph([words(`${run.agent}: `, { bold: true }), words(clip(routeLine(run), 600))]),
    header("Tool calls"),
    ...shown(run.calls, callsMax, callBlocks, "No tool was called."),
    header("Actions and approvals"),
    ...shown(run.actions, actionsMax, actionBlocks, "Nothing was to be changed."),
    header("Cost"),
    context(...run.cost.map((line) => escaped(line))),
    ...(page === undefined
      ? []
      : [
          {
            type: "actions" as const,
            elements: [{ ...button("Open the whole run", "run-page", run.turn), url: page }],
          },
          context("The link is yours, and good for ten minutes."),
        ]),
  ]);
};

/** Where a person may not see a run, or there is none. */
export const drawNoDetails = (): ModalView =>
  modal("Details", [
    paragraph([
      words(
        "This run is shown to those who take part in it, to the team that owns its agent and to auditors; of a private channel, to its members.",
      ),
    ]),
  ]);
