import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactElement } from "react";
import { inOrder, MessageRow } from "./message.tsx";
import { useNames } from "./people.ts";
import type { Session, View } from "./session.ts";
import { Thread } from "./thread.tsx";
import { day, momentOf } from "./time.ts";
import type { Contents, Ephemeral, Message } from "./types.ts";

interface ListProps {
  readonly session: Session;
  readonly name: string;
  readonly contents: Contents;
  readonly bot: string;
  readonly thread: string | undefined;
  readonly pointed: View["pointed"];
}

const NO_MESSAGES: readonly Message[] = [];
const NO_EPHEMERALS: readonly Ephemeral[] = [];
/** Pixels from the end within which the view counts as being there. */
const NEAR_END = 40;

/** What was said in a channel, oldest first, each thread below its first message. */
export function MessageList({ session, name, contents, bot, thread, pointed }: ListProps): ReactElement {
  const names = useNames();
  const list = useEndKept(contents);
  usePointed(pointed, contents);
  const inThreads = useMemo(
    () => Map.groupBy(contents.ephemerals, (one) => one.thread_ts),
    [contents.ephemerals],
  );
  const rows = useMemo(
    () => inOrder(contents.messages, inThreads.get(undefined) ?? NO_EPHEMERALS),
    [contents.messages, inThreads],
  );
  let shownDay = "";
  return (
    <div className="messages" role="log" aria-label={`Messages in ${name}`} tabIndex={0} ref={list}>
      <div className="messages-inner">
        {rows.length === 0 && (
          <p className="empty">Nothing has been said here yet. Ask something: it starts a thread.</p>
        )}
        {rows.map(({ message, only }) => {
          const { ts } = message;
          const of = day(momentOf(ts), names.zone);
          const heading = of === shownDay ? null : <p className="day">{of}</p>;
          shownDay = of;
          return (
            <div key={ts} className="topic">
              {heading}
              <MessageRow {...{ session, message, bot, only, replyable: !only }} />
              <Thread
                {...{ session, bot, parent: ts, open: thread === ts }}
                replies={contents.threads[ts] ?? NO_MESSAGES}
                ephemerals={inThreads.get(ts) ?? NO_EPHEMERALS}
                status={contents.statuses.find((one) => one.thread_ts === ts)?.status}
                state={contents.sessions.find((one) => one.thread_ts === ts)?.status}
                title={contents.titles[ts]}
                pointed={pointed?.ts}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Keeps the view at the end while it is there; elsewhere it stays where it is. */
function useEndKept(contents: Contents) {
  const list = useRef<HTMLDivElement>(null);
  const [atEnd] = useState({ now: true });
  useLayoutEffect(() => {
    const element = list.current;
    if (element && atEnd.now) element.scrollTop = element.scrollHeight;
  }, [contents, atEnd]);
  useEffect(() => {
    const element = list.current;
    const inner = element?.firstElementChild;
    if (!element || !inner) return undefined;
    const scrolled = () => {
      atEnd.now = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.now) element.scrollTop = element.scrollHeight;
    });
    grown.observe(inner);
    grown.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, [atEnd]);
  return list;
}

/** Brings a message into view once, and marks it for a moment. */
function usePointed(pointed: View["pointed"], contents: Contents): void {
  const [done] = useState({ at: 0 });
  useEffect(() => {
    if (!pointed || done.at === pointed.at) return;
    const row = document.getElementById(`message-${pointed.ts}`);
    if (!row) return;
    done.at = pointed.at;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }, [pointed, contents, done]);
}
