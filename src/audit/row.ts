import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import type { AuditEntry } from "../core/audit.ts";

/** A row ready to be stored: the exact bytes, their hash, and the payload that stands aside. */
export interface AuditRow {
  kind: string;
  actor: string;
  conversation: string | null;
  turn: string | null;
  action: string | null;
  /** JSON text; `rowHash` covers exactly these bytes, so it is never re-serialised. */
  body: string;
  rowHash: Buffer;
  payload: { id: string; body: string; salt: Buffer } | null;
}

/** Version of the body's layout, so that a verifier knows what it reads. */
const layout = 1;

/**
 * Makes the stored form of an entry. The body commits to the payload by a salted HMAC, never by a bare hash of
 * personal data, so that erasing payload and salt leaves the row valid and says nothing.
 */
export const auditRow = (entry: AuditEntry): AuditRow => {
  const payload = entry.payload === undefined ? null : payloadOf(entry.payload);
  const body = JSON.stringify({
    v: layout,
    id: randomUUID(),
    occurred: new Date().toISOString(),
    kind: entry.kind,
    actor: entry.actor,
    conversation: entry.conversation ?? null,
    turn: entry.turn ?? null,
    action: entry.action ?? null,
    fields: entry.fields,
    payload: payload && {
      id: payload.id,
      hmac: createHmac("sha256", payload.salt).update(payload.body).digest("hex"),
    },
  });
  return {
    kind: entry.kind,
    actor: entry.actor,
    conversation: entry.conversation ?? null,
    turn: entry.turn ?? null,
    action: entry.action ?? null,
    body,
    rowHash: createHash("sha256").update(body, "utf8").digest(),
    payload,
  };
};

const payloadOf = (payload: object): { id: string; body: string; salt: Buffer } => ({
  id: randomUUID(),
  body: JSON.stringify(payload),
  salt: randomBytes(16),
});

/** The hash of a link: the previous link's hash, then the row's hash, in one chain's order. */
export const linkHash = (chain: string, seq: bigint, previous: Buffer, rowHash: Buffer): Buffer =>
  createHash("sha256").update(`steward.link.1\0${chain}\0${seq}\0`).update(previous).update(rowHash).digest();

/** What the first link of a chain follows. */
export const chainOrigin = Buffer.alloc(32);
