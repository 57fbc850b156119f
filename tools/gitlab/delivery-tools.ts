import type { Tool } from "../../src/core/tool.ts";
import { deploymentApprove } from "./deployment-approve.ts";
import { environmentDeploy } from "./environment-deploy.ts";
import { environmentFind } from "./environment-find.ts";
import { environmentRollback } from "./environment-rollback.ts";
import { jobPlay } from "./job-play.ts";
import { pipelineCancel } from "./pipeline-cancel.ts";
import { pipelineRead } from "./pipeline-read.ts";
import { pipelineRetry } from "./pipeline-retry.ts";
import { pipelineRun } from "./pipeline-run.ts";
import { releaseCreate } from "./release-create.ts";
import { releaseFind } from "./release-find.ts";
import { scheduleCreate } from "./schedule-create.ts";
import { scheduleFind } from "./schedule-find.ts";
import { scheduleRun } from "./schedule-run.ts";
import { tagCreate } from "./tag-create.ts";
import type { GitLabTooling } from "./tooling.ts";

/** What brings work to its users: pipelines, deployments, schedules, releases. */
export const deliveryTools = (tooling: GitLabTooling): Tool[] => [
  pipelineRead(tooling),
  pipelineRetry(tooling),
  pipelineCancel(tooling),
  pipelineRun(tooling),
  jobPlay(tooling),
  environmentFind(tooling),
  environmentDeploy(tooling),
  environmentRollback(tooling),
  deploymentApprove(tooling),
  scheduleFind(tooling),
  scheduleRun(tooling),
  scheduleCreate(tooling),
  releaseFind(tooling),
  releaseCreate(tooling),
  tagCreate(tooling),
];
