import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import { pageRows } from "./call.ts";
import type { Job, Project } from "./shapes.ts";
import type { Deployment, Environment } from "./shapes-delivery.ts";

/**
 * Whether customers are served from it: GitLab's tier says so; where it gives none, the name. What looks like
 * production counts as production.
 */
export const isProduction = ({ tier, name }: Pick<Environment, "tier" | "name">): boolean =>
  tier ? tier === "production" || (tier === "other" && productionName(name)) : productionName(name);

const productionName = (name: string): boolean => {
  const words = name.replaceAll("_", "-");
  return /\b(?:prod(?:uction)?|prd|live)\d*\b/i.test(words) && !/\b(?:pre|non)[- ]?prod/i.test(words);
};

/** An environment of a project by its name, or by its tier where one alone has it. Throws with the names there are. */
export async function findEnvironment(
  api: GitLabApi,
  project: Project,
  name: string,
  context: CallContext,
): Promise<Environment> {
  const all = await api.environments(project.id, context.signal);
  const wanted = name.trim().toLowerCase();
  const exact = all.find((one) => one.name.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const byTier = all.filter((one) => one.tier?.toLowerCase() === wanted);
  const fitting = byTier.length > 0 ? byTier : all.filter((one) => one.name.toLowerCase().startsWith(wanted));
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined) {
    throw new AmbiguousError(
      `'${line(name, 60)}' fits several environments of ${project.path_with_namespace}: ${fitting.map((one) => line(one.name, 60)).join(", ")}. Say which one.`,
      {
        argument: "environment",
        choices: fitting.map((one) => ({ label: line(one.name, 75), value: one.name })),
      },
    );
  }
  const names = all.map((one) => one.name);
  throw new TerminalError(
    "gitlab_no_environment",
    names.length === 0
      ? `${project.path_with_namespace} has no environments: nothing of it was ever deployed by GitLab.`
      : `${project.path_with_namespace} has no environment '${line(name, 60)}'.${nearestWords(name, names)} It has: ${names
          .slice(0, 10)
          .map((one) => line(one, 60))
          .join(", ")}.`,
  );
}

/** What was deployed where, newest first: tells which jobs deploy. */
export interface DeployHistory {
  environments: Environment[];
  deployments: Deployment[];
}

/** Deployments that are read of each production, whatever else was deployed since. */
const productionLooked = 20;
const productionsMax = 5;

/** The newest deployments of a project, and surely those of its production. */
export async function deployHistory(
  api: Pick<GitLabApi, "environments" | "deployments">,
  projectId: number,
  context: CallContext,
): Promise<DeployHistory> {
  const newest = api.deployments(projectId, { max: pageRows }, context.signal);
  const [environments, recent] = await Promise.all([api.environments(projectId, context.signal), newest]);
  if (recent.length < pageRows) return { environments, deployments: recent };
  // Review environments of branches may have pushed production's deployments off that page.
  const older = await Promise.all(
    environments
      .filter(isProduction)
      .slice(0, productionsMax)
      .map(({ name }) =>
        api.deployments(projectId, { environment: name, max: productionLooked }, context.signal),
      ),
  );
  return { environments, deployments: [...recent, ...older.flat()] };
}

/**
 * Where a job deploys to, as far as GitLab's history tells: it has a deployment of its own, or jobs of its name
 * deployed before. A job that is named after production counts as one of it, since a first deployment has no history.
 */
export function environmentOf(
  job: Pick<Job, "id" | "name" | "stage">,
  { environments, deployments }: DeployHistory,
): Environment | undefined {
  const own = deployments.find(({ deployable }) => deployable?.id === job.id);
  const like = own ?? deployments.find(({ deployable }) => deployable?.name === job.name);
  if (like !== undefined) {
    const { id, name } = like.environment;
    return environments.find((one) => one.id === id) ?? { id, name };
  }
  const named = /deploy|release|rollout|promote|ship/i.test(`${job.name} ${job.stage}`)
    ? environments.find((one) => job.name.toLowerCase().includes(one.name.toLowerCase()))
    : undefined;
  return named ?? (productionName(job.name) ? environments.find(isProduction) : undefined);
}
