import { z } from "zod";
import { TerminalError } from "../core/errors.ts";
import type { Http } from "../http/types.ts";
import { requestMs, silent } from "./requests.ts";
import type { SignInSystem } from "./systems.ts";

/** Who signed in, as the system says it. `email` only where the system has confirmed it. */
export interface SignedIn {
  account: string;
  username: string;
  email: string | undefined;
  groups: readonly string[];
}

const gitLabSchema = z.object({
  id: z.number(),
  username: z.string(),
  email: z.string().optional(),
  confirmed_at: z.string().nullish(),
});
const hubSpotSchema = z.object({ user_id: z.number(), user: z.string(), hub_id: z.number() });
const openIdSchema = z.looseObject({
  sub: z.string(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
});
const groupsSchema = z.array(z.string()).catch([]);

type Asked = Pick<SignInSystem, "title" | "whoami">;

const read = async (
  http: Http,
  { title }: Asked,
  url: string,
  access: string | undefined,
  hides: readonly string[] = [],
): Promise<unknown> => {
  const { body } = await http.request({
    ...{ system: title, method: "GET", url, effect: "read", expect: "json", explain: silent },
    hides,
    ...{ signal: AbortSignal.timeout(requestMs), deadlineMs: requestMs },
    ...(access !== undefined && { secret: { header: "authorization", value: `Bearer ${access}` } }),
  });
  return body;
};

const gitLabUser = async (http: Http, asked: Asked, access: string): Promise<SignedIn> => {
  const user = gitLabSchema.parse(await read(http, asked, asked.whoami.url, access));
  const email = typeof user.confirmed_at === "string" ? user.email : undefined;
  return { account: String(user.id), username: user.username, email, groups: [] };
};

/** The token is part of the address: HubSpot has no other way to ask. */
const hubSpotUser = async (http: Http, asked: Asked, access: string): Promise<SignedIn> => {
  const url = `${asked.whoami.url}/${encodeURIComponent(access)}`;
  const about = hubSpotSchema.parse(await read(http, asked, url, undefined, [access]));
  const account = `${about.hub_id}/${about.user_id}`;
  return { account, username: about.user, email: about.user, groups: [] };
};

const openIdUser = async (http: Http, asked: Asked, access: string): Promise<SignedIn> => {
  const claims = openIdSchema.parse(await read(http, asked, asked.whoami.url, access));
  const email = claims.email_verified === true ? claims.email : undefined;
  const claim = asked.whoami.kind === "openid" ? asked.whoami.groupsClaim : undefined;
  const groups = claim === undefined ? [] : groupsSchema.parse(claims[claim]);
  const username = claims.preferred_username ?? claims.email ?? claims.sub;
  return { account: claims.sub, username, email, groups };
};

const users = { gitlab: gitLabUser, hubspot: hubSpotUser, openid: openIdUser };

/** Asks a system whose token this is. Throws `TerminalError` where it does not say. */
export const whoSignedIn = async (http: Http, asked: Asked, access: string): Promise<SignedIn> => {
  try {
    return await users[asked.whoami.kind](http, asked, access);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new TerminalError("sign_in_reply", `${asked.title} did not say who signed in.`, { cause: error });
  }
};
