import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { maySee, visibleGroup } from "../access.ts";
import { filterMergeRequests } from "../merge-request-filter.ts";
import { badParameter } from "../errors.ts";
import { cancelAutoMerge, merge } from "../merge-life.ts";
import { approve, editMergeRequest, openMergeRequest, rebase, unapprove } from "../merge-request-life.ts";
import { page } from "../paging.ts";
import { flag, listField, textField } from "../query.ts";
import { showPipeline } from "../show-ci.ts";
import { showApprovals, showMergeRequest, showMergeRequestFully } from "../show-merge-request.ts";
import type { MergeRequest } from "../types.ts";
import { mergeRequestOf, projectOf, type Api, type Request } from "./guard.ts";

/** Merge requests: lists, one, its pipelines, approvals and diffs, merging. */
export function mergeRequestRoutes(api: Api): Route[] {
  const one = "/projects/:id/merge_requests/:iid";
  return [
    api("GET", "/merge_requests", (request) => {
      const seen = request.world.mergeRequests.filter((mr) => maySee(mr.project, request.caller.user));
      return lists(request, seen, "created_by_me");
    }),
    api("GET", "/groups/:id/merge_requests", (request) => {
      const group = visibleGroup(request.world, request.call.param("id"), request.caller);
      const inside = (mr: MergeRequest) =>
        mr.project.group === group && maySee(mr.project, request.caller.user);
      return lists(request, request.world.mergeRequests.filter(inside), "all");
    }),
    api("GET", "/projects/:id/merge_requests", (request) => {
      const project = projectOf(request);
      return lists(
        request,
        request.world.mergeRequests.filter((mr) => mr.project === project),
        "all",
      );
    }),
    api("GET", one, (request) => fully(200, request, mergeRequestOf(request))),
    api("GET", `${one}/pipelines`, (request) => {
      const shas = new Set(mergeRequestOf(request).commits.map((commit) => commit.id));
      const project = projectOf(request);
      const found = request.world.pipelines
        .filter((pipeline) => pipeline.project === project && shas.has(pipeline.sha))
        .toSorted((a, b) => b.id - a.id);
      return page(request.call, found, (pipeline) => showPipeline(pipeline, request.base));
    }),
    api("GET", `${one}/approvals`, (request) =>
      json(200, showApprovals(mergeRequestOf(request), request.base, request.caller.user)),
    ),
    api("GET", `${one}/diffs`, (request) => page(request.call, mergeRequestOf(request).diffs, showDiff)),
    api("GET", `${one}/commits`, (request) =>
      page(request.call, mergeRequestOf(request).commits.toReversed(), (commit) => ({
        id: commit.id,
        short_id: commit.id.slice(0, 8),
        title: commit.title,
        message: commit.title,
        author_name: commit.author.name,
        author_email: commit.author.email,
        authored_date: commit.created_at,
        created_at: commit.created_at,
      })),
    ),
    api("POST", "/projects/:id/merge_requests", (request) => {
      const needed = (name: string) => {
        const value = textField(request.call, name);
        if (value === undefined) throw badParameter(name, "is missing");
        return value;
      };
      const wish = {
        source: needed("source_branch"),
        target: needed("target_branch"),
        title: needed("title"),
        description: textField(request.call, "description") ?? "",
        labels: listField(request.call, "labels"),
        reviewers: listField(request.call, "reviewer_ids").map(Number),
      };
      const opened = openMergeRequest(projectOf(request), wish, request.caller.user, request.world);
      return fully(201, request, opened);
    }),
    api("PUT", one, (request) => {
      const found = mergeRequestOf(request);
      const wish = {
        event: textField(request.call, "state_event"),
        title: textField(request.call, "title"),
      };
      editMergeRequest(found, request.caller.user, wish, request.world);
      return fully(200, request, found);
    }),
    api("POST", `${one}/approve`, (request) => {
      const found = mergeRequestOf(request);
      approve(found, request.caller.user, textField(request.call, "sha"), request.world);
      return json(201, showApprovals(found, request.base, request.caller.user));
    }),
    api("POST", `${one}/unapprove`, (request) => {
      const found = mergeRequestOf(request);
      unapprove(found, request.caller.user, request.world);
      return json(201, showApprovals(found, request.base, request.caller.user));
    }),
    api("PUT", `${one}/rebase`, (request) => {
      rebase(mergeRequestOf(request), request.caller.user, request.world);
      return json(202, { rebase_in_progress: true });
    }),
    api("PUT", `${one}/merge`, (request) => {
      const { call, caller, world } = request;
      const found = mergeRequestOf(request);
      const wish = {
        sha: textField(call, "sha"),
        auto: flag(call, "auto_merge") || flag(call, "merge_when_pipeline_succeeds"),
        squash: flag(call, "squash"),
        removeBranch: flag(call, "should_remove_source_branch"),
      };
      merge(found, caller.user, wish, world);
      return fully(200, request, found);
    }),
    api("POST", `${one}/cancel_merge_when_pipeline_succeeds`, (request) => {
      const found = mergeRequestOf(request);
      cancelAutoMerge(found, request.caller.user, request.world);
      return fully(201, request, found);
    }),
  ];
}

function lists(request: Request, seen: readonly MergeRequest[], scope: "all" | "created_by_me") {
  const found = filterMergeRequests(seen, request.call, request.caller, scope);
  return page(request.call, found, (mr) => showMergeRequest(mr, request.world, request.base));
}

function fully(status: number, { world, base, caller }: Request, mr: MergeRequest) {
  return json(status, showMergeRequestFully(mr, world, base, caller.user));
}

const showDiff = (diff: MergeRequest["diffs"][number]) => ({
  ...diff,
  a_mode: diff.new_file ? "0" : "100644",
  b_mode: diff.deleted_file ? "0" : "100644",
  renamed_file: diff.old_path !== diff.new_path,
  generated_file: false,
  collapsed: false,
  too_large: false,
});
