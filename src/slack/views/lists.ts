import type { KnownBlock } from "@slack/types";
import type { Tool } from "../../core/tool.ts";
import { isWrite } from "../../core/tool.ts";
import type { CardView } from "../../gate/types.ts";
import { commands } from "../commands.ts";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import { drawCard, standing, type ButtonValue } from "./card.ts";
import { context, escaped, header, markup, type Message, paragraph, words } from "./parts.ts";

/** Cards in full that fit into one message beside the list of one's own. */
const waitingMax = 4;
const askedMax = 10;

/** What waits for this person, with buttons bound to them, and what they asked for. Shown to them alone. */
export const drawApprovals = (
  lists: { waitingForMe: CardView[]; askedByMe: CardView[] },
  allowed: LinkPolicy,
  value: ButtonValue,
): Message => {
  const { waitingForMe, askedByMe } = lists;
  const more = waitingForMe.length - waitingMax;
  const blocks: KnownBlock[] = [
    header(waitingForMe.length === 0 ? "Nothing waits for you" : `Waiting for you: ${waitingForMe.length}`),
    ...waitingForMe
      .slice(0, waitingMax)
      .flatMap((card) => [...drawCard(card, allowed, value).blocks, { type: "divider" } as const]),
    ...(more > 0 ? [context(`${more} more: decide these first, then run /steward approvals again.`)] : []),
    header(askedByMe.length === 0 ? "You have asked for nothing lately" : "Asked by you"),
    ...askedByMe
      .slice(0, askedMax)
      .map((card) =>
        context(
          `*${escaped(card.title)}* ${escaped(card.action.preview.sentence)}: ${escaped(standing(card))}`,
        ),
      ),
  ];
  return { text: `${waitingForMe.length} waiting for you, ${askedByMe.length} asked by you.`, blocks };
};

const line = (text: string): KnownBlock => ({ type: "section", text: markup(text) });

/** Slack's limit for the text of a section. */
const sectionCharsMax = 3_000;

/** Rows as few sections as hold them: with many systems there are more tools than one section holds. */
const sections = (rows: readonly string[]): KnownBlock[] => {
  const texts: string[] = [];
  for (const row of rows) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + row.length <= sectionCharsMax)
      texts[texts.length - 1] = `${last}\n${row}`;
    else texts.push(row.slice(0, sectionCharsMax));
  }
  return texts.map(line);
};

/** A sentence that asks for a tool: the shortest of its examples, with what must be filled in shown as ‹project›. */
const exampleOf = (tool: Tool): string => {
  const [shortest = tool.name] = tool.examples.toSorted((a, b) => a.length - b.length);
  return shortest.replaceAll(/\{(\w+)\}/g, (_, name: string) => `‹${name.replaceAll("_", " ")}›`);
};

/** What this person can do here, by example. */
export const drawOverview = (name: string, tools: readonly Tool[]): Message => {
  const first = name.split(" ")[0] ?? name;
  const examples = tools.map(
    (tool) =>
      `• ${escaped(tool.title)}: _${escaped(exampleOf(tool))}_${isWrite(tool) ? " (asks before it acts)" : ""}`,
  );
  return {
    text: "What I can do here.",
    blocks: [
      header("What I can do here"),
      line(
        `Hello ${escaped(first)}. Mention me in a channel, write to me directly, or use \`/steward\`. I read and answer; ` +
          "whatever would change something waits for the right person’s click.",
      ),
      ...sections(examples.length === 0 ? [nothingConnected] : examples),
      ...helpLines(),
    ],
  };
};

const nothingConnected =
  "There is no tool here that you may use: no system is connected, or the rules give you none. An operator connects GitLab or the CRM by the environment (see the README); an admin changes `policies/`.";

const helpLines = (): KnownBlock[] => [
  ...sections(
    Object.entries(commands).map(
      ([name, does]) =>
        `\`/steward${name.startsWith("<") ? ` ${escaped(name)}` : ` ${name}`}\`: ${escaped(does)}`,
    ),
  ),
  context(
    "Slack refuses slash commands inside threads: there, mention me instead. A thread we talk in needs no further mention.",
    "In a thread: *stop*, *mute*, *unmute*; “also …” or “instead …” goes on with what I am doing; an agent’s name and a colon at the start asks that agent once.",
  ),
];

/** Help on one command or tool, or the whole list. */
export const drawHelp = (word: string, tools: readonly Tool[], nearest: string | undefined): Message => {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command !== undefined)
    return { text: command, blocks: [header(`/steward ${word}`), line(escaped(command))] };
  const tool = tools.find((one) => one.name === word);
  if (tool !== undefined) return drawTool(tool);
  const hint = word === "" ? [] : [line(unknownWord(word, nearest))];
  return { text: "Help", blocks: [header("Commands"), ...hint, ...helpLines()] };
};

const unknownWord = (word: string, nearest: string | undefined): string =>
  `There is no command or tool \`${escaped(word)}\`.${nearest === undefined ? "" : ` Did you mean \`${nearest}\`?`}`;

const drawTool = (tool: Tool): Message => ({
  text: tool.title,
  blocks: [
    header(tool.title),
    line(escaped(tool.description)),
    line(
      Object.entries(tool.input.shape)
        .map(
          ([name, schema]) =>
            `\`${name}\`${schema.isOptional() ? " (optional)" : ""}: ${escaped(schema.description ?? "")}`,
        )
        .join("\n") || "It takes no arguments.",
    ),
    context(`Run it without a model: \`/steward do ${tool.name} name=value …\``),
  ],
});

/** A short private answer of our own words. */
export const drawWords = (text: string): Message => ({
  text: escaped(text),
  blocks: [paragraph([words(text)])],
});
