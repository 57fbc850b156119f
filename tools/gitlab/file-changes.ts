import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Field } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import { pathOf } from "./code-place.ts";
import { textOf } from "./file-lines.ts";
import { unlessMissing } from "./words.ts";

/** A small change: what people can see whole on a card. */
const filesMax = 5;
const charsMax = 20_000;

/** What is asked of files: whole new contents, or one place to replace. */
export interface Wanted {
  path?: string | undefined;
  content?: string | undefined;
  find?: string | undefined;
  replace?: string | undefined;
  more_files?: string | undefined;
}

/** One file as it is to be, and as it was seen. */
interface Change {
  path: string;
  content: string;
  /** The commit that wrote it last; absent for a new file. */
  last_commit?: string;
}

/** A change with what it replaces, for the card. */
export interface Seen extends Change {
  before: string | undefined;
}

/** The files as they are to be, read at exactly one commit. Throws where nothing would change, or too much. */
export async function changesOf(
  api: GitLabApi,
  projectId: number,
  sha: string,
  wish: Wanted,
  context: CallContext,
): Promise<Seen[]> {
  const orders = ordersOf(wish);
  const seen = await Promise.all(
    orders.map(async (order): Promise<Seen> => {
      const file = await unlessMissing(api.file(projectId, order.path, sha, context));
      const before = file === undefined ? undefined : textOf(file);
      if (file !== undefined && before === undefined)
        throw refused(`${order.path} is no text, and only text can be changed here.`);
      const content = order.make(before);
      return { path: order.path, content, before, ...(file && { last_commit: file.last_commit_id }) };
    }),
  );
  const changed = seen.filter(({ before, content }) => before !== content);
  if (changed.length === 0)
    throw refused("The files hold exactly that already, so there is nothing to change.");
  return changed;
}

interface Order {
  path: string;
  make(before: string | undefined): string;
}

function ordersOf({ path, content, find, replace, more_files: more }: Wanted): Order[] {
  const first: Order[] = [];
  if (path !== undefined && content !== undefined && find === undefined)
    first.push({ path: pathOf(path), make: () => content });
  else if (path !== undefined && find !== undefined && content === undefined)
    first.push({ path: pathOf(path), make: (before) => replaced(path, before, find, replace ?? "") });
  else if (path !== undefined || more === undefined)
    throw refused(
      "Say what the file is to hold: `path` with its whole new `content`, or `path` with `find` (text that stands in it once) and `replace`.",
    );
  const orders = [...first, ...blocksIn(more ?? "")];
  const paths = new Set(orders.map((one) => one.path));
  if (paths.size < orders.length) throw refused("A file is named twice. Name each once.");
  if (paths.size > filesMax)
    throw refused(
      `${paths.size} files are too many for one change; at most ${filesMax}. Make several of it.`,
    );
  const chars = [content, replace, more].reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (chars > charsMax)
    throw refused(
      `${chars} characters are too many for one change; at most ${charsMax}. Use find and replace, or make several of it.`,
    );
  return orders;
}

const refused = (why: string) => new TerminalError("bad_argument", why);

/** The one place where it stands: two would be a guess. */
function replaced(path: string, before: string | undefined, find: string, replace: string): string {
  const name = line(path, 120);
  if (before === undefined) throw refused(`There is no ${name} yet: give its whole content.`);
  const times = before.split(find).length - 1;
  if (times === 1) return before.split(find).join(replace);
  throw refused(
    times === 0
      ? `The text to replace does not stand in ${name}. It must be exactly as in the file, with its spaces and line ends; read the lines first.`
      : `The text to replace stands ${times} times in ${name}. Give more of the lines around it, so that it stands once.`,
  );
}

/** `=== path` begins a file; what follows, up to the next, is all of it. */
function blocksIn(text: string): Order[] {
  if (text.trim() === "") return [];
  const [before = "", ...blocks] = text.replaceAll("\r\n", "\n").split(/^=== (?=\S)/m);
  if (before.trim() !== "" || blocks.length === 0)
    throw refused(
      "`more_files` holds blocks, each begun by a line `=== path/of/the/file`, then its whole content.",
    );
  return blocks.map((block) => {
    const [head = "", ...rows] = block.split("\n");
    const content = `${rows.join("\n").replace(/\n+$/, "")}\n`;
    return { path: pathOf(head), make: () => content };
  });
}

/** Lines around what changes that a card shows. */
const around = 2;

/** What a card shows of a file: only the lines from the first change to the last, before and after. */
export function fieldOf({ path, before, content }: Seen): Field {
  if (before === undefined) return { label: line(`${path} (new)`, 150), value: content };
  const [old, now] = [before.split("\n"), content.split("\n")];
  let top = 0;
  while (top < Math.min(old.length, now.length) && old[top] === now[top]) top += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - top && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const from = Math.max(0, top - around);
  const kept = Math.max(0, end - around);
  const part = (rows: string[]) => rows.slice(from, rows.length - kept).join("\n");
  return {
    label: line(`${path}, from line ${from + 1}`, 150),
    before: part(old) || "(empty)",
    value: part(now) || "(empty)",
  };
}

const running =
  /(?:^|\/)\.gitlab-ci[\w.-]*\.ya?ml$|^\.gitlab\/|(?:^|\/)CODEOWNERS$|(?:^|\/)(?:Dockerfile|Makefile|package\.json)$/i;

/** Whether it decides what runs in pipelines or who approves: then others decide about it. */
export const decidesWhatRuns = (path: string): boolean => running.test(path);
