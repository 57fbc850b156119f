import { describe, expect, it } from "vitest";
import { findCause } from "../../../tools/gitlab/log-cause.ts";
import { cleanLog } from "../../../tools/gitlab/log-lines.ts";

const causeOf = (log: string) => findCause(cleanLog(log)).quote.map(({ text }) => text.trim());
const script = (...lines: string[]) =>
  [
    "section_start:1:get_sources\r\u001B[0K\u001B[36;1mGetting source\u001B[0;m",
    "error: could not lock config file (ignored)",
    "section_end:2:get_sources\r\u001B[0K",
    "section_start:3:step_script[collapsed=true]\r\u001B[0K",
    ...lines,
    "section_end:4:step_script\r\u001B[0K",
    "\u001B[31;1mERROR: Job failed: exit code 1\u001B[0;m",
    "",
  ].join("\n");

describe("cleanLog", () => {
  it("keeps the log's own line numbers, without colours, markers, time stamps and overwritten progress", () => {
    const lines = cleanLog(
      "\u001B[32mone\u001B[0m\n10%\r50%\r100% done\n2026-11-20T10:00:00.000000Z 00O three\nsection_start:1:step_script\r\u001B[0Kfour\n",
    );
    expect(lines).toEqual([
      { n: 1, text: "one", section: "" },
      { n: 2, text: "100% done", section: "" },
      { n: 3, text: "three", section: "" },
      { n: 4, text: "four", section: "step_script" },
    ]);
  });

  it("bounds a line of megabytes", () => {
    const [first] = cleanLog("a.".repeat(2_000_000));
    expect(first?.text).toHaveLength(1000);
    expect(cleanLog("")).toEqual([]);
  });
});

describe("findCause", () => {
  it.each([
    [
      "a failed assertion",
      ["✓ one", "✗ two", "AssertionError: 1 is not 2"],
      ["✗ two", "AssertionError: 1 is not 2"],
    ],
    [
      "a compiler",
      ["src/a.ts(3,1): error TS2322: Type 'a' is not 'b'."],
      ["src/a.ts(3,1): error TS2322: Type 'a' is not 'b'."],
    ],
    [
      "a Go panic",
      ["panic: runtime error: index out of range", "goroutine 1"],
      ["panic: runtime error: index out of range"],
    ],
    [
      "an error without a test",
      ["npm ci", "Error: connect ECONNREFUSED 127.0.0.1:5432"],
      ["Error: connect ECONNREFUSED 127.0.0.1:5432"],
    ],
    [
      "the first of several failures",
      ["FAIL a.test", "Error: first", "FAIL b.test"],
      ["FAIL a.test", "Error: first", "FAIL b.test"],
    ],
    [
      "only consequences",
      ["make: *** [all] Error 2"],
      ["make: *** [all] Error 2", "ERROR: Job failed: exit code 1"],
    ],
  ])("finds %s", (_, lines, quote) => {
    expect(causeOf(script(...lines))).toEqual(quote);
  });

  it("passes over lines that speak of errors and mean none", () => {
    const noise = [
      "found 0 errors",
      "expected error was thrown: X",
      "WARN error: retrying",
      "PASS a (0 failed)",
    ];
    expect(causeOf(script(...noise, "TypeError: x is undefined"))).toEqual(["TypeError: x is undefined"]);
  });

  it("looks at the runner's own parts where there is nothing else", () => {
    const log =
      "section_start:1:get_sources\r\u001B[0K\nfatal: repository not found\nsection_end:2:get_sources\r\u001B[0K\n";
    expect(causeOf(log)).toEqual(["fatal: repository not found"]);
  });

  it("tells trouble of services from trouble of the code", () => {
    expect(findCause(cleanLog(script("Error: read ECONNRESET"))).passing).toBe(true);
    expect(findCause(cleanLog(script("TypeError: x"))).passing).toBe(false);
  });

  it("survives an empty log and one without any hint", () => {
    expect(findCause([]).quote).toEqual([]);
    expect(causeOf("a\nb\n")).toEqual(["a", "b"]);
  });
});
