import type { Tool } from "../../src/core/tool.ts";
import { environmentDeploy } from "./environment-deploy.ts";
import { environmentRollback } from "./environment-rollback.ts";
import { jobPlay } from "./job-play.ts";
import { pipelineCancel } from "./pipeline-cancel.ts";
import { pipelineRead } from "./pipeline-read.ts";
import { pipelineRetry } from "./pipeline-retry.ts";
import { pipelineRun } from "./pipeline-run.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What brings work to its users: pipelines, deployments, schedules, releases. */
export const deliveryTools = (tooling: GitLabTooling): Tool[] => [
  pipelineRead(tooling),
  pipelineRetry(tooling),
  pipelineCancel(tooling),
  pipelineRun(tooling),
  jobPlay(tooling),
  environmentDeploy(tooling),
  environmentRollback(tooling),
];
