import type { CallContext } from "../../src/core/tool.ts";
import type { GitLabApi } from "./api.ts";
import { deployHistory, type DeployHistory, environmentOf, isProduction } from "./environments.ts";
import type { Job } from "./shapes.ts";
import type { Environment } from "./shapes-delivery.ts";

/** What starting some jobs would bring where. */
export interface Deploys {
  risk: 1 | 2 | 3;
  production: boolean;
  /** Where they deploy to, the gravest first. */
  environments: Environment[];
}

type Named = Pick<Job, "id" | "name" | "stage" | "status">;

/**
 * Starting a job that deploys is a deployment, whatever it is called: R3 to production, R2 to any other environment
 * that others use, `otherwise` where nothing is deployed. `pipeline` are all jobs of their pipeline: what waits behind
 * them may go on to production by itself once they pass.
 */
export async function deploysOf(
  api: Pick<GitLabApi, "environments" | "deployments">,
  projectId: number,
  jobs: readonly Named[],
  otherwise: 1 | 2,
  context: CallContext,
  pipeline: readonly Named[] = [],
): Promise<Deploys> {
  if (jobs.length === 0) return { risk: otherwise, production: false, environments: [] };
  const history = await deployHistory(api, projectId, context);
  const found = [...jobs.flatMap((job) => environmentOf(job, history) ?? []), ...behind(pipeline, history)];
  const environments = [...new Map(found.map((one) => [one.id, one])).values()].toSorted(
    (a, b) => Number(isProduction(b)) - Number(isProduction(a)),
  );
  const production = environments.some(isProduction);
  return { risk: production ? 3 : environments.length > 0 ? 2 : otherwise, production, environments };
}

/**
 * Production, where a job that deploys there has not had its turn yet. One whose like was seen to wait for a hand goes
 * nowhere by itself; GitLab says so of no other.
 */
function behind(pipeline: readonly Named[], history: DeployHistory): Environment[] {
  const manual = new Set(
    history.deployments.flatMap(({ deployable }) =>
      deployable?.status === "manual" ? [deployable.name] : [],
    ),
  );
  return pipeline
    .filter(({ status, name }) => (status === "created" || status === "skipped") && !manual.has(name))
    .flatMap((job) => environmentOf(job, history) ?? [])
    .filter(isProduction);
}
