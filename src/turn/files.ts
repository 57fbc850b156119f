import type { GivenFile, TurnStart } from "../agent/types.ts";
import { fileMark } from "../agent/files.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem, TurnRecord } from "./ports.ts";
import { filesOf } from "./request.ts";

type Parts = Pick<TurnParts, "files" | "agents" | "marks">;

/** A name as code says it: nothing in it is a link, a mention or markup. */
const named = (name: string): string =>
  `\`${name
    .replaceAll(/[`\s]+/g, " ")
    .trim()
    .slice(0, 80)}\``;

/**
 * Fetches the files that came with a turn's message, before its first thought. Whatever was read is somebody's words: it
 * marks the conversation before any model sees it.
 */
export const readFiles = async (
  { files, agents, marks }: Parts,
  {
    conversation,
    turn,
    item,
  }: { conversation: ConversationRef; turn: TurnRecord; item: InboxItem | undefined },
  { emit, signal }: Pick<TurnStart, "emit" | "signal">,
): Promise<GivenFile[]> => {
  const refs = item === undefined ? [] : filesOf(item);
  if (refs.length === 0) return [];
  if (agents.planner().kind === "offline") {
    const note = "files are read only with a language model";
    return refs.map(({ name }) => ({ kind: "unread", name, note }));
  }
  const step = {
    kind: "step",
    id: "files",
    text: `Reading ${refs.length === 1 ? (refs[0]?.name ?? "a file").slice(0, 60) : `${refs.length} files`}`,
  } as const;
  emit({ ...step, state: "running" });
  const given = await files.read(conversation, refs, {
    pictures: agents.sees(turn.agent ?? undefined),
    signal,
  });
  const read = given.filter(({ kind }) => kind !== "unread");
  if (read.length > 0) await marks.add(conversation, read.map(fileMark));
  emit({ ...step, state: read.length > 0 ? "done" : "failed" });
  return given;
};

/** What was not read, or not whole: code says it below the answer, whatever the model made of it. */
export const fileNotes = (files: readonly GivenFile[]): string[] =>
  files.flatMap(({ kind, name, note }) => {
    if (note === undefined) return [];
    return [kind === "unread" ? `Not read: ${named(name)} (${note}).` : `Of ${named(name)}: ${note}.`];
  });
