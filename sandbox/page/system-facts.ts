import type { Facts } from "./moved.ts";
import type { Crm, Deal, GitLab, MergeRequest } from "./types.ts";

/** Keys of rows, the same for the drawer and for what changed. */
export const mergeRequestKey = (one: MergeRequest): string => `${one.project}!${one.iid}`;
export const dealKey = (one: Deal): string => `deal/${one.id}`;

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
