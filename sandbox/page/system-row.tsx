import type { ReactElement, ReactNode } from "react";
import type { Moved } from "./moved.ts";
import { ago } from "./time.ts";

/** A row of a system, with what changed in it while one looked. */
export function Row(props: {
  readonly id: string;
  readonly moved: Moved | undefined;
  readonly now: number;
  readonly label: string;
  readonly children: ReactNode;
}): ReactElement {
  const { id, moved, now, label, children } = props;
  return (
    <li
      className="system-row"
      id={`row-${id}`}
      tabIndex={-1}
      data-moved={moved !== undefined}
      aria-label={label}
    >
      {children}
      {/* Keyed by the moment: each further change turns anew. */}
      {moved && (
        <p key={moved.at} className="moved">
          {moved.what} · {ago(moved.at, now)} ago
        </p>
      )}
    </li>
  );
}

const GOOD = new Set(["merged", "success", "Closed won", "paid", "sent", "acknowledged"]);
const BAD = new Set(["failed", "closed", "canceled", "Closed lost", "stuck", "returned"]);
const WAITING = new Set(["running", "pending", "merges when green", "processing", "triggered"]);

/** A state in a word. */
export function Chip({
  word,
  label = word,
}: {
  readonly word: string;
  readonly label?: string;
}): ReactElement {
  const tone = GOOD.has(word) ? "good" : BAD.has(word) ? "bad" : WAITING.has(word) ? "waiting" : "plain";
  return (
    <span className="chip" data-tone={tone}>
      {label}
    </span>
  );
}
