import type { Block } from "../../sandbox/slack/types.ts";
import type { Steward } from "../steward.ts";
import { consent } from "./gitlab-consent.ts";

/** The address behind the button *Connect …* of a message; undefined where it has none. */
export const linkOf = (message: { blocks?: readonly Block[] }): string | undefined =>
  (message.blocks ?? [])
    .filter(({ type }) => type === "actions")
    .flatMap((block) => block["elements"] as { action_id: string; url?: string }[])
    .find(({ action_id }) => action_id === "connect")?.url;

/** A browser: it keeps what it is given, and follows nothing by itself. */
export interface Browser {
  get(url: string): Promise<{ status: number; text: string; location: string | null }>;
}

export const browser = (): Browser => {
  const jar = new Map<string, string>();
  return {
    get: async (url) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { redirect: "manual", headers: cookie === "" ? {} : { cookie } });
      for (const given of response.headers.getSetCookie()) {
        const [pair = ""] = given.split(";");
        const equals = pair.indexOf("=");
        jar.set(pair.slice(0, equals), pair.slice(equals + 1));
      }
      return {
        status: response.status,
        text: await response.text(),
        location: response.headers.get("location"),
      };
    },
  };
};

/** Opens a link and goes on to GitLab's consent page; the address of that page. */
export const toGitLab = async (link: string, by: Browser): Promise<string> => {
  const first = await by.get(link);
  const next = /href="(\/connect\/[^"]+)"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&");
  if (next === undefined) throw new Error(`No way on from the first page: ${first.status} ${first.text}`);
  const { location } = await by.get(new URL(next, link).href);
  if (location === null) throw new Error("The product did not send the browser to GitLab.");
  return location;
};

/** The whole way of one person's sign-in; the last page. */
export const signIn = async (
  { gitlab }: Pick<Steward, "gitlab">,
  link: string,
  username: string,
  by: Browser = browser(),
): Promise<{ status: number; text: string }> => {
  const back = await consent(gitlab, await toGitLab(link, by), username);
  return by.get(back.href);
};
