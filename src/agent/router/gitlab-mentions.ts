import { claim, type Reading, scan } from "./blank.ts";

/** Slashed words of plain English that are no project path. */
const notPaths = new Set([
  "and/or",
  "ci/cd",
  "n/a",
  "w/o",
  "yes/no",
  "either/or",
  "he/she",
  "his/her",
  "24/7",
]);

const webAddress =
  /<?https?:\/\/[^\s/<>|]+\/(?<project>[\w.-]+(?:\/[\w.-]+)+?)\/-\/(?<what>merge_requests|pipelines|jobs|issues|work_items)\/(?<id>\d+)[^\s<>|]*(?:\|[^>]*)?>?/giu;
const kinds = {
  merge_requests: "merge_request",
  pipelines: "pipeline",
  jobs: "job",
  issues: "issue",
  work_items: "issue",
} as const;

const path = /(?<![\w./@-])[a-z0-9_][\w.-]*(?:\/[a-z0-9_](?:[\w.-]*\w)?)+(?![\w/])/giu;
const email = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;
const mergeRequest =
  /(?<![\w!])!(?<short>\d{1,9})\b|\b(?:mrs?|merge[ -]?req\w*)\s*(?:no\.?|nr\.?|number|id)?\s*[#!]?(?<long>\d{1,9})\b/giu;
const numbered =
  /\b(?<what>pipel\w*|build|ci|jobs?|issues?)\s*(?:no\.?|nr\.?|number|run|id)?\s*(?<mark>#?)(?<id>\d{1,12})\b(?![.,]\d)/giu;

const span = (match: RegExpExecArray): { start: number; end: number } => ({
  start: match.index,
  end: match.index + match[0].length,
});

/** Web addresses of GitLab, as Slack writes them (`<url|label>`): one address names a project and a thing in it. */
function findAddresses(reading: Reading): void {
  scan(reading, webAddress, (match) => {
    const { project = "", what = "jobs", id = "" } = match.groups ?? {};
    const kind = kinds[what.toLowerCase() as keyof typeof kinds];
    const { start, end } = span(match);
    claim(reading, { kind: "project", start, end: start, value: project });
    claim(reading, { kind, start, end, value: Number(id) });
  });
}

/** Web and e-mail addresses, Slack's mentions of people (`<@U01>`, for the tool to resolve), project paths, merge requests, and numbers after `pipeline`, `job` and `issue`. */
export function findGitLab(reading: Reading): void {
  findAddresses(reading);
  scan(reading, /<?https?:\/\/[^\s<>]+>?/giu, (match) =>
    claim(reading, { kind: "link", ...span(match), value: match[0] }),
  );
  scan(reading, /<@([UW]\w+)(?:\|[^>]*)?>/gu, (match) =>
    claim(reading, { kind: "person", ...span(match), value: match[0] }),
  );
  scan(reading, email, (match) =>
    claim(reading, { kind: "email", ...span(match), value: match[0].toLowerCase() }),
  );
  scan(reading, path, (match) => {
    if (notPaths.has(match[0].toLowerCase()) || /^[\d/]+$/u.test(match[0])) return;
    claim(reading, { kind: "project", ...span(match), value: match[0] });
  });
  scan(reading, mergeRequest, (match) => {
    const id = Number(match.groups?.["short"] ?? match.groups?.["long"]);
    claim(reading, { kind: "merge_request", ...span(match), value: id });
  });
  scan(reading, numbered, (match) => {
    const { what = "", mark = "", id = "" } = match.groups ?? {};
    const { end } = span(match);
    const kind = /^jobs?$/iu.test(what) ? "job" : /^issues?$/iu.test(what) ? "issue" : "pipeline";
    claim(reading, { kind, start: end - id.length - mark.length, end, value: Number(id) });
  });
}

/** Numbers that nothing else has claimed: their meaning is the tool's. */
export function findNumbers(reading: Reading): void {
  scan(reading, /(?<![\w.,/-])#?(\d{1,12})\b(?![.,/]\d)/gu, (match) =>
    claim(reading, { kind: "number", ...span(match), value: Number(match[1]) }),
  );
}
