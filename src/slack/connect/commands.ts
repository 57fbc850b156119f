import type { Principal } from "../../core/principal.ts";
import type { Accounts } from "../../identity/accounts.ts";
import type { ConnectLinks } from "../../identity/links.ts";
import { nearestName } from "../commands.ts";
import { escaped, type Message } from "../views/parts.ts";
import { drawWords } from "../views/lists.ts";
import { drawConnect, drawConnections } from "../views/connect.ts";

/** What `/steward connect` and `disconnect` need. */
export interface ConnectParts {
  accounts: Pick<Accounts, "offered" | "named" | "of" | "disconnect">;
  links: ConnectLinks;
  /** Where people's browsers reach us; undefined: nobody can sign in. */
  address(): string | undefined;
}

/** A link of a command is used at once. */
const linkSeconds = 600;

const nothingToConnect =
  "Nothing can be connected here: no system has a registration for people's own accounts. An operator sets GITLAB_CLIENT_ID and GITLAB_CLIENT_SECRET.";

const unknownWord = (word: string, { accounts }: ConnectParts): Message => {
  const words = accounts.offered().map((one) => one.word);
  if (words.length === 0) return drawWords(nothingToConnect);
  const nearest = nearestName(word, words);
  return drawWords(
    `There is nothing called ${word} to connect.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} You can connect ${words.join(", ")}.`,
  );
};

/** Without a word: what can be connected, and what is. With one: the link, for this person alone. */
export const connect = async (parts: ConnectParts, person: Principal, word: string): Promise<Message> => {
  const { accounts, links } = parts;
  const base = parts.address();
  if (word === "") {
    if (accounts.offered().length === 0) return drawWords(nothingToConnect);
    return drawConnections(accounts.offered(), await accounts.of(person));
  }
  const system = accounts.named(word);
  if (system === undefined || base === undefined) return unknownWord(word, parts);
  const now = (await accounts.of(person)).find((one) => one.system === system.system);
  const until = new Date(Date.now() + linkSeconds * 1000);
  const url = `${base}${links.mint({ word: system.word, person }, until)}`;
  return drawConnect(
    now === undefined
      ? `Connect your ${escaped(system.title)} account, and I act there as you: with your rights, and in your name. The link is for you alone and good for ten minutes.`
      : `You are connected as ${escaped(now.username)}. Connecting again replaces that. The link is for you alone and good for ten minutes.`,
    { label: `Connect ${system.title}`, url },
  );
};

/** Ends a connection at once; the token is given back to its system. */
export const disconnect = async (parts: ConnectParts, person: Principal, word: string): Promise<Message> => {
  const system = parts.accounts.named(word);
  if (system === undefined) {
    return word === ""
      ? drawWords("Write what to disconnect, such as /steward disconnect gitlab.")
      : unknownWord(word, parts);
  }
  const actor = `slack:${person.workspace}/${person.user}`;
  const ended = await parts.accounts.disconnect(system.system, person, "disconnected by the person", actor);
  return drawWords(
    ended
      ? `Disconnected. I no longer act in ${system.title} as you, and the token is given back to ${system.title}.`
      : `No account of yours is connected in ${system.title}; there was nothing to disconnect.`,
  );
};
