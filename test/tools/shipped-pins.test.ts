import { join } from "node:path";
import { expect, it } from "vitest";
import { allTools } from "../../tools/index.ts";
import { readLock } from "../../tools/lock.ts";

it("ships every listed operation as it was accepted: after a change, steward tool accept --all", () => {
  const lock = readLock(join(import.meta.dirname, "../../tools/tools.lock"));
  const listed = allTools().tools.flatMap(({ name, origin }) =>
    origin?.file.startsWith("apis/") === true ? [[name, origin] as const] : [],
  );
  expect(listed.length).toBeGreaterThan(10);
  const pinned = Object.entries(lock).filter(([, { file }]) => file.startsWith("apis/"));
  expect(Object.fromEntries(pinned)).toEqual(Object.fromEntries(listed));
});
