import { credentialName, type CredentialRef } from "../../src/core/capability.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";
import type { Listed } from "./listed.ts";
import { openSession, type Session, type Transport } from "./session.ts";
import { closedCode, codeOf } from "./trouble.ts";

/** A session nobody used for so long is opened anew: what it listed may be old. */
const sessionKeptMs = 5 * 60_000;
/** Sessions kept open at once; further ones push the oldest out. */
const sessionsMax = 50;

/** An open session, or one that is being opened. */
export interface Kept {
  session: Promise<Session>;
  listed: Promise<Listed[]>;
  usedAt: number;
}

/** A server forgets sessions, and says so in its own way; or its process ended. */
export const isGone = async ({ session }: Kept, error: unknown): Promise<boolean> => {
  const opened = await session.catch(() => undefined);
  const forgotten = error instanceof HttpRefusedError && (error.status === 404 || error.status === 400);
  return opened === undefined || opened.ended() || forgotten || codeOf(error) === closedCode;
};

/** The sessions of one server: one for each account, opened at need and kept while they are used. */
export interface Sessions {
  /** `fresh`: it was opened for this call. */
  of(credential: CredentialRef): Promise<{ one: Kept; fresh: boolean }>;
  drop(credential: CredentialRef, one: Kept): Promise<void>;
  close(): Promise<void>;
}

/** Keeps sessions; `lasting`: an idle one is not opened anew, since it is a program that runs. */
export const keepSessions = (
  transport: (credential: CredentialRef) => Transport,
  { timeoutMs, lasting }: { timeoutMs: number; lasting: boolean },
  now: () => number,
): Sessions => {
  const kept = new Map<string, Kept>();

  const drop = async (key: string, one: Kept): Promise<void> => {
    if (kept.get(key) === one) kept.delete(key);
    await one.session.then((session) => session.close()).catch(() => {});
  };

  /** Opened for all who need it, so that no caller's end is everybody's. */
  const open = (key: string, credential: CredentialRef): Kept => {
    const how = { signal: AbortSignal.timeout(timeoutMs), timeoutMs };
    const session = openSession(transport(credential), how);
    const one: Kept = { session, listed: session.then((opened) => opened.list(how)), usedAt: now() };
    one.listed.catch(() => drop(key, one));
    kept.set(key, one);
    const [oldest] = [...kept].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    if (kept.size > sessionsMax && oldest !== undefined) void drop(...oldest);
    return one;
  };

  const usable = async (one: Kept): Promise<boolean> => {
    const session = await one.session.catch(() => undefined);
    if (session === undefined || session.ended()) return false;
    return lasting || now() - one.usedAt < sessionKeptMs;
  };

  return {
    of: async (credential) => {
      const key = credentialName(credential);
      const before = kept.get(key);
      if (before !== undefined && !(await usable(before))) await drop(key, before);
      const standing = kept.get(key);
      const one = standing ?? open(key, credential);
      one.usedAt = now();
      return { one, fresh: standing === undefined };
    },
    drop: (credential, one) => drop(credentialName(credential), one),
    close: async () => {
      await Promise.all([...kept].map(([key, one]) => drop(key, one)));
    },
  };
};
