import { html, json } from "../../http/reply.ts";
import type { Call, Reply, Route } from "../../http/types.ts";
import type { Scope } from "../access.ts";
import { consentPage } from "../oauth/consent-page.ts";
import type { Application, Grants } from "../oauth/grants.ts";
import type { World } from "../world.ts";

const known: readonly Scope[] = ["api", "read_api", "read_user"];

const formOf = (call: Call): Readonly<Record<string, string>> =>
  typeof call.body === "object" && call.body !== null ? (call.body as Record<string, string>) : {};

/** GitLab shows its own page rather than send anybody to an address that is not registered. */
const refusedPage = (why: string): Reply => html(400, `<!doctype html><title>Error</title><p>${why}</p>`);

const refused = (status: number, error: string, description: string): Reply =>
  json(status, { error, error_description: description });

/** Registered: the product's own callback, on whatever port of this machine it listens. */
const isRegistered = (address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { hostname, pathname } = new URL(address);
  return ["localhost", "127.0.0.1"].includes(hostname) && pathname === "/connect/gitlab/callback";
};

const sentTo = (address: string, answer: Readonly<Record<string, string>>): Reply => {
  const target = new URL(address);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  return { status: 302, headers: { location: target.href }, body: "" };
};

/** The asked-for consent, judged; a reply says why it is refused. */
const asked = (given: (name: string) => string, application: Application) => {
  const redirectUri = given("redirect_uri");
  if (given("client_id") !== application.id)
    return refusedPage("Client authentication failed: unknown client.");
  if (!isRegistered(redirectUri)) return refusedPage("The redirect URI included is not valid.");
  const scopes = given("scope")
    .split(/[ +]/)
    .filter((scope) => scope !== "");
  const state = given("state");
  const wrong = (error: string): Reply => sentTo(redirectUri, { error, ...(state !== "" && { state }) });
  if (given("response_type") !== "code") return wrong("unsupported_response_type");
  if (scopes.length === 0 || scopes.some((scope) => !known.includes(scope as Scope)))
    return wrong("invalid_scope");
  const challenge = given("code_challenge");
  if (challenge === "" || given("code_challenge_method") !== "S256") return wrong("invalid_request");
  return { redirectUri, scopes: scopes as Scope[], state, challenge };
};

const fields = [
  ...["client_id", "redirect_uri", "response_type", "scope", "state"],
  ...["code_challenge", "code_challenge_method"],
];

/** Sign-in for applications: consent page, tokens, revocation, and what a token says of itself. */
export function oauthRoutes(world: () => World, grants: Grants, application: Application): Route[] {
  const client = (call: Call): boolean => {
    const basic = /^Basic (.+)$/i.exec(call.headers.authorization ?? "")?.[1];
    const form = formOf(call);
    const [id, secret] =
      basic === undefined
        ? [form["client_id"], form["client_secret"]]
        : Buffer.from(basic, "base64").toString("utf8").split(":");
    return id === application.id && secret === application.secret;
  };
  return [
    {
      method: "GET",
      path: "/oauth/authorize",
      handle: (call) => {
        const given = (name: string) => call.query.get(name) ?? "";
        const request = asked(given, application);
        if ("status" in request) return request;
        const people = world().users.filter((user) => !user.bot && user.state === "active");
        const back = Object.fromEntries(fields.map((name) => [name, given(name)]));
        return html(200, consentPage(application.name, request.scopes, people, back));
      },
    },
    {
      method: "POST",
      path: "/oauth/authorize",
      handle: (call) => {
        const form = formOf(call);
        const request = asked((name) => form[name] ?? "", application);
        if ("status" in request) return request;
        const { redirectUri, scopes, state, challenge } = request;
        const username = form["username"] ?? "";
        if (form["answer"] !== "yes") return sentTo(redirectUri, { error: "access_denied", state });
        if (!world().users.some((user) => user.username === username && user.state === "active")) {
          return refusedPage("You need to sign in.");
        }
        const consent = { application: application.id, username, redirectUri, scopes, challenge };
        return sentTo(redirectUri, { code: grants.agree(consent), state });
      },
    },
    {
      method: "POST",
      path: "/oauth/token",
      handle: (call) => {
        const form = formOf(call);
        const given = (name: string) => form[name] ?? "";
        if (!client(call)) {
          return refused(401, "invalid_client", "Client authentication failed due to unknown client.");
        }
        const pair =
          given("grant_type") === "refresh_token"
            ? grants.refresh(given("refresh_token"), application.id)
            : grants.exchange(given("code"), application.id, given("redirect_uri"), given("code_verifier"));
        if (pair !== undefined) return json(200, pair, { "cache-control": "no-store" });
        return refused(
          400,
          "invalid_grant",
          "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
        );
      },
    },
    {
      method: "POST",
      path: "/oauth/revoke",
      handle: (call) => {
        if (!client(call))
          return refused(403, "unauthorized_client", "You are not authorized to revoke this token");
        grants.revoke(formOf(call)["token"] ?? "", application.id);
        return json(200, {});
      },
    },
    {
      method: "GET",
      path: "/oauth/token/info",
      handle: (call) => {
        const token = /^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1] ?? "";
        const about = grants.about(token);
        if (about === undefined)
          return refused(401, "invalid_token", "The access token was revoked or is expired");
        return json(200, {
          resource_owner_id: world().user(about.username).id,
          scope: about.scopes,
          expires_in: about.expiresIn,
          application: { uid: about.application },
          created_at: Math.floor(about.createdAt / 1000),
        });
      },
    },
  ];
}
