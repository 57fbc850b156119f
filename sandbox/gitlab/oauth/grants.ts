import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../http/clock.ts";
import type { Scope, Tokens } from "../access.ts";

/** An application that people may let in, as an admin of the sandbox's GitLab has registered it. */
export interface Application {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
}

/** What a person agreed to, kept until its code is exchanged. */
interface Consent {
  readonly application: string;
  readonly username: string;
  readonly redirectUri: string;
  readonly scopes: readonly Scope[];
  readonly challenge: string;
  readonly until: number;
}

interface Grant {
  readonly application: string;
  readonly username: string;
  readonly scopes: readonly Scope[];
  readonly access: string;
  readonly refresh: string;
  readonly createdAt: number;
}

/** GitLab's: an access token lives for two hours, a code for ten minutes. */
const accessSeconds = 7200;
const codeMs = 600_000;

const secret = (): string => randomBytes(32).toString("hex");

/** Consents and tokens of the sandbox's GitLab. Tokens that it gives out are good at its API like any other. */
export class Grants {
  readonly #clock: Clock;
  readonly #tokens: Tokens;
  readonly #consents = new Map<string, Consent>();
  #grants: Grant[] = [];

  constructor(clock: Clock, tokens: Tokens) {
    this.#clock = clock;
    this.#tokens = tokens;
  }

  /** The person agreed: a code for the application, good once. */
  agree(consent: Omit<Consent, "until">): string {
    const code = secret();
    this.#consents.set(code, { ...consent, until: this.#clock.now() + codeMs });
    return code;
  }

  /** Exchanges a code; undefined: not this application's, not this address, not this verifier, used or too old. */
  exchange(code: string, application: string, redirectUri: string, verifier: string): object | undefined {
    const consent = this.#consents.get(code);
    this.#consents.delete(code);
    if (consent?.application !== application || consent.redirectUri !== redirectUri) return undefined;
    if (consent.until < this.#clock.now()) return undefined;
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    return challenge === consent.challenge ? this.#give(consent) : undefined;
  }

  /** A new pair for an old one, which ends with it; undefined where the refresh token is not good. */
  refresh(token: string, application: string): object | undefined {
    const grant = this.#grants.find((one) => one.refresh === token && one.application === application);
    if (grant === undefined) return undefined;
    this.#end(grant);
    return this.#give(grant);
  }

  /** Ends what either of its tokens names. GitLab answers the same whether there was one. */
  revoke(token: string, application: string): void {
    const grant = this.#grants.find(
      (one) => (one.access === token || one.refresh === token) && one.application === application,
    );
    if (grant !== undefined) this.#end(grant);
  }

  /** What GitLab tells of a token that asks about itself. */
  about(token: string): (Grant & { expiresIn: number }) | undefined {
    const grant = this.#grants.find(({ access }) => access === token);
    if (grant === undefined) return undefined;
    const age = Math.floor((this.#clock.now() - grant.createdAt) / 1000);
    return age >= accessSeconds ? undefined : { ...grant, expiresIn: accessSeconds - age };
  }

  /** Who has let the application in, by username. */
  people(application: string): string[] {
    return this.#grants.filter((one) => one.application === application).map(({ username }) => username);
  }

  /** Someone takes the application's access back on GitLab's own page. */
  withdraw(username: string): void {
    for (const grant of this.#grants.filter((one) => one.username === username)) this.#end(grant);
  }

  reset(): void {
    this.#consents.clear();
    for (const grant of this.#grants) this.#end(grant);
  }

  #give({ application, username, scopes }: Pick<Grant, "application" | "username" | "scopes">): object {
    const createdAt = this.#clock.now();
    const grant = { application, username, scopes, access: secret(), refresh: secret(), createdAt };
    this.#grants = [...this.#grants, grant];
    this.#tokens[grant.access] = { username, scopes, until: createdAt + accessSeconds * 1000 };
    return {
      access_token: grant.access,
      token_type: "Bearer",
      expires_in: accessSeconds,
      refresh_token: grant.refresh,
      scope: scopes.join(" "),
      created_at: Math.floor(createdAt / 1000),
    };
  }

  #end(grant: Grant): void {
    this.#grants = this.#grants.filter((one) => one !== grant);
    delete this.#tokens[grant.access];
  }
}
