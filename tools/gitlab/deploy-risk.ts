import type { CallContext } from "../../src/core/tool.ts";
import type { GitLabApi } from "./api.ts";
import { deployHistory, environmentOf, isProduction } from "./environments.ts";
import type { Job } from "./shapes.ts";
import type { Environment } from "./shapes-delivery.ts";

/** What starting some jobs would bring where. */
export interface Deploys {
  risk: 1 | 2 | 3;
  production: boolean;
  /** Where they deploy to, the gravest first. */
  environments: Environment[];
}

/**
 * Starting a job that deploys is a deployment, whatever it is called: R3 to production, R2 to any other environment
 * that others use, `otherwise` where nothing is deployed.
 */
export async function deploysOf(
  api: GitLabApi,
  projectId: number,
  jobs: readonly Pick<Job, "id" | "name" | "stage">[],
  otherwise: 1 | 2,
  context: CallContext,
): Promise<Deploys> {
  if (jobs.length === 0) return { risk: otherwise, production: false, environments: [] };
  const history = await deployHistory(api, projectId, context);
  const found = jobs.flatMap((job) => environmentOf(job, history) ?? []);
  const environments = [...new Map(found.map((one) => [one.id, one])).values()].toSorted(
    (a, b) => Number(isProduction(b)) - Number(isProduction(a)),
  );
  const production = environments.some(isProduction);
  return { risk: production ? 3 : environments.length > 0 ? 2 : otherwise, production, environments };
}
