/**
 * Action ids of the buttons and menus that Steward draws, one line each: an exact id, or the start of ids that end in
 * something of their own. A press of anything else is answered "not known here any more" and noted.
 */
const exact: readonly string[] = [
  "approve",
  "reject",
  "check",
  "stop",
  "rerun",
  "feedback",
  "feedback-why",
  "details",
  "run-page",
  "wrong-agent",
  "connect",
];
const starts: readonly string[] = ["offer:", "answer:", "fill:"];

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Every action id but ours: a button of another version, or none that we drew. */
export const foreignActionId = new RegExp(
  `^(?!(?:${exact.map(literal).join("|")})$|(?:${starts.map(literal).join("|")}))`,
);
