import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseRequests, reportSearch } from "../../src/agent/tool-search-report.ts";
import { toolSearch } from "../../src/agent/tool-search.ts";
import { everyTool } from "../support/every-tool.ts";
import { readTool } from "./support.ts";

const { tools } = everyTool();
const requestsOf = (name: string) =>
  parseRequests(readFileSync(new URL(`../../evals/find-tools/${name}.yml`, import.meta.url), "utf8"));
const heldOut = requestsOf("held-out");

describe("the search for tools", () => {
  it("brings a right tool among the first five for nine of ten plain requests it never saw", () => {
    const report = reportSearch(tools, heldOut);
    console.log(report);
    expect(report.requests).toBeGreaterThanOrEqual(40);
    expect(report.recall.at5).toBeGreaterThanOrEqual(0.9);
  });

  it.each(["held-out", "development"])("is measured on requests of %s for tools that there are", (name) => {
    const names = new Set(tools.map((tool) => tool.name));
    const unknown = requestsOf(name).flatMap((one) => one.tools.filter((tool) => !names.has(tool)));
    expect(unknown).toEqual([]);
  });

  it("is measured on lines that no tool knows already", () => {
    const known = new Set(tools.flatMap(({ examples }) => examples.map((one) => one.toLowerCase())));
    const development = new Set(requestsOf("development").map(({ ask }) => ask));
    expect(heldOut.filter(({ ask }) => known.has(ask.toLowerCase()) || development.has(ask))).toEqual([]);
  });

  it("finds only among those that it is given, and no more than asked for", () => {
    const some = [readTool("deal_find", "Find deals"), readTool("deal_read", "Read a deal")];
    const search = toolSearch(some);
    expect(search.find("deals", new Set(["deal_read"]), 5)).toEqual(["deal_read"]);
    expect(search.find("deals", new Set(["deal_find", "deal_read"]), 1)).toHaveLength(1);
    expect(search.find("zzz", new Set(["deal_find"]), 5)).toEqual([]);
    expect(search.find("", new Set(["deal_find"]), 5)).toEqual([]);
  });

  it("knows other words for the same thing, which count less", () => {
    const some = [readTool("page_send", "Page somebody"), readTool("alarm_clock_set", "Set an alarm clock")];
    const both = new Set(some.map(({ name }) => name));
    expect(toolSearch(some).find("alarm", both, 2)).toEqual(["alarm_clock_set", "page_send"]);
  });
});
