import { describe, expect, it } from "vitest";
import { addressKind } from "../../src/http/address-kind.ts";

describe("where an address leads", () => {
  it.each([
    ["169.254.169.254", "never"],
    ["100.100.100.200", "never"],
    ["168.63.129.16", "never"],
    ["0.0.0.0", "never"],
    ["224.0.0.1", "never"],
    ["255.255.255.255", "never"],
    ["::", "never"],
    ["fe80::1", "never"],
    ["fe80::1%eth0", "never"],
    ["fd00:ec2::254", "never"],
    ["ff02::1", "never"],
    // The same addresses in other clothes.
    ["::ffff:169.254.169.254", "never"],
    ["::ffff:a9fe:a9fe", "never"],
    ["0:0:0:0:0:ffff:a9fe:a9fe", "never"],
    ["[::ffff:a9fe:a9fe]", "never"],
    ["64:ff9b::a9fe:a9fe", "never"],
    ["2002:a9fe:a9fe::1", "never"],
    ["::169.254.169.254", "never"],
    ["no address", "never"],
    ["127.0.0.1", "inner"],
    ["127.8.8.8", "inner"],
    ["10.1.2.3", "inner"],
    ["172.16.0.1", "inner"],
    ["172.31.255.255", "inner"],
    ["192.168.1.1", "inner"],
    ["100.64.0.1", "inner"],
    ["::1", "inner"],
    ["fc00::1", "inner"],
    ["fdab::1", "inner"],
    ["::ffff:10.0.0.1", "inner"],
    ["::ffff:7f00:1", "inner"],
    ["64:ff9b::10.0.0.1", "inner"],
    ["172.32.0.1", "public"],
    ["93.184.216.34", "public"],
    ["2606:2800:220:1:248:1893:25c8:1946", "public"],
    ["64:ff9b::93.184.216.34", "public"],
    ["::ffff:93.184.216.34", "public"],
  ])("%s: %s", (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });
});
