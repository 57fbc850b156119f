import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearestWords } from "../nearest.ts";
import { someAtOnce } from "../some-at-once.ts";
import { line } from "../text.ts";
import { type Access, roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { readReference } from "./references.ts";
import type { FullMergeRequest, Group, Issue, Job, Pipeline, Project } from "./shapes.ts";
import { unlessMissing } from "./words.ts";

/** Finds what people name among the things they may see. Every refusal says what would have been found. */
export interface Locate {
  /** By full path, or by its last part where that is clear. */
  project(name: string, context: CallContext): Promise<Project>;
  /** A group in which the person is a member of at least one project; undefined where there is none. */
  group(name: string, context: CallContext): Promise<Group | undefined>;
  mergeRequest(text: string, project: string | undefined, context: CallContext): Promise<MergeRequestPlace>;
  issue(text: string, project: string | undefined, context: CallContext): Promise<IssuePlace>;
  pipeline(text: string, project: string | undefined, context: CallContext): Promise<PipelinePlace>;
  job(text: string, project: string | undefined, context: CallContext): Promise<JobPlace>;
}

interface MergeRequestPlace {
  project: Project;
  mergeRequest: FullMergeRequest;
}
export interface IssuePlace {
  project: Project;
  issue: Issue;
}
interface PipelinePlace {
  project: Project;
  pipeline: Pipeline;
}
interface JobPlace {
  project: Project;
  job: Job;
}

/** Projects in which a bare number is looked for: the person's most recently active ones. */
const searchedProjectsMax = 40;
const lookupsAtOnce = 6;

export function makeLocate(api: GitLabApi, access: Access): Locate {
  const project = (name: string, context: CallContext) => findProject(api, access, name, context);

  /** A bare number: looked for in one project after the other, since GitLab has no search for it. Throws with the choices. */
  async function anywhere<T>(
    what: string,
    context: CallContext,
    show: (projectId: number) => Promise<T | undefined>,
  ): Promise<{ project: Project; found: T }> {
    const mine = (await access.projects(context)).slice(0, searchedProjectsMax);
    const shown = await someAtOnce(mine, lookupsAtOnce, async (home) => {
      const found = await unlessMissing(show(home.id));
      return found === undefined ? [] : [{ project: home, found }];
    });
    const [only, ...more] = shown.flat();
    if (only === undefined) throw notFound(what, mine.length);
    if (more.length === 0) return only;
    throw ambiguous(
      what,
      [only, ...more].map((place) => place.project),
    );
  }

  return {
    project,
    group: (name, context) => findGroup(api, access, name, context),
    mergeRequest: async (text, named, context) => {
      const reference = readReference(text, "merge request", api.host);
      const where = oneProject(reference.project, named);
      if (where === undefined) {
        const show = (at: number) => api.mergeRequest(at, reference.id, context.signal);
        const place = await anywhere(`!${reference.id}`, context, show);
        return { project: place.project, mergeRequest: place.found };
      }
      const home = await project(where, context);
      const mergeRequest = await unlessMissing(api.mergeRequest(home.id, reference.id, context.signal));
      if (mergeRequest === undefined) throw notIn(`!${reference.id}`, home);
      return { project: home, mergeRequest };
    },
    issue: async (text, named, context) => {
      const { id, ...reference } = readReference(text, "issue", api.host);
      const where = oneProject(reference.project, named);
      /** A confidential one that is not theirs is not there for them, as in GitLab itself. */
      const show = async (at: number): Promise<Issue | undefined> => {
        const found = await unlessMissing(api.issue(at, id, context));
        return found !== undefined && (await maySee(access, found, context)) ? found : undefined;
      };
      if (where === undefined) {
        const place = await anywhere(`issue #${id}`, context, show);
        return { project: place.project, issue: place.found };
      }
      const home = await project(where, context);
      const issue = await show(home.id);
      if (issue === undefined) throw notIn(`issue #${id}`, home);
      return { project: home, issue };
    },
    pipeline: async (text, named, context) => {
      const { id, ...reference } = readReference(text, "pipeline", api.host);
      const where = oneProject(reference.project, named);
      if (where === undefined) {
        const place = await anywhere(`pipeline ${id}`, context, (at) => api.pipeline(at, id, context.signal));
        return { project: place.project, pipeline: place.found };
      }
      const home = await project(where, context);
      const pipeline = await unlessMissing(api.pipeline(home.id, id, context.signal));
      if (pipeline === undefined) throw notIn(`pipeline ${id}`, home);
      return { project: home, pipeline };
    },
    job: async (text, named, context) => {
      const { id, ...reference } = readReference(text, "job", api.host);
      const where = oneProject(reference.project, named);
      if (where === undefined) {
        const place = await anywhere(`job ${id}`, context, (at) => api.job(at, id, context.signal));
        return { project: place.project, job: place.found };
      }
      const home = await project(where, context);
      const job = await unlessMissing(api.job(home.id, id, context.signal));
      if (job === undefined) throw notIn(`job ${id}`, home);
      return { project: home, job };
    },
  };
}

/** Who opened it, who is to do it, and whoever works on the project. */
async function maySee(access: Access, issue: Issue, context: CallContext): Promise<boolean> {
  if (issue.confidential !== true) return true;
  const { id } = await access.me(context);
  if (issue.author.id === id || (issue.assignees ?? []).some((one) => one.id === id)) return true;
  return (await access.level(issue.project_id, context)) >= roles.reporter;
}

/** The project a link or `group/project!1` names wins; where an argument names another, nobody may choose. */
function oneProject(inReference: string | undefined, named: string | undefined): string | undefined {
  if (inReference === undefined || named === undefined || inReference === named) return inReference ?? named;
  if (inReference.split("/").at(-1) === named || named.split("/").at(-1) === inReference) {
    return inReference.length > named.length ? inReference : named;
  }
  throw new TerminalError(
    "two_projects",
    `Two projects are named: '${line(inReference, 80)}' and '${line(named, 80)}'. Name one.`,
  );
}

async function findProject(
  api: GitLabApi,
  access: Access,
  name: string,
  context: CallContext,
): Promise<Project> {
  const wanted = name.trim().replaceAll(/^\/+|\/+$/g, "");
  if (wanted.includes("/") || /^\d+$/.test(wanted)) {
    const found = await unlessMissing(api.project(wanted, context.signal));
    if (found !== undefined && (await access.level(found.id, context)) > 0) return found;
  } else {
    const mine = await access.projects(context, wanted);
    const named = mine.filter(({ name: title, path_with_namespace: path }) =>
      [title, path.split("/").at(-1)].some((one) => one?.toLowerCase() === wanted.toLowerCase()),
    );
    const [only, ...more] = named;
    if (only !== undefined && more.length === 0) return only;
    if (only !== undefined) throw ambiguous(`'${wanted}'`, named);
  }
  // The same words whether it is not there or not theirs: a refusal tells nothing about what others have.
  const mine = await access.projects(context);
  const names = mine.flatMap((one) => [one.path_with_namespace, one.namespace.full_path]);
  throw new TerminalError(
    "gitlab_no_project",
    `No project or group '${line(wanted, 80)}' among those you are a member of.` +
      nearestWords(wanted, names) +
      " Expected a path such as `group/project`.",
  );
}

async function findGroup(
  api: GitLabApi,
  access: Access,
  name: string,
  context: CallContext,
): Promise<Group | undefined> {
  const wanted = name.trim().replaceAll(/^\/+|\/+$/g, "");
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(wanted)) return undefined;
  const found = await unlessMissing(api.group(wanted, context.signal));
  if (found === undefined) return undefined;
  const mine = await access.projects(context, found.full_path);
  const inside = mine.some(({ path_with_namespace: path }) =>
    path.toLowerCase().startsWith(`${found.full_path.toLowerCase()}/`),
  );
  return inside ? found : undefined;
}

const ambiguous = (what: string, homes: readonly Project[]) =>
  new AmbiguousError(
    `${line(what, 80)} fits several projects of yours: ${homes.map((one) => one.path_with_namespace).join(", ")}. Say which one, by its full path.`,
    {
      argument: "project",
      choices: homes.map(({ path_with_namespace: path }) => ({ label: line(path, 75), value: path })),
    },
  );

const notFound = (what: string, searched: number) =>
  new TerminalError(
    "gitlab_not_found",
    `No ${what.replace(/^(?=!)/, "merge request ")} in the ${searched === searchedProjectsMax ? `${searched} most recently active ` : ""}projects you are a member of. ` +
      "Check the number, or name the project: `group/project`.",
  );

const notIn = (what: string, home: Project) =>
  new TerminalError(
    "gitlab_not_found",
    `${home.path_with_namespace} has no ${what.replace(/^(?=!)/, "merge request ")}. Check the number, or name another project.`,
  );
