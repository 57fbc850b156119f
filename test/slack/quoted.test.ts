import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedThread, unnamed } from "../../src/slack/quoted.ts";

/** Where GitLab sees a name: an `@` behind no letter, digit or underscore, before the beginning of a name. */
const named = /(?<!\w)@[\w.]/;

describe("text of others in an issue", () => {
  it.each([
    ["@all please look", "@ all please look"],
    ["ask (@anna), @@boris or \\@elif", "ask (@ anna), @ @ boris or \\@ elif"],
    ["_@all_ and é@all", "_@ all_ and é@ all"],
    ["@\\_ops", "@ \\_ops"],
    ["write to anna@example.com", "write to anna@example.com"],
    ["https://example.com/@anna?x=@all", "https://example.com/%40anna?x=%40all"],
    ["&#64;all, &#x40;all, &commat;all & more", "& #64;all, & #x40;all, & commat;all & more"],
    ["at 5 @ 3 pm", "at 5 @ 3 pm"],
  ])("names nobody: %s", (said, shown) => {
    expect(unnamed(said)).toBe(shown);
  });

  it("names nobody, whatever was said", () => {
    const pieces = ["@", "a", "_", "\\", " ", "\n", "https://", "&#64;", "/", "*", "."];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (said) => {
        const shown = unnamed(said.join(""));
        expect(shown).not.toMatch(named);
        expect(shown).not.toMatch(/(?<![A-Za-z0-9])@\S/);
        expect(shown).not.toContain("&#");
      }),
    );
  });

  it("quotes each message under a name that names nobody either", () => {
    const lines = [
      { by: "Boris", text: "it hangs\n@all help" },
      { by: "@all", text: "yes" },
    ];
    expect(quotedThread(lines)).toBe("> **Boris**: it hangs\n> @ all help\n>\n> **@ all**: yes");
  });
});
