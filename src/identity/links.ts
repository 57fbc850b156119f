import { createHmac, timingSafeEqual } from "node:crypto";
import type { PersonRef } from "./ports.ts";

/** For whom a link was made, and to connect what. */
interface ConnectLink {
  /** As people type it: `gitlab`. */
  word: string;
  person: PersonRef;
}

/** Links that begin a sign-in: made for one person, good until their time is over, believed by our own mark alone. */
export interface ConnectLinks {
  /** The path with its query; the caller puts the address before it. */
  mint(link: ConnectLink, until: Date): string;
  /** For whom a link was made; nothing for one that is too old or not of our making. */
  read(word: string, query: URLSearchParams): PersonRef | undefined;
}

/** Mints and reads links. `secret` is the same in every process. */
export const connectLinks = (secret: string, now: () => number = () => Date.now()): ConnectLinks => {
  const key = createHmac("sha256", secret).update("steward.connect-link.1").digest();
  const mark = ({ word, person }: ConnectLink, until: string): Buffer =>
    createHmac("sha256", key)
      .update(JSON.stringify([word, person.workspace, person.user, until]))
      .digest();
  return {
    mint: (link, until) => {
      const seconds = String(Math.floor(until.getTime() / 1000));
      const { workspace, user } = link.person;
      const query = new URLSearchParams({
        ...{ workspace, user, until: seconds, mark: mark(link, seconds).toString("base64url") },
      });
      return `/connect/${link.word}?${query.toString()}`;
    },
    read: (word, query) => {
      const until = query.get("until") ?? "";
      const person = { workspace: query.get("workspace") ?? "", user: query.get("user") ?? "" };
      const given = Buffer.from(query.get("mark") ?? "", "base64url");
      const expected = mark({ word, person }, until);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return Number(until) * 1000 >= now() ? person : undefined;
    },
  };
};
