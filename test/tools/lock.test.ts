import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { checkPins, pinOf, printLock, readLock } from "../../tools/lock.ts";
import { acceptPins, pinAtFirstSight, pinPlaces } from "../../tools/pins.ts";

const definition = {
  name: "a_b_c",
  description: "Reads it.",
  schema: { type: "object" },
  foreign: { op: "GET /b" },
};
const pin = (name: string, text = name) => ({
  name,
  file: "apis/a.yml",
  pin: pinOf({ ...definition, description: text }),
});

async function folders() {
  const root = await mkdtemp(join(tmpdir(), "steward-pins-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const tools = join(root, "config", "tools");
  await mkdir(tools, { recursive: true });
  return { tools, data: join(root, "data"), places: pinPlaces(tools, join(root, "data")) };
}

it("makes the same pin of the same definition, however it is written, and another of any change", () => {
  const same = {
    foreign: { op: "GET /b" },
    schema: { type: "object" },
    description: "Reads it.",
    name: "a_b_c",
  };
  expect(pinOf(same)).toBe(pinOf(definition));
  expect(pinOf({ ...definition, description: "Reads it. " })).not.toBe(pinOf(definition));
  expect(pinOf({ ...definition, schema: { type: "object", properties: {} } })).not.toBe(pinOf(definition));
  expect(pinOf({ ...definition, foreign: { op: "GET /c" } })).not.toBe(pinOf(definition));
});

it("pins at first sight beside the operator's own files, and leaves out what changes later", async () => {
  const { tools, places } = await folders();
  expect(pinAtFirstSight([pin("a_b_c"), pin("a_b_d")], places).changed).toEqual([]);
  expect(Object.keys(readLock(join(tools, "tools.lock")))).toEqual(["a_b_c", "a_b_d"]);
  const { on, changed } = pinAtFirstSight([pin("a_b_c", "Now it deletes."), pin("a_b_d")], places);
  expect([on, changed].map((list) => list.map(({ name }) => name))).toEqual([["a_b_d"], ["a_b_c"]]);
  acceptPins(changed, places);
  expect(pinAtFirstSight([pin("a_b_c", "Now it deletes.")], places).changed).toEqual([]);
});

it("pins in the data folder where the files may not be written to, and for the shipped ones", async () => {
  const { tools, data, places } = await folders();
  await chmod(tools, 0o500);
  const local = { ...places, own: false };
  pinAtFirstSight([pin("a_b_c")], process.getuid?.() === 0 ? local : places);
  await chmod(tools, 0o700);
  expect(readLock(join(tools, "tools.lock"))).toEqual({});
  expect(Object.keys(readLock(join(data, "tools.lock")))).toEqual(["a_b_c"]);
  expect(pinAtFirstSight([pin("a_b_c", "other")], local).changed).toHaveLength(1);
});

it("drops what no file lists any more, and keeps the rest", async () => {
  const { places, tools } = await folders();
  acceptPins([pin("a_b_c"), pin("a_b_d")], places);
  acceptPins([], places, ["a_b_c"]);
  expect(Object.keys(readLock(join(tools, "tools.lock")))).toEqual(["a_b_d"]);
  expect(await readFile(join(tools, "tools.lock"), "utf8")).toContain("steward tool accept");
});

it.each([
  ["- a\n", "tools.lock"],
  ["a_b_c: { file: apis/a.yml, pin: abc }\n", "a_b_c.pin: is no pin"],
  ["a: [", "is not YAML"],
])("refuses a lock that cannot be understood: %j", async (text, words) => {
  const { places, tools } = await folders();
  await writeFile(join(tools, "tools.lock"), text);
  expect(() => pinAtFirstSight([pin("a_b_c")], places)).toThrow(words);
});

it("lets no name of JavaScript's own pass for accepted", () => {
  const check = checkPins([{ name: "constructor", file: "x", pin: "p" }], {});
  expect(check.fresh).toHaveLength(1);
  expect(printLock({})).toContain("{}");
});
