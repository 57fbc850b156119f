import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownersOf } from "../../../tools/gitlab/codeowners.ts";
import { fitsGlob } from "../../../tools/gitlab/glob.ts";

describe("a pattern of CODEOWNERS", () => {
  it.each([
    ["*", "a/b/c.ts", true],
    ["*.md", "docs/a.md", true],
    ["*.md", "docs/a.mdx", false],
    ["README", "docs/README", true],
    ["/README", "docs/README", false],
    ["docs/", "a/docs/b/c", true],
    ["/docs/", "a/docs/b", false],
    ["/docs/*", "docs/a", true],
    ["/docs/*", "docs/a/b", false],
    ["/docs/**/*.md", "docs/a.md", true],
    ["/docs/**/*.md", "docs/a/b/c.md", true],
    ["/src/**", "src/a/b", true],
    ["a/b", "x/a/b", true],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["path with spaces/", "path with spaces/a", true],
  ])("%s and %s: %s", (pattern, path, fits) => {
    expect(fitsGlob(pattern, path)).toBe(fits);
  });

  it("is never slow, whatever stands in it", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("*", "**/", "a", "/", "?"),
      minLength: 50,
      maxLength: 120,
    });
    // One that goes back and forth would take years over these.
    fc.assert(
      fc.property(hostile, (pattern) => {
        const path = `${"a".repeat(120)}/${"a/".repeat(60)}b`;
        expect(fitsGlob(`${pattern}c`, path)).toBe(false);
      }),
    );
  });
});

describe("CODEOWNERS", () => {
  const file = [
    "# a comment",
    "* @all",
    "/src/ @boris @mei # both of them",
    "/src/payouts/ @anna",
    "\\#odd @odd",
    "path\\ with\\ spaces/ @space",
    "[Docs][2] @writers @group/sub",
    "docs/",
    "*.md someone@example.com nonsense",
    "!docs/generated/",
    "^[Optional]",
    "*.ts @@maintainer",
    "[docs]",
    "docs/late.txt @late",
  ].join("\n");
  const names = (path: string) =>
    ownersOf(file, path).map(({ section, owners }) => `${section}: ${owners.join(" ")}`);

  it.each([
    ["src/bank.ts", [": @boris @mei", "Optional: @@maintainer"]],
    ["src/payouts/retry.ts", [": @anna", "Optional: @@maintainer"]],
    ["#odd", [": @odd"]],
    ["path with spaces/x", [": @space"]],
    ["docs/a.txt", [": @all", "Docs: @writers @group/sub"]],
    ["docs/a.md", [": @all", "Docs: someone@example.com"]],
    ["docs/generated/a.md", [": @all"]],
    ["docs/late.txt", [": @all", "Docs: @late"]],
  ])("%s", (path, expected) => {
    expect(names(path)).toEqual(expected);
  });

  it("says how many approve, what is optional, and which line decides", () => {
    expect(ownersOf(file, "docs/a.txt")[1]).toEqual({
      ...{ section: "Docs", optional: false, approvals: 2, pattern: "docs/", line: 8 },
      owners: ["@writers", "@group/sub"],
    });
    expect(ownersOf(file, "a.ts")[1]).toMatchObject({ optional: true, section: "Optional" });
  });
});
