import type { KnownBlock } from "@slack/types";
import type { AnswerWords } from "../words/answer-words.ts";
import { feedbackButtons } from "./feedback.ts";
import { button } from "./parts.ts";

/** What stands below every answer: was it a help, how it came about, and who should have answered instead. */
export const belowAnswer = (turn: string, routed: boolean, said: AnswerWords): KnownBlock[] => [
  feedbackButtons(turn, said),
  {
    type: "actions",
    elements: [
      button(said.details, "details", turn),
      ...(routed ? [button(said.wrongAgent, "wrong-agent", turn)] : []),
    ],
  },
];
