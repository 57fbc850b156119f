import { Gitlab } from "@gitbeaker/rest";
import type { Http } from "../../src/http/types.ts";
import { ciCalls } from "./api-ci.ts";
import { deliveryCalls } from "./api-delivery.ts";
import { codeCalls } from "./api-code.ts";
import { directoryCalls } from "./api-directory.ts";
import { issueCalls } from "./api-issues.ts";
import { memberCalls } from "./api-members.ts";
import { mergeRequestCalls } from "./api-merge-requests.ts";
import { reviewCalls } from "./api-reviews.ts";
import { requesterOn } from "./requester.ts";

/** Where GitLab is. Accounts are named with each request and signed at the last hop. */
export interface GitLabSettings {
  /** A trailing slash does not matter. */
  url: string;
  /** Projects whose wikis and Markdown files are searched where none is named; left out: the person's own. */
  knowledge?: readonly string[];
}

export type Client = InstanceType<typeof Gitlab<false>>;

/** GitLab as the tools see it: few calls, checked replies, errors in words. */
export type GitLabApi = ReturnType<typeof gitLabApi>;

export function gitLabApi(settings: GitLabSettings, http: Http) {
  const host = settings.url.replace(/\/+$/, "");
  const gitlab = new Gitlab({
    host,
    // The client asks for one; what it makes of it is dropped in the requester.
    token: "added at the last hop",
    requesterFn: requesterOn(http),
    // Deadlines are ours, per call.
    queryTimeout: null,
  });
  return {
    host,
    ...directoryCalls(gitlab),
    ...mergeRequestCalls(gitlab),
    ...reviewCalls(gitlab),
    ...ciCalls(gitlab),
    ...deliveryCalls(gitlab),
    ...issueCalls(gitlab),
    ...codeCalls(gitlab),
    ...memberCalls(gitlab),
  };
}
