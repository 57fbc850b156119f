import { memo, useEffect, useState, type ReactElement } from "react";
import type { Moved } from "./moved.ts";
import type { View } from "./session.ts";
import { amount, dealKey, mergeRequestKey, mergeState } from "./system-facts.ts";
import { Services } from "./services.tsx";
import { Chip, Row } from "./system-row.tsx";
import type { Crm, Deal, GitLab, MergeRequest, Services as ServicesState } from "./types.ts";

interface SystemsProps {
  readonly gitlab: GitLab | undefined;
  readonly crm: Crm | undefined;
  readonly services: ServicesState | undefined;
  readonly moved: ReadonlyMap<string, Moved>;
  /** A row to be brought into view. */
  readonly row: View["row"];
}

/** GitLab, the CRM and the internal systems as they are, with what changed while one looked. */
export const Systems = memo(function Systems({
  gitlab,
  crm,
  services,
  moved,
  row,
}: SystemsProps): ReactElement {
  const now = useNow(moved.size > 0);
  useEffect(() => {
    if (row?.key === undefined) return;
    const shown = document.getElementById(`row-${row.key}`);
    shown?.scrollIntoView({ block: "nearest" });
    shown?.focus({ preventScroll: true });
  }, [row]);
  const requests = (gitlab?.merge_requests ?? []).filter(
    (one) => one.state === "opened" || moved.has(mergeRequestKey(one)) || row?.key === mergeRequestKey(one),
  );
  return (
    <>
      <h2>GitLab</h2>
      <ul className="rows" aria-label="Merge requests">
        {requests.map((one) => (
          <MergeRequestRow
            key={mergeRequestKey(one)}
            {...{ one, moved: moved.get(mergeRequestKey(one)), now }}
            jobs={gitlab?.pipelines.find(({ id }) => id === one.pipeline?.id)?.jobs ?? []}
          />
        ))}
      </ul>
      <h2>CRM</h2>
      <ul className="rows" aria-label="Deals">
        {(crm?.deals ?? []).map((one) => (
          <DealRow key={one.id} {...{ one, moved: moved.get(dealKey(one)), now }} />
        ))}
      </ul>
      {services && <Services {...{ services, moved, now }} />}
    </>
  );
});

function MergeRequestRow(props: {
  readonly one: MergeRequest;
  readonly moved: Moved | undefined;
  readonly now: number;
  readonly jobs: GitLab["pipelines"][number]["jobs"];
}): ReactElement {
  const { one, moved, now, jobs } = props;
  const current = jobs.filter((job) => !job.retried);
  const telling = current.filter((job) => job.status !== "success" && job.status !== "created");
  return (
    <Row id={mergeRequestKey(one)} moved={moved} now={now} label={`!${one.iid} ${one.title}`}>
      <p className="row-head">
        <strong>!{one.iid}</strong> <Chip word={mergeState(one)} />
        {one.pipeline && (
          <Chip word={one.pipeline.status} label={`pipeline ${one.pipeline.id} ${one.pipeline.status}`} />
        )}
      </p>
      <p>{one.title}</p>
      <p className="meta">
        {one.project} · by {one.author}
        {one.merged_by !== null && ` · merged by ${one.merged_by}`}
      </p>
      {telling.length > 0 && one.state === "opened" && (
        <p className="meta">{telling.map((job) => `${job.name}: ${job.status}`).join(" · ")}</p>
      )}
    </Row>
  );
}

function DealRow({
  one,
  moved,
  now,
}: {
  readonly one: Deal;
  readonly moved: Moved | undefined;
  readonly now: number;
}): ReactElement {
  return (
    <Row id={dealKey(one)} moved={moved} now={now} label={one.name}>
      <p className="row-head">
        <strong>{one.name}</strong> <Chip word={one.stage ?? "no stage"} />
      </p>
      <p className="meta">
        {amount(one.amount) ?? "no amount"} · closes {one.close_date?.slice(0, 10) ?? "some day"} ·{" "}
        {one.owner ?? "nobody's"}
      </p>
    </Row>
  );
}

const TICK_MS = 5_000;

/** The time, now and then: only while something says how long ago it was. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticking) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
