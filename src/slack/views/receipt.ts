import type { KnownBlock } from "@slack/types";
import type { Action } from "../../core/action.ts";
import { fallbackText } from "../markdown/render.ts";
import type { Inline, LinkPolicy } from "../markdown/rich-text.ts";
import { clip, visible } from "../markdown/safe-text.ts";
import { button, buttons, context, escaped, type Message, paragraph, words } from "./parts.ts";

/** What the receipt of a stop is drawn from. */
export interface ReceiptView {
  /** Names. */
  by: string;
  askedBy: string;
  /** Words of the same person that were not taken up. */
  dropped: string[];
  /** What the turn asked for or did, as the ledger has it now. */
  actions: Action[];
}

const sentenceCharsMax = 300;
const whyCharsMax = 200;
/** Lines of a receipt, for a message that takes 50 blocks. */
const linesMax = 30;

type Group = "done" | "failed" | "unknown" | "under way" | "not started";

const groupOf: Partial<Record<Action["state"], Group>> = {
  succeeded: "done",
  failed: "failed",
  unknown: "unknown",
  executing: "under way",
  cancelled: "not started",
  rejected: "not started",
  expired: "not started",
};

const labels: Record<Group, string> = {
  done: "Done: ",
  failed: "Failed, nothing was changed: ",
  unknown: "Unknown: ",
  "under way": "Under way, this receipt will say how it ends: ",
  "not started": "Not started: ",
};

/** Worst first: what somebody has to look at stands on top. */
const order: readonly Group[] = ["unknown", "under way", "done", "failed", "not started"];

const sentenceOf = (action: Action, allowed: LinkPolicy): Inline => {
  const sentence = clip(visible(action.preview.sentence), sentenceCharsMax);
  const url = action.outcome?.output?.sources[0]?.url ?? action.target.url;
  const linked = action.state === "succeeded" || action.state === "unknown";
  return linked && url !== undefined && allowed(url)
    ? ({ type: "link", url, text: sentence } as Inline)
    : words(sentence);
};

const why = (action: Action): string => {
  const text = clip(fallbackText(action.outcome?.text ?? "").replaceAll(/\s+/g, " "), whyCharsMax);
  if (action.state === "unknown") return `. ${text || "Nobody can say yet whether it happened."}`;
  if (action.state === "failed") return text === "" ? "" : `. ${text}`;
  if (action.state === "rejected") return " (it had been rejected)";
  return action.state === "expired" ? " (it had expired)" : "";
};

const line = (action: Action, group: Group, allowed: LinkPolicy): KnownBlock[] => [
  paragraph([
    words(labels[group], { bold: true }),
    sentenceOf(action, allowed),
    ...(why(action) === "" ? [] : [words(why(action))]),
  ]),
  ...(action.state === "unknown" ? buttons(button("Check", "check", action.id)) : []),
];

/** What a stop left behind: done, unknown with *Check*, under way, not started; drawn anew when one of them settles. */
export const drawReceipt = (view: ReceiptView, allowed: LinkPolicy): Message => {
  const sorted = order.flatMap((group) =>
    view.actions.filter(({ state }) => groupOf[state] === group).map((action) => ({ action, group })),
  );
  const whose = view.by === view.askedBy ? "" : ` ${view.askedBy} had asked for it.`;
  const first = `Stopped by ${view.by}.${whose}${sorted.length === 0 ? " Nothing was changed." : ""}`;
  const more = sorted.length - linesMax;
  return {
    text: escaped(
      [first, ...sorted.map(({ action, group }) => `${labels[group]}${action.preview.sentence}.`)]
        .join(" ")
        .slice(0, 2_000),
    ),
    blocks: [
      paragraph([words(first, { bold: true })]),
      ...sorted.slice(0, linesMax).flatMap(({ action, group }) => line(action, group, allowed)),
      ...(more > 0 ? [context(`${more} more: their cards stand above.`)] : []),
      ...view.dropped
        .slice(0, 5)
        .map((text) => paragraph([words("Not taken up: ", { bold: true }), words(`“${text}”`)])),
    ],
  };
};
