import type { Change, Contents, Ephemeral, Message, Reaction, SessionState, Status } from "./types.ts";

/** What is done with a change: the contents as they are then, or `stale` where they are to be read anew. */
type Applied = Contents | "stale";

/** Applies one change of the workspace to the contents of its channel. */
export function applyChange(contents: Contents, { type, data }: Change): Applied {
  switch (type) {
    case "message.posted":
      return posted(contents, data["message"] as Message, data["parent"] as Message | undefined);
    case "message.changed":
    case "stream.changed":
      return changed(contents, data["message"] as Message);
    case "reaction.changed":
      return reacted(contents, String(data["ts"]), data["reactions"] as Reaction[]);
    case "session.changed":
      return { ...contents, sessions: sessions(contents.sessions, data["session"] as SessionState) };
    case "title.changed":
      return titled(contents, String(data["thread_ts"]), String(data["title"]));
    case "ephemeral.posted":
    case "ephemeral.changed":
      return { ...contents, ephemerals: put(contents.ephemerals, data["ephemeral"] as Ephemeral) };
    case "ephemeral.deleted": {
      const { ts } = data["ephemeral"] as Ephemeral;
      return { ...contents, ephemerals: contents.ephemerals.filter((one) => one.ts !== ts) };
    }
    case "status.changed":
      return { ...contents, statuses: statuses(contents.statuses, data as unknown as Status) };
    case "view.changed":
    case "channel.read":
    case "channel.opened":
      return contents;
    default:
      return "stale";
  }
}

const isReply = (message: Message): boolean =>
  message.thread_ts !== undefined && message.thread_ts !== message.ts;

function posted(contents: Contents, message: Message, parent: Message | undefined): Contents {
  const broadcast = message.subtype === "thread_broadcast";
  const top = isReply(message) && !broadcast ? contents.messages : put(contents.messages, message);
  if (!isReply(message)) return { ...contents, messages: top };
  const key = message.thread_ts ?? "";
  return {
    ...contents,
    messages: parent ? put(top, parent) : top,
    threads: { ...contents.threads, [key]: put(contents.threads[key] ?? [], message) },
  };
}

function changed(contents: Contents, message: Message): Contents {
  const replace = (list: readonly Message[]) =>
    list.some((one) => one.ts === message.ts) ? put(list, message) : list;
  const messages = replace(contents.messages);
  if (!isReply(message)) return { ...contents, messages };
  const key = message.thread_ts ?? "";
  return {
    ...contents,
    messages,
    threads: { ...contents.threads, [key]: replace(contents.threads[key] ?? []) },
  };
}

function reacted(contents: Contents, ts: string, reactions: readonly Reaction[]): Contents {
  const known = [contents.messages, ...Object.values(contents.threads)].flat();
  const message = known.find((one) => one.ts === ts);
  return message ? changed(contents, { ...message, reactions }) : contents;
}

const sessions = (before: readonly SessionState[], next: SessionState): readonly SessionState[] => [
  ...before.filter((one) => one.thread_ts !== next.thread_ts),
  next,
];

const titled = (contents: Contents, thread: string, title: string): Contents => ({
  ...contents,
  titles: { ...contents.titles, [thread]: title },
});

const statuses = (before: readonly Status[], { thread_ts, status }: Status): readonly Status[] => {
  const others = before.filter((one) => one.thread_ts !== thread_ts);
  return status === "" ? others : [...others, { thread_ts, status }];
};

/** Replaces the entry with the same ts, or adds it in order. */
function put<T extends { readonly ts: string }>(list: readonly T[], one: T): readonly T[] {
  const at = list.findIndex((each) => each.ts === one.ts);
  if (at >= 0) return list.with(at, one);
  const after = list.findLastIndex((each) => each.ts < one.ts);
  return list.toSpliced(after + 1, 0, one);
}
