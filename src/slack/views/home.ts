import type { HomeView, KnownBlock } from "@slack/types";
import type { CardView } from "../../gate/types.ts";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import { clip } from "../markdown/safe-text.ts";
import { type ButtonValue, drawCard, standing } from "./card.ts";
import { connectionLines } from "./connect.ts";
import { nothingForYou } from "./greeting.ts";
import { button, context, escaped, header, markup, moment, paragraph, words } from "./parts.ts";

/** Cards in full; a home holds a hundred blocks, a card some nine. */
const waitingMax = 5;
const askedMax = 8;
const runsMax = 8;
const agentsMax = 8;
const textCharsMax = 160;

/** One request of a person's, as their home shows it. */
export interface HomeRun {
  turn: string;
  state: string;
  text: string;
  channel: string;
  direct: boolean;
  at: Date;
  /** It can be stopped. */
  open: boolean;
}

/** What a home shows: read anew each time. */
export interface HomeData {
  waitingForMe: readonly CardView[];
  askedByMe: readonly CardView[];
  runs: readonly HomeRun[];
  agents: readonly { title: string; description: string }[];
  systems: readonly { name: string; state: string }[];
  /** Systems that people can connect, and what this person has. */
  accounts: {
    offered: Parameters<typeof connectionLines>[0];
    connected: Parameters<typeof connectionLines>[1];
  };
  /** What became of the person's last click here. */
  notice: string | undefined;
}

const line = (text: string): KnownBlock => ({ type: "section", text: markup(text) });

const waiting = (cards: readonly CardView[], allowed: LinkPolicy, value: ButtonValue): KnownBlock[] => [
  header(cards.length === 0 ? "Nothing waits for you" : `Waiting for you: ${cards.length}`),
  ...cards
    .slice(0, waitingMax)
    .flatMap((card, at): KnownBlock[] => [
      ...(at === 0 ? [] : [{ type: "divider" as const }]),
      ...drawCard(card, allowed, value).blocks,
    ]),
  ...(cards.length > waitingMax
    ? [context(`${cards.length - waitingMax} more: \`/steward approvals\` shows them as these are decided.`)]
    : []),
];

const asked = (cards: readonly CardView[]): KnownBlock[] =>
  cards.length === 0
    ? []
    : [
        header("What you asked others to decide"),
        ...cards
          .slice(0, askedMax)
          .map((card) =>
            paragraph([
              words(clip(card.action.preview.sentence, textCharsMax), { bold: true }),
              words(`\n${clip(standing(card), 300)}`),
            ]),
          ),
      ];

const runLine = (run: HomeRun, value: ButtonValue): KnownBlock => {
  const place = run.direct ? "in our direct messages" : `in <#${run.channel}>`;
  const when = moment(run.at, "{date_short_pretty} {time}");
  const text = `“${escaped(clip(run.text, textCharsMax))}”\n${place}, ${when}, ${escaped(run.state)}`;
  return {
    type: "section",
    text: markup(text),
    ...(run.open && { accessory: button("Stop", "stop", value(run.turn), "danger") }),
  };
};

const lately = (runs: readonly HomeRun[], value: ButtonValue): KnownBlock[] => [
  header("What you asked lately"),
  ...(runs.length === 0
    ? [context("Nothing yet. Write to me in the Messages tab, or mention me in a channel.")]
    : runs.slice(0, runsMax).map((run) => runLine(run, value))),
];

const noticed = (notice: string | undefined): KnownBlock[] =>
  notice === undefined || notice === "" ? [] : [paragraph([words(notice)])];

/** The App Home of somebody whom the rules leave nothing: why, and nothing of what goes on here. */
export const drawNoHome = (why: string, notice: string | undefined): HomeView => ({
  type: "home",
  blocks: [...noticed(notice), header("Hello from Steward"), paragraph([words(nothingForYou(why))])],
});

/** A person's App Home: what waits for them, with its buttons, what they asked, who is here, how the systems are. */
export const drawHome = (data: HomeData, allowed: LinkPolicy, value: ButtonValue): HomeView => ({
  type: "home",
  blocks: [
    ...noticed(data.notice),
    ...waiting(data.waitingForMe, allowed, value),
    ...asked(data.askedByMe),
    ...lately(data.runs, value),
    header("Agents"),
    ...data.agents
      .slice(0, agentsMax)
      .map(({ title, description }) => line(`*${escaped(title)}*\n${escaped(clip(description, 300))}`)),
    ...(data.accounts.offered.length === 0
      ? []
      : [header("Your accounts"), ...connectionLines(data.accounts.offered, data.accounts.connected)]),
    header("Systems"),
    line(data.systems.map(({ name, state }) => `*${escaped(name)}*  ${escaped(state)}`).join("\n")),
    context(`As of ${moment(new Date(), "{date_short_pretty} {time}")}`),
  ],
});
