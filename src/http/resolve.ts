import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { addressKind, type AddressKind } from "./address-kind.ts";

/** Every address of a name. */
export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;

/** An address of a host that may be connected to, or why there is none. */
export type Checked =
  | { kind: "go"; addresses: readonly { address: string; family: number }[] }
  | { kind: "refused"; why: string };

const shown: Record<AddressKind, string> = {
  public: "a public address",
  inner: "an address of a private network or of this machine",
  never: "an address at which no system can be (link-local, cloud metadata, reserved)",
};

const system: Resolve = (host) => lookup(host, { all: true });

/**
 * Looks at the addresses that a connection is about to be made to; these very ones are then used, so that nobody can
 * answer differently in between. The operator's own hosts may be private: that is where companies keep their systems.
 * But a name that led outside never leads inside later, in the life of this process: names of others are rebound so.
 */
export function openAddressBook(resolve: Resolve = system): (host: string) => Promise<Checked> {
  const outside = new Set<string>();
  return async (host) => {
    const bare = host.replace(/^\[|\]$/g, "");
    const family = isIP(bare);
    // A literal address stands in the allow-list as it is: the operator wrote it.
    if (family !== 0) return judge(bare, [{ address: bare, family }], false);
    const addresses = await resolve(bare);
    const checked = judge(bare, addresses, outside.has(bare));
    if (addresses.some(({ address }) => addressKind(address) === "public")) outside.add(bare);
    return checked;
  };
}

function judge(
  host: string,
  addresses: readonly { address: string; family: number }[],
  wasOutside: boolean,
): Checked {
  const kinds = addresses.map(({ address }) => addressKind(address));
  const mixed = kinds.includes("inner") && (wasOutside || kinds.includes("public"));
  const bad = kinds.includes("never") ? "never" : mixed ? "inner" : undefined;
  if (bad === undefined && addresses.length > 0) return { kind: "go", addresses };
  if (bad === undefined) return { kind: "refused", why: `${host} has no address` };
  const before = bad === "inner" ? ", while its other answers were public ones" : "";
  return { kind: "refused", why: `${host} leads to ${shown[bad]}${before}` };
}
