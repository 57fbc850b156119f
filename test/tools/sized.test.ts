import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, it } from "vitest";
import { answerTokensMax, fenced, sized, tokensAbout } from "../../tools/text.ts";
import { tokensOf } from "./tokens.ts";

const file = (path: string) =>
  readFileSync(join(import.meta.dirname, "../..", path), "utf8").slice(0, 20_000);
const bytes = (count: number) =>
  Buffer.from(Array.from({ length: count }, (_, n) => (n * n * 31 + 7 * n) % 251));

/** What answers are made of. */
const samples: [what: string, text: string][] = [
  ["prose", file("ARCHITECTURE.md")],
  ["code", file("tools/gitlab/locate.ts")],
  ["statements", file("src/store/schema.sql")],
  ["JSON with hashes", file("package-lock.json")],
  ["a log", "2026-11-20T10:00:00Z ERROR [worker-7] id=8f3a2b1c expected 3 settlements, got 2\n".repeat(80)],
  ["hexadecimal", bytes(1000).toString("hex")],
  ["base64", bytes(1000).toString("base64")],
  ["signs", "|---|:--:| {[(<>)]} && || !== => ?. ${} // ** ## ~~ ``".repeat(40)],
  ["Russian", "Выплата зависла после повтора, БАНК НЕ ОТВЕТИЛ. ".repeat(40)],
  ["German", "Überweisungsaufträge größerer Beträge müssen geprüft werden. ".repeat(40)],
  ["Chinese", "付款在重试后卡住了,银行没有回应。".repeat(40)],
  ["Amharic", "ክፍያው ከተደጋጋሚ በኋላ ተጣብቋል ".repeat(40)],
  ["pictures", "🎉🚀😀👩‍👩‍👧 ".repeat(60)],
];

describe("the size of an answer", () => {
  it.each(samples)("is reckoned without a tokenizer: %s", (_, text) => {
    expect(tokensAbout(text)).toBeGreaterThanOrEqual(tokensOf(text));
    expect(tokensAbout(text)).toBeLessThan(tokensOf(text) * 4);
  });

  it("leaves alone what fits", () => {
    expect(sized("short", "short", "Ask for less.")).toBe("short");
  });

  it.each(["short", "full"] as const)("stays within %s, and says how to see the rest", (detail) => {
    const text = Array.from(
      { length: 8000 },
      (_, n) => `Row ${n} tells something about payout ${n * 7}.`,
    ).join("\n");
    const cut = sized(text, detail, "Ask for fewer rows.");
    expect(tokensOf(cut)).toBeLessThanOrEqual(answerTokensMax[detail]);
    expect(tokensOf(cut)).toBeGreaterThan(answerTokensMax[detail] / 2);
    expect(cut).toMatch(/payout \d+\.\n\nThe rest is cut off here\. Ask for fewer rows\.$/);
  });

  it("closes a block of code that it cuts", () => {
    const text = `Lines:\n\n${fenced("const a = '```';\n".repeat(4000), "ts")}\n\nend`;
    const tree = fromMarkdown(sized(text, "short", "Ask for fewer lines."));
    expect(tree.children.map(({ type }) => type)).toEqual(["paragraph", "code", "paragraph"]);
  });
});
