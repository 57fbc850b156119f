import type { Tool } from "../../src/core/tool.ts";
import type { Http } from "../../src/http/types.ts";
import { makeAccess } from "./access.ts";
import { type GitLabSettings, gitLabApi } from "./api.ts";
import { deliveryTools } from "./delivery-tools.ts";
import { jobRetry } from "./job-retry.ts";
import { makeLocate } from "./locate.ts";
import { mergeRequestFind } from "./merge-request-find.ts";
import { mergeRequestMerge } from "./merge-request-merge.ts";
import { mergeRequestRead } from "./merge-request-read.ts";
import { pipelineExplain } from "./pipeline-explain.ts";
import { reviewTools } from "./review-tools.ts";
import type { GitLabTooling } from "./tooling.ts";
import { workTools } from "./work-tools.ts";

/** Every GitLab tool, over one service account. `now` is for short-lived caches, in milliseconds. */
export function gitLabTools(settings: GitLabSettings, http: Http, now: () => number): Tool[] {
  const api = gitLabApi(settings, http);
  const access = makeAccess(api, now);
  const tooling: GitLabTooling = { api, access, locate: makeLocate(api, access) };
  return [
    mergeRequestFind(tooling),
    mergeRequestRead(tooling),
    pipelineExplain(tooling),
    jobRetry(tooling),
    mergeRequestMerge(tooling),
    ...workTools(tooling, settings.knowledge ?? []),
    ...reviewTools(tooling),
    ...deliveryTools(tooling),
  ];
}
