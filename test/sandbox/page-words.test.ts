import { describe, expect, it } from "vitest";
import { actorWords, factWords, kindWords } from "../../sandbox/page/audit-words.ts";
import { movedRows } from "../../sandbox/page/moved.ts";
import { suggest } from "../../sandbox/page/suggestions.ts";
import { rowOf } from "../../sandbox/page/system-facts.ts";
import { ago, dateTokens, day } from "../../sandbox/page/time.ts";
import { typedBlock } from "../../sandbox/page/typed.ts";
import type { GitLab, Person } from "../../sandbox/page/types.ts";

describe("times", () => {
  const at = new Date("2026-11-20T23:30:00Z");

  it("are shown in the reader's own zone", () => {
    expect(dateTokens(at, "{date_num} {time}", "Europe/London", at)).toBe("20/11/2026 23:30");
    expect(dateTokens(at, "{date_num} {time}", "Europe/Berlin", at)).toBe("21/11/2026 00:30");
  });

  it("say today and yesterday only where asked to, and leave unknown tokens", () => {
    expect(dateTokens(at, "expires {date_short_pretty} at {time}", "UTC", at)).toBe("expires today at 23:30");
    expect(dateTokens(at, "{date_short} {nonsense}", "UTC", at)).toBe("20 Nov 2026 {nonsense}");
    expect(day(at, "UTC", new Date("2026-11-21T01:00:00Z"))).toBe("yesterday");
  });

  it("tell how long ago in one unit", () => {
    expect([12_000, 240_000, 7_200_000].map((ms) => ago(0, ms))).toEqual(["12 s", "4 min", "2 h"]);
  });
});

describe("typed text", () => {
  const elementsOf = (text: string) =>
    (typedBlock(text)["elements"] as { elements: object[] }[]).flatMap(({ elements }) => elements);

  it("keeps what was typed and finds mentions and links", () => {
    expect(elementsOf("<@U1> see <https://a.example|here> in <#C1|room> *now* &lt;b&gt; &amp;lt;")).toEqual([
      { type: "user", user_id: "U1" },
      { type: "text", text: " see " },
      { type: "link", url: "https://a.example", text: "here" },
      { type: "text", text: " in " },
      { type: "channel", channel_id: "C1" },
      { type: "text", text: " *now* <b> &lt;" },
    ]);
  });

  it("shows broadcasts and mail addresses as people wrote them", () => {
    expect(elementsOf("<!here> <mailto:a@b.example|a@b.example>")).toEqual([
      { type: "text", text: "@here" },
      { type: "text", text: " " },
      { type: "link", url: "mailto:a@b.example", text: "a@b.example" },
    ]);
  });
});

describe("suggestions", () => {
  const person = (name: string, bot = false) => ({ id: name, name, real_name: name, bot }) as Person;
  const people = [person("anna"), person("boris"), person("steward", true)];
  const labels = (text: string) => suggest(text, people).map(({ label }) => label);

  it("complete commands at the beginning alone", () => {
    expect(labels("/steward a")).toEqual(["/steward approvals"]);
    expect(labels("see /steward")).toEqual([]);
    expect(labels("/steward approvals")).toEqual([]);
  });

  it("complete people behind an @, the bot first", () => {
    expect(labels("ask @")).toEqual(["@steward", "@anna", "@boris"]);
    expect(suggest("ask @bo", people)[0]?.text).toBe("ask @boris ");
    expect(labels("mail a@b")).toEqual([]);
  });
});

describe("rows of the systems", () => {
  it("tell what changed, once, and keep what changed before", () => {
    const before = new Map([["a", ["open", null]]]);
    const first = movedRows(before, new Map([["a", ["merged", null]]]), new Map(), 1);
    expect(first.get("a")).toEqual({ what: "open → merged", at: 1 });
    const again = movedRows(new Map([["a", ["merged", null]]]), new Map([["a", ["merged", null]]]), first, 2);
    expect(again.get("a")?.at).toBe(1);
    expect(movedRows(before, new Map([["b", ["open"]]]), new Map(), 3).get("b")?.what).toBe("new");
  });

  it("say nothing of what was there at first", () => {
    expect(movedRows(undefined, new Map([["a", ["open"]]]), new Map(), 1).size).toBe(0);
  });

  it("are found by a link into GitLab", () => {
    const gitlab = {
      merge_requests: [
        { project: "payments/ledger-api", iid: 482, pipeline: { id: 8812, status: "failed" } },
      ],
      pipelines: [{ id: 8812, status: "failed", jobs: [{ id: 99_120 }] }],
    } as unknown as GitLab;
    const found = (path: string) => rowOf(`http://127.0.0.1:1/payments/ledger-api${path}`, gitlab);
    expect(["/-/merge_requests/482", "/-/pipelines/8812", "/-/jobs/99120#L10"].map(found)).toEqual(
      Array.from({ length: 3 }, () => "payments/ledger-api!482"),
    );
    expect(rowOf("http://127.0.0.1:1/payouts/77120/events", gitlab)).toBe("payout/77120");
    expect([found("/-/pipelines/1"), found(""), rowOf("nonsense", gitlab)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("rows of the audit log", () => {
  const names = new Map([
    ["anna", "Anna Petrosyan"],
    ["U0ANNA", "Anna Petrosyan"],
  ]);

  it("name people, whatever they are known by", () => {
    expect(
      ["mail:anna@example.com", "slack:T1/U0ANNA", "worker:1", "mail:x@y.example"].map((actor) =>
        actorWords(actor, names),
      ),
    ).toEqual(["Anna Petrosyan", "Anna Petrosyan", "Steward", "x@y.example"]);
  });

  it("are said in words, also those of kinds unknown here", () => {
    expect([kindWords("vote.counted"), kindWords("key.rotated_early")]).toEqual([
      "Vote counted",
      "Key rotated early",
    ]);
  });

  it("say the tool once, and the target without its type", () => {
    const row = { id: 1, at: "", kind: "action.asked", actor: "", sentence: null };
    const fields = { tool: "gitlab_merge_request_merge", target: "MergeRequest/a/b!1", risk: 2 };
    expect(factWords({ ...row, action: "x", fields })).toBe("a/b!1 · R2");
    expect(factWords({ ...row, action: null, fields: { tool: "t" } })).toBe("t");
  });
});
