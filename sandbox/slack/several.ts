import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "../http/request-body.ts";
import type { SlackSim } from "./sim.ts";
import { ControlError } from "./slack-error.ts";
import type { Seed } from "./types.ts";

/** One Slack over several workspaces, each a simulator of its own: installs by OAuth, and a token for each. */
export interface SeveralWorkspaces {
  /** For SLACK_API_URL: the simulators' methods, by whose token is sent. */
  readonly apiUrl: string;
  /** For SLACK_CLIENT_ID and SLACK_CLIENT_SECRET. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Adds a workspace; what it sends to the product is its own matter. */
  add(workspace: SlackSim): void;
  /** A person installs the app from its page, as their browser would; the page they see at the end. */
  install(installUrl: string, workspace: SlackSim, as: string, browser?: Browser): Promise<Page>;
  /** Takes the token back; with `tell`, Slack's two events go to the product as well. */
  uninstall(workspace: SlackSim, tell: boolean): Promise<void>;
  /** Tokens that were issued and are good now. */
  tokens(workspace: SlackSim): string[];
  stop(): Promise<void>;
}

/** What a browser does otherwise than ours: loses its cookies, answers with another state. */
interface Browser {
  readonly cookies?: boolean;
  readonly state?: string;
}

/** A page as a person sees it. */
interface Page {
  readonly status: number;
  readonly text: string;
}

interface Issued {
  readonly token: string;
  readonly workspace: SlackSim;
  revoked: boolean;
}

/** A workspace like another one, of another team and with another bot; people and channels have the same ids. */
export function neighbourOf(seed: Seed, team: Seed["team"], bot: { userId: string; botId: string }): Seed {
  const old = seed.app.botUserId;
  const renamed = (id: string) => (id === old ? bot.userId : id);
  return {
    ...seed,
    team,
    app: { ...seed.app, botId: bot.botId, botUserId: bot.userId },
    people: seed.people.map((person) => ({ ...person, id: renamed(person.id) })),
    channels: seed.channels.map((channel) => ({
      ...channel,
      members: new Set([...channel.members].map(renamed)),
    })),
  };
}

const reply = (response: ServerResponse, body: object): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
};

/** Starts it on a free port of 127.0.0.1. */
export async function startSeveral(): Promise<SeveralWorkspaces> {
  const clientId = "1.2";
  const clientSecret = randomBytes(16).toString("hex");
  const workspaces: SlackSim[] = [];
  const codes = new Map<string, { workspace: SlackSim; as: string; redirectUri: string }>();
  const issued: Issued[] = [];

  const access = (form: URLSearchParams, authorization: string | undefined): object => {
    const basic = Buffer.from(authorization?.replace(/^Basic /, "") ?? "", "base64").toString();
    const [id, secret] = form.has("client_id")
      ? [form.get("client_id"), form.get("client_secret")]
      : basic.split(":");
    if (id !== clientId) return { ok: false, error: "invalid_client_id" };
    if (secret !== clientSecret) return { ok: false, error: "bad_client_secret" };
    const code = form.get("code") ?? "";
    const grant = codes.get(code);
    codes.delete(code);
    if (!grant) return { ok: false, error: "invalid_code" };
    if (form.get("redirect_uri") !== grant.redirectUri) return { ok: false, error: "bad_redirect_uri" };
    const { workspace, as } = grant;
    const token = `xoxb-${workspace.teamId}-${randomBytes(8).toString("hex")}`;
    issued.push({ token, workspace, revoked: false });
    return {
      ok: true,
      app_id: "A0STEWARD",
      authed_user: { id: as },
      scope: "chat:write,commands",
      token_type: "bot",
      access_token: token,
      bot_user_id: workspace.botUserId,
      team: { id: workspace.teamId, name: workspace.teamId },
      enterprise: null,
      is_enterprise_install: false,
    };
  };

  const forward = async (
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    found: Issued,
  ): Promise<void> => {
    const { workspace } = found;
    const answer = await fetch(`${workspace.url}${request.url ?? "/"}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${workspace.botToken}`,
        "content-type": request.headers["content-type"] ?? "application/x-www-form-urlencoded",
      },
      body,
    });
    const wait = answer.headers.get("retry-after");
    response.writeHead(answer.status, {
      "content-type": "application/json",
      ...(wait !== null && { "retry-after": wait }),
    });
    response.end(await answer.text());
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const body = await readBody(request);
    const { authorization } = request.headers;
    if (url.pathname === "/api/oauth.v2.access") {
      return reply(response, access(new URLSearchParams(body), authorization));
    }
    const token = authorization?.replace(/^Bearer /, "") ?? new URLSearchParams(body).get("token");
    const found = issued.find((one) => one.token === token);
    if (!found) return reply(response, { ok: false, error: "invalid_auth" });
    if (found.revoked) return reply(response, { ok: false, error: "token_revoked" });
    if (url.pathname === "/api/auth.revoke") {
      found.revoked = true;
      return reply(response, { ok: true, revoked: true });
    }
    return forward(request, response, body, found);
  };

  const server = createServer((request, response) => {
    // A simulator that was stopped: the connection ends without an answer.
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** What Slack's own page answers when the person presses Allow: where their browser goes next. */
  const allow = (authorize: URL, workspace: SlackSim, as: string): URL => {
    if (authorize.origin !== origin || authorize.pathname !== "/oauth/v2/authorize") {
      throw new ControlError(`${authorize.href} is not Slack's page: that is ${origin}/oauth/v2/authorize`);
    }
    if (authorize.searchParams.get("client_id") !== clientId)
      throw new ControlError("not the app's client id");
    const redirectUri = authorize.searchParams.get("redirect_uri") ?? "";
    const code = randomBytes(8).toString("hex");
    codes.set(code, { workspace, as, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", authorize.searchParams.get("state") ?? "");
    return back;
  };

  const eventOf = (workspace: SlackSim, event: object) => ({
    token: "sandbox",
    team_id: workspace.teamId,
    api_app_id: "A0STEWARD",
    event,
    type: "event_callback",
    event_id: `Ev0${randomBytes(6).toString("hex").toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
  });

  return {
    apiUrl: `${origin}/api/`,
    clientId,
    clientSecret,
    add: (workspace) => void workspaces.push(workspace),
    async install(installUrl, workspace, as, { cookies = true, state } = {}) {
      if (!workspaces.includes(workspace)) throw new ControlError(`${workspace.teamId} was not added`);
      const begun = await fetch(installUrl, { redirect: "manual" });
      const to = begun.headers.get("location");
      if (to === null) return { status: begun.status, text: await begun.text() };
      const back = allow(new URL(to), workspace, as);
      if (state !== undefined) back.searchParams.set("state", state);
      const cookie = begun.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; ");
      const page = await fetch(back, { headers: cookies ? { cookie } : {} });
      return { status: page.status, text: await page.text() };
    },
    async uninstall(workspace, tell) {
      for (const one of issued) if (one.workspace === workspace) one.revoked = true;
      if (!tell) return;
      const tokens = { oauth: [], bot: [workspace.botUserId] };
      await workspace.forge({ event: eventOf(workspace, { type: "tokens_revoked", tokens }) });
      await workspace.forge({ event: eventOf(workspace, { type: "app_uninstalled" }) });
    },
    tokens: (workspace) =>
      issued.filter((one) => one.workspace === workspace && !one.revoked).map(({ token }) => token),
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
