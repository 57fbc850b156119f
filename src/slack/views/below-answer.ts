import type { KnownBlock } from "@slack/types";
import { feedbackButtons } from "./feedback.ts";
import { button } from "./parts.ts";

/** What stands below every answer: was it a help, how it came about, and who should have answered instead. */
export const belowAnswer = (turn: string, routed: boolean): KnownBlock[] => [
  feedbackButtons(turn),
  {
    type: "actions",
    elements: [
      button("Details", "details", turn),
      ...(routed ? [button("Wrong agent?", "wrong-agent", turn)] : []),
    ],
  },
];
