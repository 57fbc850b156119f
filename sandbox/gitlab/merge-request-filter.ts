import type { Call } from "../http/types.ts";
import type { Caller } from "./access.ts";
import { list, moment, oneOf } from "./query.ts";
import type { MergeRequest } from "./types.ts";

/** The merge requests that a list call asks for, in its order. Throws GitLab's 400 for a value out of range. */
export function filterMergeRequests(
  all: readonly MergeRequest[],
  call: Call,
  caller: Caller,
  defaultScope: "all" | "created_by_me",
): MergeRequest[] {
  const tests = [
    byState(call),
    byPeople(call, caller, defaultScope),
    byText(call),
    byBranch(call),
    byTime(call),
  ];
  const orderBy = oneOf(call, "order_by", [
    "created_at",
    "updated_at",
    "merged_at",
    "title",
    "label_priority",
  ]);
  const ascending = oneOf(call, "sort", ["asc", "desc"]) === "asc";
  const key = (one: MergeRequest) =>
    orderBy === "title" ? one.title : orderBy === "updated_at" ? one.updated_at : one.created_at;
  return all
    .filter((one) => tests.every((test) => test(one)))
    .toSorted((a, b) => (ascending ? 1 : -1) * key(a).localeCompare(key(b)));
}

type Test = (one: MergeRequest) => boolean;

function byState(call: Call): Test {
  const state = oneOf(call, "state", ["opened", "closed", "locked", "merged", "all"]) ?? "all";
  const draft = oneOf(call, "draft", ["true", "false"]) ?? oneOf(call, "wip", ["yes", "no"]);
  const iids = list(call, "iids");
  return (one) =>
    (state === "all" || one.state === state) &&
    (draft === undefined || one.draft === (draft === "true" || draft === "yes")) &&
    (iids.length === 0 || iids.includes(String(one.iid)));
}

function byPeople(call: Call, caller: Caller, defaultScope: "all" | "created_by_me"): Test {
  const scope =
    oneOf(call, "scope", ["created_by_me", "assigned_to_me", "reviews_for_me", "all"]) ??
    (call.query.has("author_username") || call.query.has("reviewer_username") ? "all" : defaultScope);
  const author = person(call, "author");
  const reviewer = person(call, "reviewer");
  const assignee = person(call, "assignee");
  const me = caller.user;
  return (one) =>
    (scope !== "created_by_me" || one.author === me) &&
    (scope !== "assigned_to_me" || one.assignees.includes(me)) &&
    (scope !== "reviews_for_me" || one.reviewers.includes(me)) &&
    author([one.author]) &&
    reviewer(one.reviewers) &&
    assignee(one.assignees);
}

/** By `<role>_username` or `<role>_id`; an id may also be None or Any. */
function person(call: Call, role: string): (people: readonly { id: number; username: string }[]) => boolean {
  const names = list(call, `${role}_username`).map((name) => name.toLowerCase());
  const id = call.query.get(`${role}_id`)?.toLowerCase();
  return (people) =>
    (names.length === 0 || people.some((user) => names.includes(user.username))) &&
    (!id ||
      (id === "none"
        ? people.length === 0
        : id === "any"
          ? people.length > 0
          : people.some((u) => String(u.id) === id)));
}

function byText(call: Call): Test {
  const search = call.query.get("search")?.toLowerCase();
  const where = call.query.get("in") ?? "title,description";
  const labels = list(call, "labels");
  return (one) => {
    const text = `${where.includes("title") ? one.title : ""} ${where.includes("description") ? one.description : ""}`;
    return (
      (!search || search.split(/\s+/).every((word) => text.toLowerCase().includes(word))) &&
      labels.every((label) => (label === "None" ? one.labels.length === 0 : one.labels.includes(label)))
    );
  };
}

function byBranch(call: Call): Test {
  const source = call.query.get("source_branch");
  const target = call.query.get("target_branch");
  return (one) => (!source || one.source_branch === source) && (!target || one.target_branch === target);
}

function byTime(call: Call): Test {
  const after = (name: string) => moment(call, `${name}_after`) ?? -Infinity;
  const before = (name: string) => moment(call, `${name}_before`) ?? Infinity;
  const [createdAfter, createdBefore] = [after("created"), before("created")];
  const [updatedAfter, updatedBefore] = [after("updated"), before("updated")];
  const within = (at: string, from: number, to: number) => Date.parse(at) >= from && Date.parse(at) <= to;
  return (one) =>
    within(one.created_at, createdAfter, createdBefore) &&
    within(one.updated_at, updatedAfter, updatedBefore);
}
