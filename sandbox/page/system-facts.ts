import type { Facts } from "./moved.ts";
import type {
  Crm,
  Deal,
  FlagSetting,
  GitLab,
  Mail,
  MergeRequest,
  Payout,
  PhonePage,
  Services,
} from "./types.ts";

/** Keys of rows, the same for the drawer and for what changed. */
export const mergeRequestKey = (one: MergeRequest): string => `${one.project}!${one.iid}`;
export const dealKey = (one: Deal): string => `deal/${one.id}`;

export const payoutKey = (one: Payout): string => `payout/${one.id}`;
export const mailKey = (one: Mail): string => `mail/${one.id}`;
export const pageKey = (one: PhonePage): string => `page/${one.id}`;
export const flagKey = (one: FlagSetting): string => `flag/${one.flag}/${one.environment}`;

/** Where a link into the sandbox leads: the row of the payout or of the merge request that it is about. */
export function rowOf(url: string, gitlab: GitLab): string | undefined {
  const path = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname) : "";
  const payout = /^\/payouts\/(\d+)/.exec(path)?.[1];
  if (payout !== undefined) return `payout/${payout}`;
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

/** A flag in one environment, in a word or two. */
export const flagState = ({ enabled, rollout }: FlagSetting): string =>
  enabled ? (rollout === 100 ? "on" : `on for ${rollout} %`) : "off";

export const servicesFacts = ({ payouts, outbox, pages, flags }: Services): ReadonlyMap<string, Facts> =>
  new Map<string, Facts>([
    ...payouts.map((one) => [payoutKey(one), [one.status]] as const),
    ...outbox.map((one) => [mailKey(one), [one.subject]] as const),
    ...pages.map((one) => [pageKey(one), [one.status]] as const),
    ...flags.map((one) => [flagKey(one), [flagState(one)]] as const),
  ]);
