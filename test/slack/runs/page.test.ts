import { expect, it } from "vitest";
import { runPage } from "../../../src/slack/runs/page.ts";
import type { RunView } from "../../../src/slack/runs/view.ts";

const hostile = `<script>alert(1)</script>" onload='x' & \u202Egnp.exe`;
const view: RunView = {
  ...{ turn: "t", question: hostile, by: hostile, state: "done", began: new Date(0), seconds: 1.25 },
  ...{ agent: hostile, why: hostile, candidates: [{ title: hostile, score: 0.5 }] },
  calls: [
    { title: hostile, args: [[hostile, hostile]], standing: "Done in 5 ms", result: hostile },
    { title: "Read a deal", args: [], standing: "Refused", result: undefined },
  ],
  actions: [
    {
      title: hostile,
      sentence: hostile,
      risk: 2,
      standing: hostile,
      args: [[hostile, hostile]],
      votes: [hostile],
    },
  ],
  cost: [hostile],
};

it("spells out whatever people, tools and models wrote", () => {
  const html = runPage(view);
  const tags = [...html.matchAll(/<\/?([a-z0-9!]+)/g)].map(([, tag]) => tag);
  expect(new Set(tags)).toEqual(
    new Set("!doctype html head meta title style body h1 h2 h3 dl dt dd p section pre".split(" ")),
  );
  expect(html).not.toMatch(/<script|onload='|\u202E/);
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; ‹U+202E›");
});

it("says where something is not shown", () => {
  expect(runPage(view)).toContain("What it gave is shown to the person who asked.");
});
