import { expect, it } from "vitest";
import type { TurnStart } from "../../src/agent/types.ts";
import type { FileReader } from "../../src/turn/types.ts";
import { freshDatabase } from "../support/database.ts";
import { answer, ask, openWorld } from "./world.ts";

const file = (name: string) => ({ id: `F_${name}`, name, mime: "text/plain" });
const withFiles = (text: string, ...names: string[]) => ({
  ...ask(text),
  files: names.map(file),
});

it("reads the files of a turn's own message before its first thought, marks them, and says what was not read", async () => {
  const store = await freshDatabase();
  const starts: TurnStart[] = [];
  const files: FileReader = {
    read: (_, refs) =>
      Promise.resolve(
        refs.map(({ name }) =>
          name === "a.zip"
            ? { kind: "unread" as const, name: "`a`\n<!channel>.zip", note: "this kind is not read" }
            : { kind: "text" as const, name, text: `words of ${name}` },
        ),
      ),
  };
  const world = await openWorld({
    store,
    script: {
      start: (start) => {
        starts.push(start);
        return Promise.resolve(answer("Read."));
      },
    },
    parts: { files },
  });
  await world.intake.accept(withFiles("look at this", "a.txt", "a.zip"));
  // A burst folds words; a message with files of its own begins its own turn.
  await world.intake.accept(ask("please"));
  await world.intake.accept(withFiles("and this", "b.txt"));
  await world.work();
  expect(
    starts.map(({ request, files: given, untrusted }) => [
      request.text,
      given?.map(({ kind }) => kind),
      untrusted,
    ]),
  ).toEqual([
    ["look at this\nplease", ["text", "unread"], ["the file a.txt"]],
    ["and this", ["text"], ["the file a.txt", "the file b.txt"]],
  ]);
  expect(await world.told()).toEqual([
    "Read.\n\nNot read: `a <!channel>.zip` (this kind is not read).",
    "Read.",
  ]);
});
