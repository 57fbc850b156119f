import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Target } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import { roles } from "./access.ts";
import { projectTarget } from "./entities.ts";
import type { Project } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

/** A project whose code the person may read, and which state of it. */
export interface CodePlace {
  project: Project;
  /** A branch, a tag or a commit; the default branch where none is named. */
  ref: string;
  target: Target;
}

/** Guests of a private project see its issues and not its code. */
export async function codePlace(
  { access, locate }: GitLabTooling,
  wish: { project: string; ref?: string | undefined },
  context: CallContext,
): Promise<CodePlace> {
  const project = await locate.project(wish.project, context);
  await access.require(project, roles.reporter, "Reading code", context);
  const ref = wish.ref ?? project.default_branch;
  if (!ref)
    throw new TerminalError(
      "gitlab_no_code",
      `${project.path_with_namespace} has no code yet: nothing was ever pushed to it.`,
    );
  return { project, ref: refOf(ref), target: projectTarget(project) };
}

/** A name that can be a branch, a tag or a commit. Throws for anything that git would take for something else. */
export function refOf(text: string): string {
  const ref = text.trim();
  if (/^[\w.+@/#-]{1,200}$/.test(ref) && !/^[-/]|\.\.|@\{|\/\/|\.lock$|\/$/.test(ref)) return ref;
  throw new TerminalError(
    "bad_reference",
    `'${line(text, 80)}' is no branch, tag or commit. Expected a name such as main, v2.14.0 or 9f31c2ab.`,
  );
}

const outside = /(?:^|\/)\.{1,2}(?:\/|$)|(?:^|\/)\.git(?:\/|$)/i;

/** A path inside a repository, without slashes at its ends. Throws for one that leads out of it. */
export function pathOf(text: string): string {
  const path = text.trim().replaceAll(/^(?:\.?\/)+|\/+$/g, "");
  // eslint-disable-next-line no-control-regex -- names with control characters are refused
  if (path.length > 250 || /[\u0000-\u001F\\]/.test(path) || outside.test(path)) {
    throw new TerminalError(
      "bad_reference",
      `'${line(text, 80)}' is no path of a file. Expected one such as src/payouts/retry.ts.`,
    );
  }
  return path;
}

/** Address of a file in GitLab's own pages. */
export const fileUrl = (project: Project | string, host: string, ref: string, path: string): string => {
  const home = typeof project === "string" ? `${host}/${project}` : project.web_url;
  return `${home}/-/blob/${encodeURIComponent(ref).replaceAll("%2F", "/")}/${path.split("/").map(encodeURIComponent).join("/")}`;
};

/** What untrusted text of a repository is called: whoever may push writes it. */
export const filesOf = (project: string, what: string): string => `${what} of ${project}`;
