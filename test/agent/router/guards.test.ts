import { describe, expect, it } from "vitest";
import {
  clausesOf,
  isNegated,
  isQuestion,
  isRelative,
  pointsBack,
  whenGreen,
} from "../../../src/agent/router/guards.ts";
import { readMentions } from "../../../src/agent/router/mentions.ts";
import { nameRuns } from "../../../src/agent/router/names.ts";
import { peopleIn } from "../../../src/agent/router/people.ts";

describe("guards", () => {
  it.each([
    ["merge it", [], true],
    ["why did that fail?", [], true],
    ["show those again", [], true],
    ["retry the last job", [], true],
    ["!482 is fine, merge it", [0], false],
    ["merge it when !482 is green", [14], true],
    ["look at this !482", [13], false],
    ["deals closing this quarter", [], false],
    ["merge requests that need my review", [], false],
  ])("sees whether %j points back", (text, namedAt, answer) =>
    expect(pointsBack(text, namedAt)).toBe(answer),
  );

  it("tells questions from requests", () => {
    for (const text of [
      "should I merge !1?",
      "who moved Globex",
      "is it safe to merge !1",
      "what if we merge !1",
    ])
      expect(isQuestion(text)).toBe(true);
    for (const text of ["can you merge !1?", "please merge !1", "could you move Globex to won?"])
      expect(isQuestion(text)).toBe(false);
  });

  it("sees a negation", () => {
    for (const text of ["don't merge !1", "do not retry job 2", "never merge !1", "undo the merge of !1"])
      expect(isNegated(text)).toBe(true);
    expect(isNegated("merge !1 now")).toBe(false);
  });

  it("splits requests, not names or fields", () => {
    expect(clausesOf("merge !1 and retry job 2")).toEqual(["merge !1", "retry job 2"]);
    expect(clausesOf("merge !1. Then tell Dan")).toEqual(["merge !1", "Then tell Dan"]);
    expect(clausesOf("move Marks and Spencer to won")).toHaveLength(1);
    expect(clausesOf("move Globex to won and 48k")).toHaveLength(1);
  });

  it.each([
    "when green",
    "once CI passes",
    "as soon as the pipeline succeeds",
    "after the tests have passed",
    "auto-merge",
  ])("knows %j", (text) => expect(whenGreen(`merge !1 ${text}`)).toBe(true));
  it("does not wait for a person's word", () => expect(whenGreen("merge !1 when Boris says so")).toBe(false));

  it.each([
    ["raise it by 10k", true],
    ["add another 10k", true],
    ["10k more for Globex", true],
    ["about 10k", true],
    ["raise it to 10k", false],
    ["10k, closing in May", false],
  ])("sees whether %j is an amount to set", (text, answer) => {
    const start = text.indexOf("10k");
    expect(isRelative(text, { start, end: start + 3 })).toBe(answer);
  });
});

describe("people", () => {
  const people = (text: string) => {
    const reading = readMentions(text, { people: ["boris"] }, { now: new Date() });
    return peopleIn(reading.text, reading.mentions, nameRuns(reading)).map(
      ({ role, name }) => `${role} ${name}`,
    );
  };

  it.each([
    ["what's waiting for my review?", ["reviewer me"]],
    ["is there anything for me to review", ["reviewer me"]],
    ["which merge requests do I have to review", ["reviewer me"]],
    ["my open merge requests", ["other me"]],
    ["what deals am I working on", ["other me"]],
    ["show me open merge requests", []],
    ["can I see the open merge requests", []],
    ["merge requests by boris", ["other boris"]],
    ["merge requests where boris is the reviewer", ["reviewer boris"]],
    ["merge requests waiting for boris", ["reviewer boris"]],
    ["what does Katya have open", ["other Katya"]],
    ["Katya's deals", ["other Katya"]],
    ["merge requests by <@U0BORIS>", ["other <@U0BORIS>"]],
  ])("finds them in %j", (text, found) => expect(people(text)).toEqual(found));
});

describe("names", () => {
  const names = (text: string) =>
    nameRuns(readMentions(text, {}, { now: new Date() })).map(({ text: name }) => name);

  it.each([
    ["move Fabrikam to negotiation", ["Fabrikam"]],
    ["set the amount of the Fabrikam Nordic deal to 48k", ["Fabrikam Nordic"]],
    ["push Fabrikam's close date to 14 March", ["Fabrikam"]],
    ["move Marks and Spencer to negotiation", ["Marks and Spencer"]],
    ["move Fabrikam and Contoso", ["Fabrikam and Contoso"]],
    ["nudge Fabrikam to negotiation", ["nudge", "Fabrikam"]],
    ["move fabrikam to negotiation", ["fabrikam"]],
  ])("finds them in %j", (text, found) => expect(names(text)).toEqual(found));
});
