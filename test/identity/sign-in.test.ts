import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../src/http/client.ts";
import { connectLinks } from "../../src/identity/links.ts";
import { openSignIn } from "../../src/identity/oauth.ts";
import { isSamePerson } from "../../src/identity/same-person.ts";
import {
  gitLabSignIn,
  hubSpotSignIn,
  salesforceSignIn,
  type SignInSystem,
} from "../../src/identity/systems.ts";
import { json, serve, type SmallServer } from "../http/server.ts";

const registration = (url: string) => ({ url, clientId: "the-id", clientSecret: "the-secret" });

/** A system that answers by path; unknown paths are refused with everything it was sent. */
const begin = async (
  make: (given: ReturnType<typeof registration>) => SignInSystem,
  replies: Record<string, unknown>,
) => {
  const server: SmallServer = await serve((response, request) => {
    const path = request.path.split("?")[0] ?? "";
    if (path in replies) return json(response, 200, replies[path]);
    return json(response, 400, { error: "invalid_grant", error_description: request.body });
  });
  const http = createHttp({ allow: [server.url], writes: "steward's own" });
  onTestFinished(async () => {
    await http.close();
    await server.close();
  });
  return { server, signIn: openSignIn(make(registration(server.url)), http, () => new Date(0)) };
};

const asked = { state: "s1", challenge: "c1", redirectUri: "https://steward.example.com/back" };
const tokens = { access_token: "at", refresh_token: "rt", expires_in: 1800 };

describe("a sign-in", () => {
  it("asks GitLab and Salesforce with PKCE, and HubSpot, which has none, without", async () => {
    const gitlab = await begin(gitLabSignIn, {});
    const query = new URL(gitlab.signIn.address(asked)).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      ...{ response_type: "code", client_id: "the-id", redirect_uri: asked.redirectUri, state: "s1" },
      ...{ scope: "api", code_challenge: "c1", code_challenge_method: "S256" },
    });
    const salesforce = await begin(salesforceSignIn, {});
    expect(new URL(salesforce.signIn.address(asked)).searchParams.get("code_challenge")).toBe("c1");
    const hubspot = await begin(hubSpotSignIn, {});
    const [, sent] = hubspot.signIn.address(asked).split("?");
    expect(new URLSearchParams(sent).has("code_challenge")).toBe(false);
    expect(new URLSearchParams(sent).get("state")).toBe("s1");
    const real = hubSpotSignIn(registration("https://api.hubapi.com"));
    expect(real.authorizeUrl).toBe("https://app.hubspot.com/oauth/authorize");
  });

  it("exchanges, names and gives back in HubSpot's own way", async () => {
    const { server, signIn } = await begin(hubSpotSignIn, {
      "/oauth/v1/token": tokens,
      "/oauth/v1/access-tokens/at": { user: "dan@example.com", user_id: 7, hub_id: 42 },
      "/oauth/v1/refresh-tokens/rt": {},
    });
    const given = await signIn.exchange("code", "verifier", asked.redirectUri);
    expect(given).toEqual({ access: "at", refresh: "rt", freshUntil: new Date(1_800_000) });
    expect(new URLSearchParams(server.requests[0]?.body).has("code_verifier")).toBe(false);
    expect(await signIn.whoami("at")).toEqual({
      ...{ account: "42/7", username: "dan@example.com", email: "dan@example.com", groups: [] },
    });
    await signIn.revoke(given);
    expect(server.requests.at(-1)).toMatchObject({ method: "DELETE", path: "/oauth/v1/refresh-tokens/rt" });
  });

  it("takes an address of Salesforce's only where it is confirmed", async () => {
    const claims = { sub: "s7", preferred_username: "dan@acme.example", email: "dan@example.com" };
    const confirmed = await begin(salesforceSignIn, {
      "/services/oauth2/userinfo": { ...claims, email_verified: true },
    });
    expect((await confirmed.signIn.whoami("at")).email).toBe("dan@example.com");
    const anybody = await begin(salesforceSignIn, { "/services/oauth2/userinfo": claims });
    expect((await anybody.signIn.whoami("at")).email).toBeUndefined();
  });

  it("sends a code and a refresh token once, and repeats nothing secret when it is refused", async () => {
    const { server, signIn } = await begin(gitLabSignIn, {});
    for (const refused of [signIn.exchange("the-code", "v", "r"), signIn.refresh("the-refresh")]) {
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/GitLab no longer accepts this sign-in/);
      expect(JSON.stringify(error) + String(error)).not.toMatch(/the-secret|the-code|the-refresh/);
    }
    expect(server.requests).toHaveLength(2);
    // What the system no longer knows is given back already.
    await signIn.revoke({ access: "at", refresh: "rt" });
  });
});

describe("whose account it is", () => {
  const anna = { email: "anna@example.com", external: false };
  it.each([
    ["the same address", anna, { username: "anna", email: "Anna@example.com" }, undefined, true],
    ["another address", anna, { username: "boris", email: "boris@example.com" }, undefined, false],
    ["an address nobody has confirmed", anna, { username: "anna", email: undefined }, undefined, false],
    ["no address in Slack", { external: false }, { username: "anna", email: undefined }, undefined, false],
    ["the account of the people map", anna, { username: "Anna", email: undefined }, "anna", true],
    ["another account than the map's", anna, { username: "annb", email: "anna@example.com" }, "anna", false],
    [
      "another organisation's person",
      { ...anna, external: true },
      { username: "anna", email: "anna@example.com" },
      "anna",
      false,
    ],
  ] as const)("%s", (_, principal, signedIn, mapped, same) => {
    expect(isSamePerson(principal, signedIn, mapped)).toBe(same);
  });
});

describe("a link that begins a sign-in", () => {
  it("is good for one person, one system and its time", () => {
    let now = 1_000_000;
    const links = connectLinks("a secret", () => now);
    const person = { workspace: "T1", user: "U1" };
    const path = links.mint({ word: "gitlab", person }, new Date(2_000_000));
    const query = () => new URL(path, "http://localhost").searchParams;
    expect(links.read("gitlab", query())).toEqual(person);
    expect(links.read("hubspot", query())).toBeUndefined();
    for (const [name, value] of [
      ["user", "U2"],
      ["workspace", "T2"],
      ["until", "3000"],
      ["mark", "x"],
    ] as const) {
      const forged = query();
      forged.set(name, value);
      expect(links.read("gitlab", forged)).toBeUndefined();
    }
    expect(connectLinks("another secret", () => now).read("gitlab", query())).toBeUndefined();
    now = 2_001_000;
    expect(links.read("gitlab", query())).toBeUndefined();
  });
});
