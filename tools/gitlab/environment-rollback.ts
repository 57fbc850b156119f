import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import { deployArgs, deployVersion, planDeploy, type Running, runningIn } from "./deploy-plan.ts";
import { findDeploy, followDeploy, sendDeploy } from "./deploy-send.ts";
import { findEnvironment } from "./environments.ts";
import type { Deployment } from "./shapes-delivery.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  environment: words("Environment, such as production or staging"),
  version: words("Version to go back to. Left out: the one that ran there before").optional(),
});

/** Goes back to a version that ran in an environment before, by running its own deploy job again, as GitLab does. */
export function environmentRollback({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_environment_rollback",
    title: "Roll an environment back",
    description:
      'Puts the version that ran in an environment before (or a named earlier one) back. For example {"project":"ledger-api","environment":"production"}.',
    system: "gitlab",
    effect: "write",
    asPerson: true,
    input,
    slots: { project: "project", environment: "text", version: "text" },
    examples,
    targetTypes: ["Environment"],
    policyArgs: { environment: "String", tier: "String", production: "Boolean", version: "String" },
    risks: [2, 3],
    lagMs: 3000,
    step: ({ environment }) => `Preparing the rollback of ${plain(said(environment) ?? "", 60)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having an environment rolled back", context);
      const environment = await findEnvironment(api, project, wish.environment, context);
      const running = await runningIn(api, project.id, environment.name, context);
      const { ref, sha } = former(running, wish.version, environment.name);
      const version = { name: ref, sha };
      const { fields, ...plan } = await planDeploy(api, project, environment, version, running, context);
      const sentence = `Roll ${project.path_with_namespace} ${line(environment.name, 60)} back to ${line(ref, 80)}`;
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
      return Promise.resolve({ tool: "gitlab_environment_deploy", args });
    },
  };
}

/** The deployment to go back to: an earlier success of another commit. Throws with those there are. */
function former(
  { deployments, current }: Running,
  version: string | undefined,
  environment: string,
): Deployment {
  const name = (text: string) => text.toLowerCase().replace(/^v(?=\d)/, "");
  const others = deployments.filter(
    ({ status, sha, id }) => status === "success" && sha !== current?.sha && id !== current?.id,
  );
  const earlier = others.filter(({ deployable }) => deployable);
  const found =
    version === undefined
      ? earlier[0]
      : earlier.find(({ ref, sha }) => name(ref) === name(version.trim()) || sha.startsWith(version.trim()));
  if (found !== undefined) return found;
  const known = [...new Set(earlier.map(({ ref }) => line(ref, 60)))].slice(0, 5);
  throw new TerminalError(
    "gitlab_nothing_before",
    known.length === 0
      ? `Nothing else ran in ${line(environment, 60)} before, so there is nothing to go back to.`
      : `'${line(version ?? "", 60)}' did not run in ${line(environment, 60)} before. Earlier there: ${known.join(", ")}.`,
  );
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "roll {project} back",
  "roll back production of {project}",
  "rollback {project} on staging",
  "roll {project} production back to 2.14.0",
  "go back to the former version of {project} in production",
  "undo the production deploy of {project}",
  "put the last good version of {project} back on production",
  "revert {project} production to 2.13.0",
  "restore the previous version of {project} on staging",
  "the deploy of {project} is broken, roll it back",
  "please roll back {project}",
  "take production of {project} back one version",
];
