import { BlockList, isIPv4, isIPv6 } from "node:net";

/**
 * What an address leads to. `never`: cloud metadata, link-local, multicast, unspecified, reserved: no system of
 * anybody's is there, whoever says so. `inner`: this machine or a private network.
 */
export type AddressKind = "public" | "inner" | "never";

const list = (v4: readonly string[], v6: readonly string[]): BlockList => {
  const blocks = new BlockList();
  for (const net of v4) blocks.addSubnet(...parts(net), "ipv4");
  for (const net of v6) blocks.addSubnet(...parts(net), "ipv6");
  return blocks;
};

function parts(net: string): [string, number] {
  const [address = "", bits] = net.split("/");
  return [address, Number(bits)];
}

/** Special-purpose registries of IANA (RFC 6890 and its successors), and the metadata addresses of clouds. */
const never = list(
  [
    ...["0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24"],
    ...["203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32", "168.63.129.16/32"],
  ],
  ["::/128", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "2001:db8::/32", "2001::/32", "fd00:ec2::/32"],
);
const inner = list(
  ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"],
  ["::1/128", "fc00::/7"],
);

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain =
    dotted === null ? address : `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}`;
  const [before = "", after] = plain.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

const pair = (high = "0", low = "0"): string => (Number(high) * 256 + Number(low)).toString(16);

const dots = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join(".");

/** The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64 or 6to4. */
function inside(address: string): string | undefined {
  const groups = groupsOf(address);
  const [first, second, third] = groups;
  const starts = (...wanted: number[]) => wanted.every((group, at) => groups[at] === group);
  if (starts(0, 0, 0, 0, 0, 0xffff) || starts(0, 0, 0, 0, 0xffff, 0)) return dots(groups[6], groups[7]);
  if (starts(0x64, 0xff9b, 0, 0, 0, 0)) return dots(groups[6], groups[7]);
  // Compatible ones, deprecated; `::` and `::1` are not among them.
  if (starts(0, 0, 0, 0, 0, 0) && groups[6] !== 0) return dots(groups[6], groups[7]);
  return first === 0x2002 ? dots(second, third) : undefined;
}

/** Tells where a literal address leads, whichever way it is written. What is no address leads nowhere. */
export function addressKind(literal: string): AddressKind {
  const address = literal.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (isIPv4(address)) {
    if (never.check(address, "ipv4")) return "never";
    return inner.check(address, "ipv4") ? "inner" : "public";
  }
  if (!isIPv6(address)) return "never";
  const within = inside(address);
  if (within !== undefined) return addressKind(within);
  if (never.check(address, "ipv6")) return "never";
  return inner.check(address, "ipv6") ? "inner" : "public";
}
