import type { KnownBlock } from "@slack/types";
import type { Account } from "../../identity/ports.ts";
import { clip } from "../markdown/safe-text.ts";
import type { Inline } from "../markdown/rich-text.ts";
import {
  context,
  escaped,
  header,
  markup,
  mention,
  type Message,
  moment,
  paragraph,
  words,
} from "./parts.ts";

/** A system that people can connect. */
interface Offered {
  system: string;
  word: string;
  title: string;
}

const line = (text: string): KnownBlock => ({ type: "section", text: markup(text) });

/** A button that opens a page: the address is for the one person who is shown it. */
const linkButton = ({ label, url }: { label: string; url: string }): KnownBlock => ({
  type: "actions",
  elements: [
    {
      type: "button",
      text: { type: "plain_text", text: clip(label, 75), emoji: false },
      action_id: "connect",
      url,
      style: "primary",
    },
  ],
});

/** The way to a sign-in. `text` is markup of ours with escaped values. */
export const drawConnect = (text: string, link: { label: string; url: string }): Message => ({
  text: text.replaceAll(/[*_`]/g, ""),
  blocks: [line(text), linkButton(link)],
});

const lineOf = ({ system, title, word }: Offered, accounts: readonly Account[]): string => {
  const account = accounts.find((one) => one.system === system);
  return account === undefined
    ? `*${escaped(title)}*  not connected: \`/steward connect ${escaped(word)}\``
    : `*${escaped(title)}*  as ${escaped(clip(account.username, 100))}, since ${moment(account.connectedAt, "{date_short_pretty}")}: \`/steward disconnect ${escaped(word)}\``;
};

/** Lines for the systems that can be connected, with the person's account in each. */
export const connectionLines = (offered: readonly Offered[], accounts: readonly Account[]): KnownBlock[] =>
  offered.length === 0 ? [] : [line(offered.map((one) => lineOf(one, accounts)).join("\n"))];

/** What a person has connected, and what they can. */
export const drawConnections = (offered: readonly Offered[], accounts: readonly Account[]): Message => ({
  text: `Your accounts: ${accounts.length} connected.`,
  blocks: [
    header("Your accounts"),
    ...connectionLines(offered, accounts),
    context(
      "Where an account of yours is connected, I act with your rights and in your name; elsewhere my own does.",
    ),
  ],
});

/** How a turn's wait for an account stands, as its messages show it. */
export interface ConnectionView {
  state: "waiting" | "connected" | "expired" | "cancelled";
  until: Date;
  person: { workspace: string; user: string };
  name: string;
  /** What was asked. */
  ask: string;
  /** As whom the person is connected now. */
  username: string | null;
  /** Of the system, for people. */
  title: string;
  word: string;
  /** The person's own way to the sign-in; absent where nobody can reach us. */
  url: string | undefined;
}

const askCharsMax = 160;

/** What stands in the thread: whom it waits for, and how that ended. No link: others read it. */
const standingOf = (view: ConnectionView): Inline[] => {
  const who = mention(view.person.user);
  switch (view.state) {
    case "waiting":
      return [
        words("Waiting for "),
        who,
        words(` to connect ${view.title}: this is done in their own name. `),
      ];
    case "connected":
      return [
        who,
        words(` connected ${view.title}${view.username === null ? "" : ` as ${view.username}`}; I go on.`),
      ];
    case "expired":
      return [words(`${view.title} was not connected in time, so what needed it was not done.`)];
    case "cancelled":
      return [words(`No longer waiting for an account in ${view.title}.`)];
    default:
      return view.state satisfies never;
  }
};

/** The line in the thread, or the person's own message with the link. */
export const drawConnection = (view: ConnectionView, link: boolean): Message => {
  const until = `until ${moment(view.until, "{date_short_pretty} {time}")}`;
  const standing = paragraph(standingOf(view));
  if (view.state !== "waiting") {
    const over = view.state === "connected" ? `${view.title} is connected.` : `Not connected: ${view.title}.`;
    return { text: over, blocks: [standing] };
  }
  if (!link) {
    return {
      text: `Waiting for ${view.name} to connect ${view.title}.`,
      blocks: [standing, context(`The link stands in a private message to them, ${until}.`)],
    };
  }
  const ask = paragraph([
    words(
      `To do what you asked, I have to act in ${view.title} as you, and no account of yours is connected. `,
    ),
    words(`Connect it, and I go on by myself.\n`),
    words(`“${clip(view.ask, askCharsMax)}”`, { italic: true }),
  ]);
  return {
    text: `Connect your ${view.title} account, and I go on.`,
    blocks: [
      ask,
      ...(view.url === undefined ? [] : [linkButton({ label: `Connect ${view.title}`, url: view.url })]),
      context(
        view.url === undefined
          ? `Write \`/steward connect ${escaped(view.word)}\`, ${until}.`
          : `The link is for you alone and works ${until}. Later: \`/steward connect ${escaped(view.word)}\`.`,
      ),
    ],
  };
};
