import { memo, useState, type ReactElement } from "react";
import { inOrder, MessageRow } from "./message.tsx";
import type { Session } from "./session.ts";
import type { Ephemeral, Message, SessionState } from "./types.ts";

interface ThreadProps {
  readonly session: Session;
  readonly bot: string;
  readonly parent: string;
  readonly replies: readonly Message[];
  readonly ephemerals: readonly Ephemeral[];
  readonly status: string | undefined;
  /** Of the agent's session: it can be stopped while it is processing. */
  readonly state: SessionState["status"] | undefined;
  readonly title: string | undefined;
  /** The next message goes here. */
  readonly open: boolean;
  /** A message that is to be seen. */
  readonly pointed: string | undefined;
}

/** Replies shown of a long thread; the earlier ones are one click away. */
const SHOWN = 8;

/** The replies below a message, what is shown to this person alone, and what Steward is doing. */
export const Thread = memo(function Thread(props: ThreadProps): ReactElement | null {
  const { session, bot, parent, replies, ephemerals, status, state, title, open, pointed } = props;
  const [all, setAll] = useState(false);
  if (replies.length + ephemerals.length === 0 && status === undefined && !open) return null;
  const rows = inOrder(replies, ephemerals);
  const hidden =
    all || rows.some(({ message }) => message.ts === pointed) ? 0 : Math.max(0, rows.length - SHOWN);
  return (
    <section className="thread" aria-label={`Thread, ${replies.length} replies`} data-open={open}>
      {title !== undefined && <h3 className="thread-title">{title}</h3>}
      {hidden > 0 && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          Show {hidden} earlier {hidden === 1 ? "reply" : "replies"}
        </button>
      )}
      {rows.slice(hidden).map(({ message, only }) => (
        <MessageRow key={message.ts} {...{ session, message, bot, only }} />
      ))}
      <div className="thread-foot">
        <p className="status" role="status">
          {status !== undefined
            ? `Steward ${statusWords(status)}`
            : state === "suspended" && "Steward waits for a decision"}
        </p>
        {state === "processing" && <Stop session={session} thread={parent} />}
        <button
          type="button"
          className="quiet"
          onClick={() => session.replyIn(open ? undefined : parent)}
          aria-pressed={open}
        >
          {open ? "Replying here" : "Reply"}
        </button>
      </div>
    </section>
  );
});

/** Stops what the agent does in this thread: its work, not only its words. */
function Stop({ session, thread }: { readonly session: Session; readonly thread: string }): ReactElement {
  const [pressed, setPressed] = useState(false);
  const stop = async () => {
    setPressed(true);
    setPressed(await session.deeds.stop(thread));
  };
  return (
    <button type="button" className="stop" disabled={pressed} onClick={() => void stop()}>
      Stop
    </button>
  );
}

/** "is working…" follows the name as it is; a step ("Reading pipeline 8812") stands behind a dot. */
const statusWords = (status: string): string => (/^[a-z]/.test(status) ? status : `· ${status}`);
