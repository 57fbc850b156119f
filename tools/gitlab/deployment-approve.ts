import { z } from "zod";
import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { ago } from "../times.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { environmentTarget } from "./entities.ts";
import { isProduction } from "./environments.ts";
import { inertLine } from "./quick-actions.ts";
import type { Project } from "./shapes.ts";
import type { Deployment } from "./shapes-delivery.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";

const commentCharsMax = 500;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  deployment: words("Number of the deployment; left out where only one waits").optional(),
  decision: z.enum(["approve", "reject"]).describe("Left out: approve").optional(),
  comment: words("A comment that stands with the decision in GitLab", commentCharsMax).optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  deployment_id: z.int(),
  environment: z.string(),
  version: z.string(),
  status: z.enum(["approved", "rejected"]),
  comment: z.string(),
});
type Args = z.infer<typeof args>;

/** Gives GitLab's own approval of a deployment that waits for it. */
export function deploymentApprove({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_deployment_approve",
    title: "Approve a deployment",
    description:
      'Approves or rejects a deployment that waits in GitLab for approval. For example {"project":"card-auth"} or {"project":"card-auth","deployment":"9006","decision":"reject","comment":"Freeze until Monday"}.',
    system: "gitlab",
    effect: "write",
    asPerson: true,
    input,
    slots: { project: "project", deployment: "text", decision: "text", comment: "text" },
    examples,
    targetTypes: ["Environment"],
    policyArgs: { environment: "String", tier: "String", production: "Boolean", decision: "String" },
    risks: [2, 3],
    lagMs: 2000,
    step: ({ project }) => `Preparing the approval of a deployment of ${plain(said(project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a deployment approved", context);
      const one = await waiting(api, project, wish.deployment, context);
      const known = (await api.environments(project.id, context.signal)).find(
        ({ id }) => id === one.environment.id,
      );
      const environment = known ?? one.environment;
      const production = isProduction(environment);
      const status = wish.decision === "reject" ? "rejected" : "approved";
      const resolved: Args = {
        project: project.path_with_namespace,
        project_id: project.id,
        deployment_id: one.id,
        environment: environment.name,
        version: one.ref,
        status,
        comment: inertLine(wish.comment ?? "", commentCharsMax),
      };
      const verb = status === "approved" ? "Approve" : "Reject";
      return {
        args: resolved,
        target: environmentTarget(project, environment),
        policyArgs: {
          environment: environment.name,
          tier: known?.tier ?? "none",
          production,
          decision: status,
        },
        risk: production ? 3 : 2,
        version: versionOf(one),
        preview: {
          sentence: `${verb} the deployment of ${project.path_with_namespace} ${line(one.ref, 80)} to ${line(environment.name, 60)}`,
          fields: [
            { label: "Deployment", value: `${one.id}, since ${ago(one.created_at, context.now())}` },
            { label: "Version", value: `${line(one.ref, 80)} (${one.sha.slice(0, 8)})` },
            ...(one.user ? [{ label: "Started by", value: line(one.user.name, 80) }] : []),
            {
              label: "Approvals still needed",
              value: String(one.pending_approval_count ?? "GitLab does not say"),
            },
            ...(resolved.comment === "" ? [] : [{ label: "Comment", value: resolved.comment }]),
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, deployment_id: id } = canonical(args, given);
      return versionOf(await api.deployment(projectId, id, context.signal));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const comment = `${wish.comment === "" ? "" : `${wish.comment} `}(${onBehalf(context)})`;
      await api.decideDeployment(wish.project_id, wish.deployment_id, wish.status, comment, context.signal);
      return outputOf(wish);
    },
    find: (given, context) => findDecision(api, canonical(args, given), context),
  };
}

/** Changes when anybody decides on it, and when it goes on. */
const versionOf = ({ id, status, sha, approvals }: Deployment): string =>
  `${id}:${status}:${sha}:${(approvals ?? []).map((one) => `${one.user.id}${one.status}`).join(",")}`;

async function waiting(
  api: GitLabApi,
  project: Project,
  given: string | undefined,
  context: CallContext,
): Promise<Deployment> {
  const all = await api.deployments(project.id, { status: "blocked", max: 20 }, context.signal);
  const wanted = given?.trim().replace(/^#/, "");
  const fitting =
    wanted === undefined ? all : all.filter(({ id, iid }) => [id, iid].map(String).includes(wanted));
  const [only, ...more] = fitting;
  const words = (one: Deployment) => `${one.id} (${line(one.ref, 60)} to ${line(one.environment.name, 60)})`;
  if (only === undefined) {
    throw new TerminalError(
      "gitlab_nothing_waits",
      `${wanted === undefined ? "No deployment" : `Deployment ${line(wanted, 40)}`} of ${project.path_with_namespace} ${wanted === undefined ? "waits" : "does not wait"} for approval.${all.length === 0 ? "" : ` Waiting: ${all.map(words).join(", ")}.`}`,
    );
  }
  if (more.length === 0) return api.deployment(project.id, only.id, context.signal);
  throw new AmbiguousError(
    `Several deployments wait for approval: ${fitting.map(words).join(", ")}. Say which one.`,
    {
      argument: "deployment",
      choices: fitting.map((one) => ({ label: line(words(one), 75), value: String(one.id) })),
    },
  );
}

const outputOf = (wish: Args) => ({
  text: `The deployment of ${plain(wish.project)} ${plain(wish.version)} to ${plain(wish.environment)} (${wish.deployment_id}) was ${wish.status}.`,
  sources: [],
  data: { deployment_id: wish.deployment_id, status: wish.status },
  untrusted: [],
});

/** Done where the account that acts stands among the decisions with this one. */
async function findDecision(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [one, me] = await Promise.all([
    api.deployment(wish.project_id, wish.deployment_id, context.signal),
    api.me(context.signal),
  ]);
  const own = (one.approvals ?? []).find(({ user }) => user.id === me.id);
  return own?.status === wish.status ? { kind: "done", output: outputOf(wish) } : { kind: "not_done" };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "approve the deployment of {project}",
  "approve the waiting production deployment of {project}",
  "reject the deployment of {project}",
  "give the deployment approval for {project}",
  "approve deployment 9006 of {project}",
  "let the blocked deployment of {project} go on",
  "sign off the production deployment of {project}",
  "deny the deployment of {project}",
  "please approve the deploy of {project} that waits for approval",
  "unblock the deployment of {project}",
  "say yes to the deployment of {project}",
  "the deployment of {project} needs an approval, give it",
];
