import { createHash } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { type GitLab, startGitlab } from "../../sandbox/gitlab/index.ts";
import { consent } from "../support/gitlab-consent.ts";

const verifier = "a-verifier-of-more-than-forty-three-characters-for-pkce";
const callback = "http://localhost:4000/connect/gitlab/callback";

const begin = async (): Promise<GitLab> => {
  const gitlab = await startGitlab();
  onTestFinished(() => gitlab.close());
  return gitlab;
};

const authorize = (gitlab: GitLab, more: Record<string, string> = {}): string =>
  `${gitlab.url}/oauth/authorize?${new URLSearchParams({
    ...{ client_id: gitlab.oauth.clientId, redirect_uri: callback, response_type: "code", scope: "api" },
    ...{ state: "s1", code_challenge: createHash("sha256").update(verifier).digest("base64url") },
    ...{ code_challenge_method: "S256", ...more },
  }).toString()}`;

const post = async (gitlab: GitLab, path: string, form: Record<string, string>) => {
  const { clientId, clientSecret } = gitlab.oauth;
  const response = await fetch(`${gitlab.url}/oauth/${path}`, {
    method: "POST",
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

const exchange = (gitlab: GitLab, code: string, more: Record<string, string> = {}) =>
  post(gitlab, "token", {
    ...{ grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier, ...more },
  });

const codeOf = async (gitlab: GitLab, username = "anna"): Promise<string> =>
  (await consent(gitlab, authorize(gitlab), username)).searchParams.get("code") ?? "";

const get = async (gitlab: GitLab, path: string, token: string) => {
  const response = await fetch(`${gitlab.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe("the sandbox's GitLab lets applications in", () => {
  it("shows a person's own token what the person may see, and no more", async () => {
    const gitlab = await begin();
    const { body } = await exchange(gitlab, await codeOf(gitlab));
    const token = body["access_token"] ?? "";
    expect(await get(gitlab, "/api/v4/user", token)).toMatchObject({
      status: 200,
      body: { username: "anna" },
    });
    const closed = "/api/v4/projects/payments%2Ffraud-rules";
    expect((await get(gitlab, closed, token)).status).toBe(404);
    expect((await get(gitlab, closed, gitlab.token)).status).toBe(200);
    expect(await get(gitlab, "/oauth/token/info", token)).toMatchObject({
      status: 200,
      body: { resource_owner_id: 11, scope: ["api"] },
    });
  });

  it("takes a code once, from who began, with the verifier that belongs to it", async () => {
    const gitlab = await begin();
    const wrong = await exchange(gitlab, await codeOf(gitlab), { code_verifier: "another" });
    expect(wrong).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const stranger = await exchange(gitlab, await codeOf(gitlab), { client_secret: "guessed" });
    expect(stranger.status).toBe(401);
    const code = await codeOf(gitlab);
    expect((await exchange(gitlab, code)).status).toBe(200);
    expect((await exchange(gitlab, code)).status).toBe(400);
  });

  it("renews a pair once, and ends the old one with it", async () => {
    const gitlab = await begin();
    const first = (await exchange(gitlab, await codeOf(gitlab))).body;
    const renew = { grant_type: "refresh_token", refresh_token: first["refresh_token"] ?? "" };
    const second = await post(gitlab, "token", renew);
    expect(second.status).toBe(200);
    expect((await post(gitlab, "token", renew)).status).toBe(400);
    expect((await get(gitlab, "/api/v4/user", first["access_token"] ?? "")).status).toBe(401);
    expect((await get(gitlab, "/api/v4/user", second.body["access_token"] ?? "")).status).toBe(200);
    gitlab.clock.advance(7_200_000);
    expect((await get(gitlab, "/api/v4/user", second.body["access_token"] ?? "")).status).toBe(401);
  });

  it("ends a token that is given back", async () => {
    const gitlab = await begin();
    const { body } = await exchange(gitlab, await codeOf(gitlab));
    await post(gitlab, "revoke", { token: body["access_token"] ?? "" });
    expect((await get(gitlab, "/api/v4/user", body["access_token"] ?? "")).status).toBe(401);
    expect(gitlab.oauth.grants.people(gitlab.oauth.clientId)).toEqual([]);
  });

  it("sends back who cancels, and nobody to an address that is not registered", async () => {
    const gitlab = await begin();
    const back = await consent(gitlab, authorize(gitlab), "anna", "no");
    expect(back.href).toBe(`${callback}?error=access_denied&state=s1`);
    const elsewhere = await fetch(authorize(gitlab, { redirect_uri: "https://elsewhere.example/callback" }));
    expect(elsewhere.status).toBe(400);
    const plain = await fetch(authorize(gitlab, { code_challenge_method: "plain" }), { redirect: "manual" });
    expect(plain.headers.get("location")).toContain("error=invalid_request");
  });
});
