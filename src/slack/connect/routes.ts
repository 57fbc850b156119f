import type { CustomRoute } from "@slack/bolt";
import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf, StewardError } from "../../core/errors.ts";
import type { Accounts } from "../../identity/accounts.ts";
import type { ConnectLinks } from "../../identity/links.ts";
import type { PersonRef } from "../../identity/ports.ts";
import type { SignInSystem } from "../../identity/systems.ts";
import type { People } from "../../turn/types.ts";
import { sendPage } from "../install/pages.ts";
import type { Log } from "../log.ts";
import type { Workspaces } from "../workspaces.ts";

/** What the pages of a sign-in need. */
export interface ConnectPageParts {
  accounts: Pick<Accounts, "named" | "begin" | "finish">;
  links: ConnectLinks;
  people: People;
  within: Workspaces["within"];
  /** Where people's browsers reach us, without a trailing slash. */
  address(): string | undefined;
  log: Log;
}

/** What a browser keeps until its sign-in comes back; longer than the sign-in itself may take. */
const cookieSeconds = 1_200;
const cookieOf = (state: string): string => `steward_connect_${state.slice(0, 12)}`;

const cookiesOf = ({ headers }: IncomingMessage): Map<string, string> =>
  new Map(
    (headers.cookie ?? "").split(";").map((pair) => {
      const equals = pair.indexOf("=");
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()] as const;
    }),
  );

/** Words for the page where they were made for people; else the reference is in the log. */
const wordsOf = (error: unknown): string =>
  error instanceof StewardError
    ? error.message
    : "Something went wrong on Steward's side. Begin again from Slack.";

const stale = "This link is too old, or was not made by Steward.";

/** The address of the way back, as it is registered with the system. */
const backTo = (base: string, { word }: SignInSystem): string => `${base}/connect/${word}/callback`;

interface Asked {
  system: SignInSystem;
  base: string;
  query: URLSearchParams;
}

/** A link that somebody opened: for whom it was made. Answers by itself where it is not good. */
const linked = (
  parts: ConnectPageParts,
  { system, query }: Asked,
  response: ServerResponse,
): PersonRef | undefined => {
  const person = parts.links.read(system.word, query);
  if (person === undefined) {
    sendPage(response, 403, "Not connected", [
      stale,
      `Begin again in Slack: /steward connect ${system.word}.`,
    ]);
  }
  return person;
};

/** First page: says whose account is about to be connected, before anything begins. */
const welcome = async (parts: ConnectPageParts, asked: Asked, response: ServerResponse): Promise<void> => {
  const person = linked(parts, asked, response);
  if (person === undefined) return;
  const { system, query } = asked;
  const { name } = await parts.within(person.workspace, () =>
    parts.people.principal(person.workspace, person.user),
  );
  sendPage(
    response,
    200,
    `Connect ${system.title} for ${name}`,
    [
      `Steward will act in ${system.title} as the account that you sign in with, for ${name} in Slack and nobody else.`,
      `If you are not ${name}, close this page: the link was made for somebody else.`,
    ],
    { label: `Continue to ${system.title}`, href: `/connect/${system.word}/go?${query.toString()}` },
  );
};

/** Sends the browser to the system's consent page, with a state that is good once and in this browser alone. */
const go = async (parts: ConnectPageParts, asked: Asked, response: ServerResponse): Promise<void> => {
  const person = linked(parts, asked, response);
  if (person === undefined) return;
  const { system, base } = asked;
  const begun = await parts.accounts.begin(system, person, backTo(base, system));
  const secure = base.startsWith("https:") ? "; Secure" : "";
  response.writeHead(302, {
    location: begun.address,
    "set-cookie": `${cookieOf(begun.state)}=${begun.browser}; Path=/connect; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Lax${secure}`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
  response.end();
};

/** The way back: says who is now connected as whom, or why nobody is. */
const callback = async (
  parts: ConnectPageParts,
  { system, base, query }: Asked,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const state = query.get("state") ?? "";
  const code = query.get("code");
  if (code === null) {
    sendPage(response, 400, "Not connected", [
      query.get("error") === "access_denied"
        ? `You did not let Steward in, so nothing was connected.`
        : `${system.title} did not sign you in, so nothing was connected.`,
      `Begin again in Slack: /steward connect ${system.word}.`,
    ]);
    return;
  }
  const browser = cookiesOf(request).get(cookieOf(state)) ?? "";
  const { account, principal } = await parts.accounts.finish(
    system,
    { state, code, browser, redirectUri: backTo(base, system) },
    ({ workspace, user }) => parts.within(workspace, () => parts.people.principal(workspace, user)),
  );
  response.setHeader("set-cookie", `${cookieOf(state)}=; Path=/connect; Max-Age=0; HttpOnly; SameSite=Lax`);
  sendPage(response, 200, `${system.title} is connected`, [
    `${principal.name} in Slack now acts in ${system.title} as ${account.username}.`,
    "What waited for this goes on by itself. You can close this page.",
    `To end it, write /steward disconnect ${system.word} in Slack.`,
  ]);
};

/** The pages of a sign-in: `/connect/<system>`, `/go` and `/callback` below it. */
export const connectRoutes = (parts: ConnectPageParts): CustomRoute[] => {
  const route = (
    path: string,
    handle: (asked: Asked, request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ): CustomRoute => ({
    path,
    method: ["GET"],
    handler: (request, response) => {
      const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
      const system = parts.accounts.named(pathname.split("/")[2] ?? "");
      const base = parts.address();
      if (system === undefined || base === undefined) {
        sendPage(response, 404, "Nothing to connect", ["No such system can be connected here."]);
        return;
      }
      handle({ system, base, query }, request, response).catch((error: unknown) => {
        parts.log.warn({ reason: messageOf(error), system: system.system }, "a sign-in did not succeed");
        sendPage(response, error instanceof StewardError ? 403 : 500, "Not connected", [wordsOf(error)]);
      });
    },
  });
  return [
    route("/connect/:system", (asked, _, response) => welcome(parts, asked, response)),
    route("/connect/:system/go", (asked, _, response) => go(parts, asked, response)),
    route("/connect/:system/callback", (asked, request, response) =>
      callback(parts, asked, request, response),
    ),
  ];
};
