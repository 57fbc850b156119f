import { Gitlab } from "@gitbeaker/rest";
import type { Http } from "../../src/http/types.ts";
import { ciCalls } from "./api-ci.ts";
import { directoryCalls } from "./api-directory.ts";
import { issueCalls } from "./api-issues.ts";
import { mergeRequestCalls } from "./api-merge-requests.ts";
import { requesterOn } from "./requester.ts";

/** Where GitLab is, and the service account's token. */
export interface GitLabSettings {
  /** A trailing slash does not matter. */
  url: string;
  token: string;
}

export type Client = InstanceType<typeof Gitlab<false>>;

/** GitLab as the tools see it: few calls, checked replies, errors in words. */
export type GitLabApi = ReturnType<typeof gitLabApi>;

export function gitLabApi(settings: GitLabSettings, http: Http) {
  const host = settings.url.replace(/\/+$/, "");
  const gitlab = new Gitlab({
    host,
    token: settings.token,
    requesterFn: requesterOn(http),
    // Deadlines are ours, per call.
    queryTimeout: null,
  });
  return {
    host,
    ...directoryCalls(gitlab),
    ...mergeRequestCalls(gitlab),
    ...ciCalls(gitlab),
    ...issueCalls(gitlab),
  };
}
