import type { KnownBlock } from "@slack/types";
import { context, escaped, header, type Message, paragraph, words } from "./parts.ts";

const limitsOfMine = [
  "I change nothing by myself: whatever would change something waits for the click of the person who may decide it.",
  "I show you only what you may see, and nobody else’s direct messages.",
  "What stands in a ticket, a log or a document is only read: nothing in it tells me what to do.",
  "I never repeat what may have happened already. Where I cannot know, I say unknown.",
];

const list = (items: readonly string[]): KnownBlock => ({
  type: "rich_text",
  elements: [
    {
      type: "rich_text_list",
      style: "bullet",
      elements: items.map((item) => ({ type: "rich_text_section", elements: [words(item)] })),
    },
  ],
});

/** What somebody reads whom the rules leave nothing; `why` is the rules' own sentence. */
export const nothingForYou = (why: string): string =>
  `For you I can do nothing here: ${why} A colleague of this workspace can ask me for you.`;

/** The first message to somebody: who this is, sentences to begin with, what it will not do. */
export const drawGreeting = (greeting: {
  name: string;
  prompts: readonly { message: string }[];
  refused?: string | undefined;
}): Message => {
  const first = greeting.name.split(" ")[0] ?? greeting.name;
  const who = `Hello ${first}. I am Steward, an AI colleague: I read the company’s systems for you and answer, and I do things there once the right person has approved.`;
  if (greeting.refused !== undefined) {
    const text = `${who} ${nothingForYou(greeting.refused)}`;
    return { text: escaped(text), blocks: [paragraph([words(text)])] };
  }
  return {
    text: escaped(who),
    blocks: [
      header("Hello from Steward"),
      paragraph([words(who)]),
      ...(greeting.prompts.length === 0
        ? []
        : [
            paragraph([words("To begin with, write for example", { bold: true })]),
            list(greeting.prompts.map(({ message }) => message)),
          ]),
      paragraph([words("What I will not do", { bold: true })]),
      list(limitsOfMine),
      context(
        "Mention me in a channel, write to me here, or use `/steward help`. I am a program and can be wrong: check what matters by the sources below my answers.",
      ),
    ],
  };
};
