import type { KnownBlock } from "@slack/types";
import { clip } from "../markdown/safe-text.ts";
import { button, context, escaped, header, markup, type Message, moment } from "./parts.ts";

/** One run of a person's, as their list shows it. */
export interface RunView {
  turn: string;
  state: string;
  text: string;
  channel: string;
  direct: boolean;
  at: Date;
}

const textCharsMax = 200;

const doing = (state: string): string =>
  state === "waiting" ? "waits for people" : state === "queued" ? "is about to go on" : "is being worked on";

const line = (run: RunView, here: string, value: string): KnownBlock => {
  const place = run.direct ? "our direct messages" : run.channel === here ? "here" : `<#${run.channel}>`;
  return {
    type: "section",
    text: markup(
      `“${escaped(clip(run.text, textCharsMax))}”\nin ${place}, since ${moment(run.at, "{date_short_pretty} {time}")}, ${doing(run.state)}`,
    ),
    accessory: button("Stop", "stop", value, "danger"),
  };
};

/** What runs in somebody's name, those here first, a Stop each that is bound to them. Shown to them alone. */
export const drawRuns = (
  runs: readonly RunView[],
  here: string,
  value: (turn: string) => string,
): Message => {
  if (runs.length === 0) {
    const text = "Nothing runs or waits in your name.";
    return { text, blocks: [header("Nothing to stop"), context(text)] };
  }
  const sorted = [...runs].toSorted((a, b) => Number(b.channel === here) - Number(a.channel === here));
  return {
    text: `${runs.length} of yours to stop.`,
    blocks: [
      header("What runs in your name"),
      ...sorted.map((run) => line(run, here, value(run.turn))),
      context("What was sent already cannot be called back; the receipt in the thread says what was done."),
    ],
  };
};
