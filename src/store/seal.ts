import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { TerminalError } from "../core/errors.ts";

/** What is kept of a sealed text: which key sealed it, and nonce, tag and ciphertext in one. */
export interface Sealed {
  keyId: string;
  bytes: Buffer;
}

/** Encryption at rest. `about` is bound to the text: what was sealed for one row opens for no other. */
export interface Sealer {
  seal(text: string, about: string): Sealed;
  /** Throws `TerminalError` when no key given opens it, with what to do. */
  open(sealed: Sealed, about: string): string;
  /** Whether it was sealed by an older key and should be sealed anew. */
  stale(sealed: Sealed): boolean;
}

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

const keyOf = (secret: string): { id: string; key: Buffer } => {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "steward.seal.1", 32));
  return { id: createHash("sha256").update("steward.seal.id").update(key).digest("hex").slice(0, 12), key };
};

/** AES-256-GCM. The first secret seals, all of them open: a new one is put before the old one. */
export const openSealer = (secrets: readonly [string, ...string[]]): Sealer => {
  const current = keyOf(secrets[0]);
  const keys = new Map(secrets.map(keyOf).map(({ id, key }) => [id, key]));
  return {
    seal(text, about) {
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, current.key, nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([sealing.update(text, "utf8"), sealing.final()]);
      return { keyId: current.id, bytes: Buffer.concat([nonce, sealing.getAuthTag(), body]) };
    },
    open({ keyId, bytes }, about) {
      const key = keys.get(keyId);
      const failed = (why: string, options?: ErrorOptions) =>
        new TerminalError(
          "seal",
          `What is kept for ${about} cannot be opened: ${why}. STEWARD_KEY must hold the key that sealed it (put a new key before the old one, with a comma).`,
          options,
        );
      if (key === undefined) throw failed(`it was sealed by the key ${keyId}, which is not there`);
      try {
        const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(Buffer.from(about))
          .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const body = bytes.subarray(nonceBytes + tagBytes);
        return Buffer.concat([opening.update(body), opening.final()]).toString("utf8");
      } catch (error) {
        throw failed("it was changed", { cause: error });
      }
    },
    stale: ({ keyId }) => keyId !== current.id,
  };
};
