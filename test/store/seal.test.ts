import { expect, it } from "vitest";
import { openSealer } from "../../src/store/seal.ts";

const older = "an older key of enough length";
const newer = "a newer key of enough length";
const about = "the installation of T1";

it("opens what it sealed, and never seals the same twice", () => {
  const sealer = openSealer([older]);
  const [one, two] = [sealer.seal("xoxb-secret", about), sealer.seal("xoxb-secret", about)];
  expect(sealer.open(one, about)).toBe("xoxb-secret");
  expect(one.bytes.equals(two.bytes)).toBe(false);
  expect(one.bytes.includes("xoxb")).toBe(false);
});

it("opens nothing that was changed, or moved to another row", () => {
  const sealer = openSealer([older]);
  const { keyId, bytes } = sealer.seal("xoxb-secret", about);
  for (const at of [0, 15, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open({ keyId, bytes: changed }, about)).toThrow(/cannot be opened: it was changed/);
  }
  expect(() => sealer.open({ keyId, bytes }, "the installation of T2")).toThrow(/T2 cannot be opened/);
  expect(() => sealer.open({ keyId, bytes: bytes.subarray(0, 20) }, about)).toThrow(/it was changed/);
});

it("goes on opening with an older key, and says that it should be sealed anew", () => {
  const sealed = openSealer([older]).seal("xoxb-secret", about);
  const both = openSealer([newer, older]);
  expect(both.open(sealed, about)).toBe("xoxb-secret");
  expect(both.stale(sealed)).toBe(true);
  expect(both.stale(both.seal("xoxb-secret", about))).toBe(false);
  expect(() => openSealer([newer]).open(sealed, about)).toThrow(
    new RegExp(`sealed by the key ${sealed.keyId}, which is not there.*STEWARD_KEY`, "s"),
  );
});
