import { badParameter, notFound } from "./errors.ts";
import type { FileDiff, Project, User } from "./types.ts";
import type { Repository, TreeCommit } from "./types-work.ts";
import { fullPath, shaOf, type World } from "./world.ts";

/** A change of one file, as a commit takes it. */
export interface FileAction {
  readonly action: string;
  readonly path: string;
  readonly content: string;
  readonly lastCommit: string | undefined;
}

export function repositoryOf(project: Project, world: World): Repository {
  const found = world.repositories.get(project);
  if (!found) throw notFound("Repository");
  return found;
}

/** Commits up to a branch, a commit id or its beginning, oldest first. Throws GitLab's 404. */
export function commitsAt(repository: Repository, ref: string): TreeCommit[] {
  const branch = repository.branches.get(ref === "HEAD" ? "main" : ref);
  if (branch) return branch;
  for (const commits of repository.branches.values()) {
    const at = commits.findIndex(({ id }) => ref.length >= 7 && id.startsWith(ref));
    if (at >= 0) return commits.slice(0, at + 1);
  }
  throw notFound("Commit");
}

/** The newest of these commits that changed the file. */
export function lastChange(commits: readonly TreeCommit[], path: string): TreeCommit | undefined {
  return commits.findLast((commit, at) => commit.files.get(path) !== commits[at - 1]?.files.get(path));
}

/** Makes a branch with one commit. Throws GitLab's 400 where the branch is there or a file has moved on. */
export function commitOnNewBranch(
  project: Project,
  order: { branch: string; start: string; message: string; author: User; actions: readonly FileAction[] },
  world: World,
): TreeCommit {
  const repository = repositoryOf(project, world);
  if (repository.branches.has(order.branch))
    throw badParameter("branch", "A branch with this name already exists");
  const before = commitsAt(repository, order.start);
  const files = new Map(before.at(-1)?.files);
  for (const { action, path, content, lastCommit } of order.actions) {
    if (action === "create" && files.has(path))
      throw badParameter(path, "A file with this name already exists");
    if (action === "update" && !files.has(path))
      throw badParameter(path, "A file with this name doesn't exist");
    if (lastCommit !== undefined && lastChange(before, path)?.id !== lastCommit)
      throw badParameter(
        path,
        "You are attempting to update a file that has changed since you started editing it",
      );
    files.set(path, content);
  }
  const commit: TreeCommit = {
    id: shaOf(`${fullPath(project)} ${order.branch} ${order.message}`),
    title: order.message.split("\n")[0] ?? "",
    message: order.message,
    author: order.author,
    created_at: world.clock.iso(),
    files,
  };
  repository.branches.set(order.branch, [...before, commit]);
  return commit;
}

/** What somebody else pushes to the default branch. */
export function commitOnMain(
  project: Project,
  { path, content, title, author }: { path: string; content: string; title: string; author: User },
  world: World,
): void {
  const before = commitsAt(repositoryOf(project, world), "main");
  before.push({
    id: shaOf(`${fullPath(project)} ${before.length} ${title}`),
    title,
    message: `${title}\n`,
    author,
    created_at: world.clock.iso(),
    files: new Map([...(before.at(-1)?.files ?? []), [path, content]]),
  });
}

const lines = (text: string | undefined): string[] => text?.replace(/\n$/, "").split("\n") ?? [];

/** What turns one tree into another, a file at a time: one hunk from the first changed line to the last. */
export function diffOf(before: TreeCommit["files"], after: TreeCommit["files"]): FileDiff[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted((a, b) => a.localeCompare(b));
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => {
      const [old, now] = [lines(before.get(path)), lines(after.get(path))];
      let top = 0;
      while (top < Math.min(old.length, now.length) && old[top] === now[top]) top += 1;
      let end = 0;
      while (end < Math.min(old.length, now.length) - top && old.at(-1 - end) === now.at(-1 - end)) end += 1;
      const gone = old.slice(top, old.length - end);
      const come = now.slice(top, now.length - end);
      const head = `@@ -${top + 1},${gone.length} +${top + 1},${come.length} @@`;
      const rows = [...gone.map((row) => `-${row}`), ...come.map((row) => `+${row}`)];
      return {
        old_path: path,
        new_path: path,
        diff: `${[head, ...rows].join("\n")}\n`,
        new_file: !before.has(path),
        deleted_file: !after.has(path),
      };
    });
}

/** Runs of lines with the commit that first held them. */
export function blameOf(
  commits: readonly TreeCommit[],
  path: string,
  range: { start: number; end: number },
): { commit: TreeCommit; lines: string[] }[] {
  const rows = lines(commits.at(-1)?.files.get(path)).slice(range.start - 1, range.end);
  const runs: { commit: TreeCommit; lines: string[] }[] = [];
  for (const row of rows) {
    const commit = commits.find(({ files }) => lines(files.get(path)).includes(row));
    const last = runs.at(-1);
    if (commit === undefined) continue;
    if (last?.commit === commit) last.lines.push(row);
    else runs.push({ commit, lines: [row] });
  }
  return runs;
}
