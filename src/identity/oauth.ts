import { z } from "zod";
import { TerminalError } from "../core/errors.ts";
import { HttpRefusedError } from "../http/errors.ts";
import type { Http } from "../http/types.ts";
import type { Tokens } from "./ports.ts";
import { requestMs, silent } from "./requests.ts";
import type { SignInSystem } from "./systems.ts";
import { type SignedIn, whoSignedIn } from "./whoami.ts";

const tokensSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  /** Seconds. Salesforce does not say; its session then ends by a refusal. */
  expires_in: z.number().positive().optional(),
});

/** The system gives no tokens for what it was shown: it was used before, taken back, or is too old. */
export class GrantGoneError extends TerminalError {
  constructor(title: string) {
    super("grant_gone", `${title} no longer accepts this sign-in. Connect again.`);
  }
}

/** One system's part of a sign-in. Each request is sent once: a code and a refresh token are good once. */
export interface SignIn {
  /** Where the person's browser is sent. */
  address(given: { state: string; challenge: string; redirectUri: string }): string;
  exchange(code: string, verifier: string, redirectUri: string): Promise<Tokens>;
  refresh(token: string): Promise<Tokens>;
  whoami(access: string): Promise<SignedIn>;
  /** What the system no longer knows counts as given back. */
  revoke(tokens: Pick<Tokens, "access" | "refresh">): Promise<void>;
}

const formHeaders = { "content-type": "application/x-www-form-urlencoded" };

const formOf = ({ clientId, clientSecret }: SignInSystem, form: Record<string, string>): string =>
  new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }).toString();

/**
 * What of a form is secret, for whom it could be said back to. Not how and as whom it is asked; nor a refresh token, which
 * some systems rightly give back as the one to be used on: nothing of a refusal's words is kept anyway.
 */
const hidesOf = ({ clientSecret }: SignInSystem, form: Record<string, string>): string[] => [
  clientSecret,
  ...Object.entries(form).flatMap(([name, value]) =>
    ["grant_type", "redirect_uri", "refresh_token"].includes(name) ? [] : [value],
  ),
];

/** Tokens for a code or a refresh token. */
const ask = async (
  system: SignInSystem,
  http: Http,
  now: () => Date,
  form: Record<string, string>,
): Promise<Tokens> => {
  const { title, tokenUrl: url } = system;
  const asked = now();
  const reply = await http
    .request({
      ...{ system: title, method: "POST", url, body: formOf(system, form), effect: "write", expect: "json" },
      ...{ headers: formHeaders, explain: silent, hides: hidesOf(system, form) },
      ...{ signal: AbortSignal.timeout(requestMs), deadlineMs: requestMs },
    })
    .catch((error: unknown) => {
      // RFC 6749, 5.2: `invalid_grant` is a 400; a 401 is about our own registration.
      if (error instanceof HttpRefusedError && error.status === 400) throw new GrantGoneError(title);
      throw error;
    });
  const tokens = tokensSchema.safeParse(reply.body);
  if (!tokens.success) {
    throw new TerminalError("sign_in_reply", `${title} answered something unexpected to a sign-in.`);
  }
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = tokens.data;
  return {
    access,
    refresh: refresh ?? null,
    freshUntil: seconds === undefined ? null : new Date(asked.getTime() + seconds * 1000),
  };
};

const giveBack = async (system: SignInSystem, http: Http, token: string): Promise<void> => {
  if (system.revoke.kind === "none") return;
  const { kind, url } = system.revoke;
  const common = { system: system.title, effect: "write", expect: "text", explain: silent } as const;
  const hides = hidesOf(system, { token });
  const until = { signal: AbortSignal.timeout(requestMs), deadlineMs: requestMs };
  const how =
    kind === "post"
      ? ({ method: "POST", url, body: formOf(system, { token }), headers: formHeaders } as const)
      : ({ method: "DELETE", url: `${url}/${encodeURIComponent(token)}` } as const);
  await http.request({ ...common, ...until, ...how, hides }).catch((error: unknown) => {
    if (!(error instanceof HttpRefusedError) || error.status >= 429) throw error;
  });
};

/** Signs people in to a system. `http` is a client of Steward's own, for these addresses alone. */
export const openSignIn = (system: SignInSystem, http: Http, now: () => Date): SignIn => ({
  address: ({ state, challenge, redirectUri }) => {
    const address = new URL(system.authorizeUrl);
    const query = {
      ...{ response_type: "code", client_id: system.clientId, redirect_uri: redirectUri, state },
      scope: system.scopes.join(" "),
      ...(system.pkce && { code_challenge: challenge, code_challenge_method: "S256" }),
    };
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    return address.href;
  },
  exchange: (code, verifier, redirectUri) =>
    ask(system, http, now, {
      ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri },
      ...(system.pkce && { code_verifier: verifier }),
    }),
  refresh: (token) => ask(system, http, now, { grant_type: "refresh_token", refresh_token: token }),
  whoami: (access) => whoSignedIn(http, system, access),
  revoke: async ({ access, refresh }) => {
    const tokens = system.revoke.kind === "delete refresh token" ? [refresh] : [access, refresh];
    for (const token of tokens) if (token !== null) await giveBack(system, http, token);
  },
});
