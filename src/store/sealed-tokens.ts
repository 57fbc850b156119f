import type { Tokens } from "../identity/ports.ts";
import type { Keys } from "./keys.ts";

/** Tokens as a row holds them. */
export interface SealedRow {
  access: Buffer;
  refresh: Buffer | null;
  key_id: string;
}

type Pair = Pick<Tokens, "access" | "refresh">;

/** What a sealed value is bound to: of one person, in one system, as one kind. */
export const aboutSealed = (
  system: string,
  person: string,
  what: "access" | "refresh" | "verifier",
): string => `the ${what} of ${person} in ${system}`;

/** Seals and opens the tokens of a person in a system. */
export interface TokenSeal {
  seal(system: string, person: string, tokens: Pair): Promise<SealedRow>;
  open(system: string, person: string, row: SealedRow): Promise<Pair>;
  /** Sealed by an older key. */
  stale(row: SealedRow): boolean;
}

/** By the keys of the installation. */
export const tokenSeal = (keys: Keys): TokenSeal => {
  const seal = async (system: string, person: string, { access, refresh }: Pair): Promise<SealedRow> => {
    const [first, second] = await Promise.all([
      keys.seal(access, aboutSealed(system, person, "access")),
      refresh === null ? null : keys.seal(refresh, aboutSealed(system, person, "refresh")),
    ]);
    // One key for both: a row says one. A key that was changed between the two seals both anew.
    if (second !== null && second.keyId !== first.keyId) return seal(system, person, { access, refresh });
    return { access: first.bytes, refresh: second?.bytes ?? null, key_id: first.keyId };
  };
  return {
    seal,
    open: async (system, person, { access, refresh, key_id: keyId }) => {
      const [first, second] = await Promise.all([
        keys.open({ keyId, bytes: access }, aboutSealed(system, person, "access")),
        refresh === null
          ? null
          : keys.open({ keyId, bytes: refresh }, aboutSealed(system, person, "refresh")),
      ]);
      return { access: first, refresh: second };
    },
    stale: ({ key_id: keyId, access }) => keys.stale({ keyId, bytes: access }),
  };
};
