import { z } from "zod";
import type { WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import { deployArgs, deployVersion, planDeploy, runningIn } from "./deploy-plan.ts";
import { findDeploy, followDeploy, sendDeploy } from "./deploy-send.ts";
import { findEnvironment } from "./environments.ts";
import type { GitLabTooling } from "./tooling.ts";
import { findVersion } from "./versions.ts";

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  version: words("Version: a tag such as 2.14.1, a branch, or a commit"),
  environment: words("Environment, such as production or staging"),
});

/** `/deploy ledger-api 2.14.1 to production`: starts the job of that version's pipeline that deploys there. */
export function environmentDeploy({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_environment_deploy",
    title: "Deploy a version",
    description:
      'Deploys a version of a project to an environment, by the job of that version\'s pipeline that deploys there. For example {"project":"ledger-api","version":"2.14.1","environment":"production"}.',
    system: "gitlab",
    effect: "write",
    asPerson: true,
    input,
    slots: { project: "project", version: "text", environment: "text" },
    examples,
    targetTypes: ["Environment"],
    policyArgs: { environment: "String", tier: "String", production: "Boolean", version: "String" },
    risks: [2, 3],
    lagMs: 3000,
    step: ({ version, environment }) =>
      `Preparing the deployment of ${plain(said(version) ?? "", 60)} to ${plain(said(environment) ?? "", 60)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a version deployed", context);
      const environment = await findEnvironment(api, project, wish.environment, context);
      const [version, running] = await Promise.all([
        findVersion(api, project, wish.version, context),
        runningIn(api, project.id, environment.name, context),
      ]);
      const { fields, ...plan } = await planDeploy(api, project, environment, version, running, context);
      const sentence = `Deploy ${project.path_with_namespace} ${line(version.name, 80)} to ${line(environment.name, 60)}`;
      return { ...plan, preview: { sentence, fields } };
    },
    version: (given, context) => deployVersion(api, canonical(deployArgs, given), context),
    run: (given, context) => sendDeploy(api, canonical(deployArgs, given), context),
    find: (given, context) => findDeploy(api, canonical(deployArgs, given), context),
    follow: (given, output, context) => followDeploy(api, canonical(deployArgs, given), output, context),
    undo: (given) => {
      const { project, environment, before, version } = canonical(deployArgs, given);
      if (before === null || before === version) return Promise.resolve(undefined);
      const args = { project, environment, version: before };
      return Promise.resolve({ tool: "gitlab_environment_rollback", args });
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "deploy {project} 2.14.1 to production",
  "deploy version 2.14.0 of {project} to staging",
  "ship {project} 3.0.1 to production",
  "put 1.9.2 of {project} on staging",
  "roll out {project} v2.3.0 to production",
  "deploy {project} to staging",
  "please deploy {project} 2.14.1",
  "bring {project} 4.1.0 to production",
  "release {project} 2.14.1 to the production environment",
  "deploy the tag 2.14.1 of {project} to prod",
  "push {project} 1.2.3 out to production",
  "start the production deploy of {project} 2.14.1",
  "take {project} 5.2.0 live",
  "can you deploy {project} 2.14.1 to production?",
];
