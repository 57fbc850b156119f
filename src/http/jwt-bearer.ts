import { createPrivateKey, sign } from "node:crypto";
import { z } from "zod";
import { TerminalError } from "../core/errors.ts";
import type { Http, Secret } from "./types.ts";

/** An account that signs in with a signed statement instead of a password (RFC 7523). */
export interface JwtBearerSettings {
  /** The system's name for people: `Salesforce`. */
  system: string;
  tokenUrl: string;
  /** Whom the statement is for. */
  audience: string;
  clientId: string;
  /** Whose session it asks for. */
  subject: string;
  /** RSA, PEM. */
  privateKey: string;
}

/** A session that is begun when it is needed, and again when it is over. */
export interface Session {
  secret(): Promise<Secret>;
  /** The system said that it is over: the next call begins another. */
  drop(): void;
}

/** Milliseconds for which a session is used: the shortest that Salesforce lets an admin set is fifteen minutes. */
const keptMs = 600_000;
/** Seconds for which a statement is good. */
const statementSeconds = 180;
const signInMs = 8_000;

const tokenShape = z.object({ access_token: z.string().min(1) });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs in through `http`, whose allow-list holds the token's address. Calls at the same time share one sign-in. */
export function jwtBearer(settings: JwtBearerSettings, http: () => Http, now: () => number): Session {
  let kept: { until: number; secret: Promise<Secret> } | undefined;
  const begin = async (): Promise<Secret> => {
    const { body } = await http().request({
      system: settings.system,
      method: "POST",
      url: settings.tokenUrl,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: statement(settings, now()),
      }).toString(),
      // It changes nothing: to be asked twice gives a second session.
      effect: "read",
      signal: AbortSignal.timeout(signInMs),
      expect: "json",
      maxBytes: 100_000,
    });
    const parsed = tokenShape.safeParse(body);
    if (parsed.success) return { header: "authorization", value: `Bearer ${parsed.data.access_token}` };
    throw new TerminalError(
      "no_session",
      `${settings.system} answered Steward's sign-in without a session. An operator checks its settings.`,
    );
  };
  return {
    secret: () => {
      if (kept !== undefined && kept.until > now()) return kept.secret;
      const entry = { until: now() + keptMs, secret: begin() };
      kept = entry;
      entry.secret.catch(() => {
        if (kept === entry) kept = undefined;
      });
      return entry.secret;
    },
    drop: () => {
      kept = undefined;
    },
  };
}

function statement({ audience, clientId, subject, privateKey }: JwtBearerSettings, now: number): string {
  const exp = Math.floor(now / 1000) + statementSeconds;
  const told = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: clientId, sub: subject, aud: audience, exp })}`;
  return `${told}.${sign("sha256", Buffer.from(told), createPrivateKey(privateKey)).toString("base64url")}`;
}
