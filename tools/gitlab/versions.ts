import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { Project } from "./shapes.ts";
import { unlessMissing } from "./words.ts";

/** A version as people name it, and the commit it stands for. */
export interface Version {
  /** The tag's or the branch's name as GitLab has it; of a bare commit its first eight characters. */
  name: string;
  sha: string;
  /** Left out where nobody said what it is. */
  kind?: "tag" | "branch" | "commit";
}

/** `2.14.1` (also as `v2.14.1`), a branch, or a commit. Throws with the nearest tags. */
export async function findVersion(
  api: GitLabApi,
  project: Project,
  text: string,
  context: CallContext,
): Promise<Version> {
  const wanted = text.trim();
  const names = [wanted, /^v\d/i.test(wanted) ? wanted.slice(1) : `v${wanted}`];
  for (const name of /^\S+$/.test(wanted) ? names : []) {
    const tag = await unlessMissing(api.tag(project.id, name, context.signal));
    if (tag !== undefined) return { name: tag.name, sha: tag.commit.id, kind: "tag" };
  }
  const branch = /^\S+$/.test(wanted)
    ? await unlessMissing(api.branch(project.id, wanted, context))
    : undefined;
  if (branch !== undefined) return { name: branch.name, sha: branch.commit.id, kind: "branch" };
  if (/^[0-9a-f]{7,40}$/i.test(wanted)) {
    const commit = await unlessMissing(api.commit(project.id, wanted, context.signal));
    if (commit?.id.startsWith(wanted.toLowerCase()))
      return { name: commit.id.slice(0, 8), sha: commit.id, kind: "commit" };
  }
  const tags = (await api.tags(project.id, undefined, 20, context.signal)).map(({ name }) => name);
  throw new TerminalError(
    "gitlab_no_version",
    `${project.path_with_namespace} has no tag, branch or commit '${line(wanted, 80)}'.${nearestWords(wanted, tags)}` +
      (tags.length === 0
        ? " It has no tags; name a branch or a commit."
        : ` Newest tags: ${tags
            .slice(0, 3)
            .map((name) => line(name, 60))
            .join(", ")}.`),
  );
}
