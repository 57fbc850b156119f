import { memo, useContext, useMemo, type ReactElement } from "react";
import { actorWords, factWords, kindWords } from "./audit-words.ts";
import { HandlesContext, useNames } from "./people.ts";
import { preciseClock } from "./time.ts";
import type { AuditRow } from "./types.ts";

/** The audit log as it is written, the newest row first. */
export const Audit = memo(function Audit({ rows }: { readonly rows: readonly AuditRow[] }): ReactElement {
  const newest = useMemo(() => rows.toReversed(), [rows]);
  return (
    <>
      <h2>Audit log</h2>
      <p className="meta">Every row as Steward writes it, the newest first. Rows are never changed.</p>
      {newest.length === 0 && <p className="empty">Nothing yet: ask Steward something.</p>}
      <ol className="rows audit" aria-label="Audit log" role="log" reversed>
        {newest.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ol>
    </>
  );
});

const Row = memo(function Row({ row }: { readonly row: AuditRow }): ReactElement {
  const { zone } = useNames();
  const handles = useContext(HandlesContext);
  const facts = factWords(row);
  return (
    <li className="audit-row" data-kind={row.kind}>
      <details>
        <summary>
          <time dateTime={row.at}>{preciseClock(new Date(row.at), zone)}</time>
          <span className="audit-what">
            <strong>{kindWords(row.kind)}</strong> <span>{actorWords(row.actor, handles)}</span>
          </span>
        </summary>
        <pre>
          {JSON.stringify(
            { row: row.id, kind: row.kind, actor: row.actor, action: row.action, ...row.fields },
            null,
            1,
          )}
        </pre>
      </details>
      {row.sentence !== null && <p>{row.sentence}</p>}
      {facts !== "" && <p className="meta">{facts}</p>}
    </li>
  );
});
