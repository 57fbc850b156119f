import { credentialName, type Capability, type CredentialRef } from "../../src/core/capability.ts";
import { TerminalError } from "../../src/core/errors.ts";
import type { Http, WriteGuard } from "../../src/http/types.ts";
import { line } from "../text.ts";
import { definitionText, type Listed } from "./listed.ts";
import { type Answer, openSession, type Session, type Transport } from "./session.ts";
import { isGone, keepSessions } from "./sessions.ts";
import { prepared, readTrouble, writeTrouble } from "./trouble.ts";

/** Where a server is, and what reaches it. */
export interface ServerPlace {
  /** For people: `GitLab's MCP server`. */
  title: string;
  place:
    | { kind: "http"; url: string; http: Http }
    | {
        kind: "stdio";
        command: string;
        args: readonly string[];
        env: Record<string, string>;
        secrets: readonly string[];
      };
  timeoutMs: number;
  replyBytesMax: number;
  /** A write over stdio passes no client that could ask for its capability: it is asked here. */
  writes: WriteGuard;
}

interface CallOptions {
  credential: CredentialRef;
  /** The definition that was accepted: the call is refused when the server lists another by now. */
  accepted: Listed;
  signal: AbortSignal;
  timeoutMs?: number;
}

/** One MCP server. Sessions are opened at need, one for each account, and opened anew when they ended. */
export interface McpServer {
  title: string;
  list(credential: CredentialRef): Promise<Listed[]>;
  read(args: Record<string, unknown>, options: CallOptions): Promise<Answer>;
  /** Sends one approved write, once. */
  write(
    args: Record<string, unknown>,
    options: CallOptions & { capability: Capability | undefined },
  ): Promise<Answer>;
  close(): Promise<void>;
}

type WriteOptions = Parameters<McpServer["write"]>[1];

/** The session's own clock ends a call earlier; this one ends the request that a server lets hang. */
const longestMs = 30_000;

const changed = (title: string, accepted: Listed): TerminalError =>
  new TerminalError(
    "mcp_changed",
    `${title} defines '${line(accepted.name, 60)}' in another way than was accepted, so it was not called. Somebody looks at it: steward tool accept.`,
  );

const refusedWrite = (title: string, why: string): TerminalError =>
  new TerminalError("no_capability", `A write to ${title} was refused before anything was sent: ${why}.`);

const checked = (title: string, listed: readonly Listed[], accepted: Listed): void => {
  const one = listed.find(({ name }) => name === accepted.name);
  if (one === undefined || definitionText(one) !== definitionText(accepted)) throw changed(title, accepted);
};

const transportOf = (given: ServerPlace, credential: CredentialRef, write?: Capability): Transport => {
  const { place, title, replyBytesMax: maxBytes } = given;
  if (place.kind === "stdio") return { ...place, maxBytes };
  const wire = { system: title, credential, deadlineMs: longestMs, maxBytes };
  return { ...place, wire: { ...wire, ...(write !== undefined && { write }) } };
};

/** Sends one write on an open session. Up to the call itself, everything that fails means that nothing was sent. */
const send = async (
  given: ServerPlace,
  session: Session,
  args: Record<string, unknown>,
  options: WriteOptions,
): Promise<Answer> => {
  const { title } = given;
  const { credential, accepted, capability, signal } = options;
  const how = { signal, timeoutMs: options.timeoutMs ?? given.timeoutMs };
  checked(title, await prepared(title, session.list(how), signal), accepted);
  const objection = given.writes(capability, credentialName(credential));
  if (objection !== undefined) throw refusedWrite(title, objection);
  try {
    return await session.call(accepted.name, args, how);
  } catch (error) {
    throw writeTrouble(title, error);
  }
};

/** Opens nothing before the first call. */
export const mcpServer = (given: ServerPlace, now: () => number = () => performance.now()): McpServer => {
  const { title, place, timeoutMs } = given;
  const lasting = place.kind === "stdio";
  const sessions = keepSessions((credential) => transportOf(given, credential), { timeoutMs, lasting }, now);

  const read: McpServer["read"] = async (args, { credential, accepted, signal, timeoutMs: own }) => {
    for (let again = false; ; again = true) {
      const { one, fresh } = await sessions.of(credential);
      try {
        checked(title, await one.listed, accepted);
        const session = await one.session;
        return await session.call(accepted.name, args, { signal, timeoutMs: own ?? timeoutMs });
      } catch (error) {
        signal.throwIfAborted();
        const gone = await isGone(one, error);
        if (gone) await sessions.drop(credential, one);
        // A stale session is found out by using it: then once more with a fresh one.
        if (!gone || fresh || again) throw readTrouble(title, error);
      }
    }
  };

  const write: McpServer["write"] = async (args, options) => {
    const { signal, capability, credential } = options;
    const objection = given.writes(capability, credentialName(credential));
    if (objection !== undefined) throw refusedWrite(title, objection);
    if (lasting) {
      const { one } = await prepared(title, sessions.of(credential), signal);
      return send(given, await prepared(title, one.session, signal), args, options);
    }
    // A session of its own: its one call is the write, and no old one that its server has forgotten.
    const opening = openSession(transportOf(given, credential, capability), { signal, timeoutMs });
    const session = await prepared(title, opening, signal);
    try {
      return await send(given, session, args, options);
    } finally {
      void session.close().catch(() => {});
    }
  };

  return {
    title,
    list: async (credential) => {
      const { one } = await sessions.of(credential);
      try {
        return await one.listed;
      } catch (error) {
        throw readTrouble(title, error);
      }
    },
    read,
    write,
    close: sessions.close,
  };
};
