import type { KnownBlock } from "@slack/types";
import type { Step } from "../delivery/checklist.ts";
import { button, buttons, type Message, paragraph, words } from "./parts.ts";

const marks: Record<Step["status"], string> = { in_progress: "◔", complete: "✓", error: "✗" };
/** Blocks of words shown so far; steps and Stop need some of Slack's 50. */
const wordsMax = 40;

/** What a run shows where it cannot stream: the words that are whole, its steps, and a Stop. */
export const drawProgress = (turn: string, said: KnownBlock[], steps: readonly Step[]): Message => {
  const lines = steps.map(({ title, status }) => `${marks[status]} ${title}`).join("\n");
  return {
    text: "Working on it.",
    blocks: [
      ...said.slice(0, wordsMax),
      paragraph([words(lines === "" ? "Working on it." : lines, { italic: true })]),
      ...buttons(button("Stop", "stop", turn)),
    ],
  };
};
