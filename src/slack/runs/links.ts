import { createHmac, timingSafeEqual } from "node:crypto";

/** A link lives this long. */
const linkSeconds = 600;

/** For whom a link was made, and of which run. */
interface RunLink {
  turn: string;
  workspace: string;
  user: string;
}

/** Links to the page of one run: made for one person, good for ten minutes, opened by nobody's word but our own mark. */
export interface RunLinks {
  /** The path with its query; the caller puts the address before it. */
  mint(link: RunLink): string;
  /** For whom a link was made; nothing for one that is too old or not of our making. */
  read(turn: string, query: URLSearchParams): RunLink | undefined;
}

/** Mints and reads links. `secret` is the same in every process. */
export const runLinks = (secret: string, now: () => number = () => Date.now()): RunLinks => {
  const key = createHmac("sha256", secret).update("steward.run-link.1").digest();
  const mark = ({ turn, workspace, user }: RunLink, until: string): Buffer =>
    createHmac("sha256", key).update([turn, workspace, user, until].join("|")).digest();
  return {
    mint(link) {
      const until = String(Math.floor(now() / 1000) + linkSeconds);
      const query = new URLSearchParams({
        ...{ workspace: link.workspace, user: link.user, until },
        mark: mark(link, until).toString("base64url"),
      });
      return `/runs/${link.turn}?${query.toString()}`;
    },
    read(turn, query) {
      const until = query.get("until") ?? "";
      const link = { turn, workspace: query.get("workspace") ?? "", user: query.get("user") ?? "" };
      const given = Buffer.from(query.get("mark") ?? "", "base64url");
      const expected = mark(link, until);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return Number(until) * 1000 >= now() ? link : undefined;
    },
  };
};
