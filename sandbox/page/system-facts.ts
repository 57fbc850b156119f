import type { Facts } from "./moved.ts";
import type { Crm, Deal, GitLab, MergeRequest } from "./types.ts";

/** Keys of rows, the same for the drawer and for what changed. */
export const mergeRequestKey = (one: MergeRequest): string => `${one.project}!${one.iid}`;
export const dealKey = (one: Deal): string => `deal/${one.id}`;

/** Where a link into the sandbox's GitLab leads: the row of the merge request that it is about. */
export function rowOf(url: string, gitlab: GitLab): string | undefined {
  const path = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname) : "";
  const [, project, kind, id] = /^\/(.+?)\/-\/(merge_requests|pipelines|jobs)\/(\d+)/.exec(path) ?? [];
  if (kind === "merge_requests") return `${project}!${id}`;
  const pipeline = gitlab.pipelines.find((one) =>
    kind === "pipelines" ? one.id === Number(id) : one.jobs.some((job) => job.id === Number(id)),
  );
  const request = gitlab.merge_requests.find((one) => pipeline && one.pipeline?.id === pipeline.id);
  return request && mergeRequestKey(request);
}

/** A merge request's state in a word. */
export const mergeState = (one: MergeRequest): string =>
  one.state === "opened" ? (one.auto_merge ? "merges when green" : "open") : one.state;

/** An amount as people write it: 40,000. */
export const amount = (value: string | null): string | null =>
  value === null ? null : Number(value).toLocaleString("en-GB");

export const gitlabFacts = ({ merge_requests }: GitLab): ReadonlyMap<string, Facts> =>
  new Map(
    merge_requests.map((one) => [
      mergeRequestKey(one),
      [mergeState(one), one.pipeline ? `pipeline ${one.pipeline.status}` : null],
    ]),
  );

export const crmFacts = ({ deals }: Crm): ReadonlyMap<string, Facts> =>
  new Map(
    deals.map((one) => [dealKey(one), [one.stage, amount(one.amount), one.close_date?.slice(0, 10) ?? null]]),
  );
