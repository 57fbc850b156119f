import type { Tool } from "../../src/core/tool.ts";
import { environmentDeploy } from "./environment-deploy.ts";
import { environmentRollback } from "./environment-rollback.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What brings work to its users: pipelines, deployments, schedules, releases. */
export const deliveryTools = (tooling: GitLabTooling): Tool[] => [
  environmentDeploy(tooling),
  environmentRollback(tooling),
];
