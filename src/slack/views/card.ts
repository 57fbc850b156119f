import type { KnownBlock } from "@slack/types";
import type { Action, ActionState } from "../../core/action.ts";
import { riskName } from "../../core/tool.ts";
import { changesBetween } from "../../gate/changes.ts";
import type { CardView } from "../../gate/types.ts";
import { fallbackText } from "../markdown/render.ts";
import type { Inline, LinkPolicy } from "../markdown/rich-text.ts";
import { clip, visible } from "../markdown/safe-text.ts";
import {
  button,
  buttons,
  context,
  escaped,
  fieldLines,
  fieldsInFull,
  header,
  mention,
  type Message,
  moment,
  paragraph,
  words,
} from "./parts.ts";

/** Where buttons of this card lead: an opaque action id, or one bound to a person in a private list. */
export type ButtonValue = (action: string) => string;

const by = (card: CardView, verdict: "approve" | "reject"): string =>
  card.votes
    .filter((vote) => vote.verdict === verdict)
    .map((vote) => vote.voter.name)
    .join(" and ");

/** An outcome on a card is a line, not a report: the turn's answer tells the whole. */
const outcomeCharsMax = 600;
const sentenceCharsMax = 400;

/** One line that says where the action stands, and what can be done next. */
export const standing = (card: CardView): string => {
  const { action } = card;
  // Outcomes are Markdown, for the answer; on the card they are one line of words.
  const text = clip(fallbackText(action.outcome?.text ?? "").replaceAll(/\s+/g, " "), outcomeCharsMax);
  const lines: Record<ActionState, () => string> = {
    planned: () => "Not asked yet.",
    waiting: () => `Waiting: ${missing(card)}.`,
    approved: () => `Approved by ${by(card, "approve") || "policy"}; starting.`,
    executing: () => `Approved by ${by(card, "approve") || "policy"}; running now.`,
    succeeded: () => `Done${approvedBy(card)}. ${text}`,
    failed: () => `Failed${approvedBy(card)}: ${text}`,
    unknown: () =>
      `Unknown: ${text || "nobody can say yet whether it happened."} Press Check to find out; nothing is repeated by itself.`,
    rejected: () => `Rejected by ${by(card, "reject")}${reason(card)}.`,
    expired: () => "Expired without a decision; nothing was done. Ask again if it is still wanted.",
    cancelled: () => `Cancelled; nothing was done. ${text}`,
    superseded: () => "Replaced by a newer request; nothing was done.",
  };
  return lines[action.state]().trim();
};

const approvedBy = (card: CardView): string => {
  const names = by(card, "approve");
  return names === "" ? "" : ` (approved by ${names})`;
};

const reason = (card: CardView): string => {
  const given = card.votes.find((vote) => vote.verdict === "reject")?.reason;
  return given === undefined || given === null || given === "" ? "" : `: “${given}”`;
};

const missing = (card: CardView): string =>
  card.asks
    .filter((ask) => ask.have < ask.count)
    .map((ask) => `${ask.have} of ${ask.count} from ${groupName(ask.group, card.action)}`)
    .join(", ") || "being counted";

const groupName = (group: string, action: Action): string =>
  group === "requester" ? action.principal.name : group;

const whyYou = (card: CardView): Inline[] =>
  card.asks.flatMap((ask, index): Inline[] => [
    words(`${index === 0 ? "" : "\n"}Why you: `, { bold: true }),
    ...(ask.group === "requester"
      ? [words("you asked for it; your click confirms it")]
      : [
          ...ask.people.flatMap((person, at): Inline[] => [
            ...(at === 0 ? [] : [words(", ")]),
            mention(person.user),
          ]),
          words(`${ask.people.length > 0 ? " of " : ""}${ask.group}`),
        ]),
    words(` (rule ${ask.policy}${ask.because === "" ? "" : `: ${ask.because}`})`),
  ]);

const origin = (card: CardView): Inline[] => [
  words("Asked by: ", { bold: true }),
  words(card.action.principal.name),
  ...(card.conversation.kind === "dm"
    ? [words(" in a direct message")]
    : [words(" in "), { type: "channel", channel_id: card.conversation.channel } as Inline]),
];

const because = (card: CardView): Inline[] =>
  card.words === ""
    ? []
    : [
        words("\nBecause: ", { bold: true }),
        words(`“${clip(card.words, 300)}” (${card.action.principal.name})`),
      ];

const untrusted = (card: CardView): Inline[] =>
  card.action.untrusted.length === 0
    ? []
    : [
        words("\nUntrusted: ", { bold: true }),
        words(`${clip(card.action.untrusted.join("; "), 500)} was read in this conversation`),
      ];

/** What changed when the target moved and this request replaced another. */
const refreshed = (card: CardView): KnownBlock[] => {
  const before = card.refreshedFrom;
  if (before === undefined) return [];
  const changes = changesBetween(before.preview, card.action.preview) || "nothing that is shown here differs";
  return [
    paragraph([
      words("Refreshed: ", { bold: true }),
      words(`the target changed since this was asked, earlier votes are void. What changed: ${changes}.`),
    ]),
  ];
};

const controls = (card: CardView, value: ButtonValue): KnownBlock[] => {
  const { action } = card;
  if (action.state === "waiting") {
    return buttons(
      button("Approve", "approve", value(action.id), "primary"),
      button("Reject", "reject", value(action.id), "danger"),
    );
  }
  return action.state === "unknown" ? buttons(button("Check", "check", value(action.id))) : [];
};

const meta = (card: CardView): KnownBlock => {
  const { action } = card;
  const votes = card.asks.map((ask) => `${ask.have} of ${ask.count}`).join(" · ");
  const expiry =
    action.state === "waiting" ? ` · expires ${moment(action.expiresAt, "{date_short_pretty} {time}")}` : "";
  const settled = action.settledAt ?? action.decidedAt;
  const when = settled === null ? "" : ` · ${moment(settled)}`;
  return context(
    `${riskName(action.risk)}${expiry}${when}${votes === "" ? "" : ` · ${votes}`} · ${escaped(action.id.slice(0, 8))}`,
  );
};

/**
 * The approval card, drawn from the stored request alone: verb, target, every argument, who asked, why this person,
 * which rule, what untrusted text was read. After the decision it locks and follows the action to its end.
 */
export const drawCard = (
  card: CardView,
  allowed: LinkPolicy,
  value: ButtonValue = (action) => action,
): Message => {
  const { action } = card;
  const waiting = action.state === "waiting";
  const told = fieldLines(action.preview.fields);
  const fields = waiting ? fieldsInFull(action.preview.fields) : told === undefined ? [] : [told];
  const progress = action.outcome?.progress;
  const sentence = clip(action.preview.sentence, sentenceCharsMax);
  return {
    text: `${card.title}: ${escaped(sentence)}. ${escaped(standing(card))}`,
    blocks: [
      header(card.title),
      paragraph([
        action.target.url === undefined || !allowed(action.target.url)
          ? words(sentence, { bold: true })
          : {
              type: "link",
              url: action.target.url,
              text: visible(sentence),
              style: { bold: true },
            },
      ] as Inline[]),
      ...fields,
      ...(waiting ? refreshed(card) : []),
      paragraph([
        ...origin(card),
        ...(waiting ? [words("\n"), ...whyYou(card)] : []),
        ...because(card),
        ...untrusted(card),
      ]),
      paragraph([words(standing(card), { bold: !waiting })]),
      ...(progress === undefined ? [] : [paragraph([words(progress)])]),
      ...controls(card, value),
      meta(card),
    ],
  };
};
