import { openSealer, type Sealed } from "./seal.ts";

/**
 * Where what is kept secret at rest is sealed and opened. Promises, because a key service is asked over the network; the
 * id of the key stands beside each sealed value, so that keys can be changed one value at a time.
 */
export interface Keys {
  /** `about` is bound to the text: what was sealed for one row opens for no other. */
  seal(text: string, about: string): Promise<Sealed>;
  /** Throws `TerminalError` when no key opens it, with what to do. */
  open(sealed: Sealed, about: string): Promise<string>;
  /** Whether it was sealed by an older key and should be sealed anew. */
  stale(sealed: Sealed): boolean;
}

/** Keys of the environment (STEWARD_KEY): the first seals, all of them open. */
export const environmentKeys = (secrets: readonly [string, ...string[]]): Keys => {
  const sealer = openSealer(secrets);
  return {
    seal: (text, about) => Promise.resolve(sealer.seal(text, about)),
    open: async (sealed, about) => Promise.resolve(sealer.open(sealed, about)),
    stale: (sealed) => sealer.stale(sealed),
  };
};
