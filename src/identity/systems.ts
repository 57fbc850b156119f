/** A system in which people may act as themselves, and how it signs people in. Addresses are without trailing slashes. */
export interface SignInSystem {
  /** As tools name it: `gitlab`, `crm`. */
  system: string;
  /** What people type: `/steward connect gitlab`. */
  word: string;
  title: string;
  clientId: string;
  clientSecret: string;
  authorizeUrl: string;
  tokenUrl: string;
  scopes: readonly string[];
  /** S256; where a system has none, the state alone ties its answer to who began. */
  pkce: boolean;
  /** How a token is given back. */
  revoke:
    | { kind: "post"; url: string }
    /** There is no such address: a token ends by its time. */
    | { kind: "none" }
    /** HubSpot: the refresh token is part of the address. */
    | { kind: "delete refresh token"; url: string };
  /** Who signed in. */
  whoami:
    | { kind: "gitlab"; url: string }
    | { kind: "hubspot"; url: string }
    | { kind: "openid"; url: string; groupsClaim?: string };
  /** Where a person's token may be sent. */
  origins: readonly string[];
}

/** A registration of Steward with one of the systems. */
export interface Registration {
  url: string;
  clientId: string;
  clientSecret: string;
}

/**
 * GitLab (docs.gitlab.com/api/oauth2): PKCE, access tokens of two hours, a refresh token that is good once. `api` is the
 * narrowest scope that approves and merges.
 */
export const gitLabSignIn = ({ url, clientId, clientSecret }: Registration): SignInSystem => ({
  ...{ system: "gitlab", word: "gitlab", title: "GitLab", clientId, clientSecret },
  authorizeUrl: `${url}/oauth/authorize`,
  tokenUrl: `${url}/oauth/token`,
  scopes: ["api"],
  pkce: true,
  revoke: { kind: "post", url: `${url}/oauth/revoke` },
  whoami: { kind: "gitlab", url: `${url}/api/v4/user` },
  origins: [new URL(url).origin],
});

/**
 * HubSpot (developers.hubspot.com, OAuth v1): it has no PKCE, so its answer is bound by the state and by the browser's
 * own mark alone; access tokens of half an hour, a refresh token that stays.
 */
export const hubSpotSignIn = ({ url, clientId, clientSecret }: Registration): SignInSystem => ({
  ...{ system: "crm", word: "hubspot", title: "HubSpot", clientId, clientSecret },
  // Its sign-in page has a host of its own; what stands in for HubSpot elsewhere has one.
  authorizeUrl:
    url === "https://api.hubapi.com" ? "https://app.hubspot.com/oauth/authorize" : `${url}/oauth/authorize`,
  tokenUrl: `${url}/oauth/v1/token`,
  scopes: [
    ...["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.companies.read"],
    ...[
      "crm.objects.companies.write",
      "crm.objects.deals.read",
      "crm.objects.deals.write",
      "crm.objects.owners.read",
    ],
    "tickets",
  ],
  pkce: false,
  revoke: { kind: "delete refresh token", url: `${url}/oauth/v1/refresh-tokens` },
  whoami: { kind: "hubspot", url: `${url}/oauth/v1/access-tokens` },
  origins: [new URL(url).origin],
});

/** The company's own sign-in: it is no system of tools, it says which groups people are in. */
export const companySystem = "company";

/** An identity provider that speaks OpenID Connect; its addresses stand in its discovery document. */
export const companySignIn = (given: {
  authorizeUrl: string;
  tokenUrl: string;
  userinfoUrl: string;
  revokeUrl: string | undefined;
  clientId: string;
  clientSecret: string;
  groupsClaim: string;
}): SignInSystem => ({
  ...{ system: companySystem, word: companySystem, title: "the company sign-in" },
  ...{ clientId: given.clientId, clientSecret: given.clientSecret },
  ...{ authorizeUrl: given.authorizeUrl, tokenUrl: given.tokenUrl, pkce: true },
  scopes: ["openid", "email", "profile", "groups", "offline_access"],
  revoke: given.revokeUrl === undefined ? { kind: "none" } : { kind: "post", url: given.revokeUrl },
  whoami: { kind: "openid", url: given.userinfoUrl, groupsClaim: given.groupsClaim },
  // Its tokens are for Steward's own questions: no tool may send one anywhere.
  origins: [],
});

/** Salesforce (help.salesforce.com, web server flow): PKCE; `url` is the organisation's own domain. */
export const salesforceSignIn = ({ url, clientId, clientSecret }: Registration): SignInSystem => ({
  ...{ system: "crm", word: "salesforce", title: "Salesforce", clientId, clientSecret },
  authorizeUrl: `${url}/services/oauth2/authorize`,
  tokenUrl: `${url}/services/oauth2/token`,
  scopes: ["api", "refresh_token", "openid", "email"],
  pkce: true,
  revoke: { kind: "post", url: `${url}/services/oauth2/revoke` },
  whoami: { kind: "openid", url: `${url}/services/oauth2/userinfo` },
  origins: [new URL(url).origin],
});
