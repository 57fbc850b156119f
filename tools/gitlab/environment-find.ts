import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain, table } from "../text.ts";
import { ago } from "../times.ts";
import type { GitLabApi } from "./api.ts";
import { environmentTarget, projectTarget } from "./entities.ts";
import { findEnvironment, isProduction } from "./environments.ts";
import { pageRows } from "./call.ts";
import type { Deployment, Environment } from "./shapes-delivery.ts";
import { stateWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

/** Environments and deployments in an answer. */
const rowsShown = 10;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  environment: words("Environment whose history is wanted, such as production").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  web_url: z.string(),
  environment: z.string().optional(),
});
type Args = z.infer<typeof args>;

/** "What is deployed where?": each environment with its version, or the history of one. */
export function environmentFind({ api, locate }: GitLabTooling): ReadTool {
  return {
    name: "gitlab_environment_find",
    title: "Show what is deployed where",
    description:
      'Says which version of a project runs in which environment, or the deployments of one environment, newest first, with those that wait for approval. For example {"project":"ledger-api"} or {"project":"ledger-api","environment":"production"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", environment: "text" },
    examples,
    targetTypes: ["Project", "Environment"],
    policyArgs: {},
    step: ({ project }) => `Looking up what of ${plain(said(project) ?? "", 80)} is deployed where`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      const place = {
        project: project.path_with_namespace,
        project_id: project.id,
        web_url: project.web_url,
      };
      if (wish.environment === undefined)
        return { args: place, target: projectTarget(project), policyArgs: {} };
      const environment = await findEnvironment(api, project, wish.environment, context);
      return {
        args: { ...place, environment: environment.name },
        target: environmentTarget(project, environment),
        policyArgs: {},
      };
    },
    run: (given, context) => {
      const wish = canonical(args, given);
      return wish.environment === undefined
        ? everywhere(api, wish, context)
        : history(api, wish, wish.environment, context);
    },
  };
}

async function everywhere(api: GitLabApi, wish: Args, context: CallContext): Promise<ToolOutput> {
  const [environments, deployments] = await Promise.all([
    api.environments(wish.project_id, context.signal),
    api.deployments(wish.project_id, { max: pageRows }, context.signal),
  ]);
  // Review environments of branches come and go by the dozen; what customers and testers see stands first.
  const sorted = environments.toSorted(
    (a, b) => rank(a) - rank(b) || (newestOf(b, deployments)?.id ?? 0) - (newestOf(a, deployments)?.id ?? 0),
  );
  const shown = sorted.slice(0, rowsShown);
  const rows = shown.map((environment) => rowOf(wish, environment, deployments, context));
  const more =
    shown.length < sorted.length
      ? `\n\n${shown.length} of ${sorted.length} environments shown. Name one for its history.`
      : "";
  return {
    text:
      environments.length === 0
        ? `**${plain(wish.project)} has no environments**: nothing of it was deployed by GitLab.`
        : `**What of ${plain(wish.project)} is deployed where**\n\n${table(["Environment", "Version", "Commit", "Deployed", "Under way"], rows)}${more}`,
    sources: [{ label: `environments of ${wish.project}`, url: `${wish.web_url}/-/environments` }],
    data: {
      environments: shown.map((one) => ({
        name: one.name,
        version: currentOf(one, deployments)?.ref ?? null,
      })),
    },
    choices: shown.map(({ name }) => ({ value: name, label: line(name, 75) })),
    untrusted: [],
  };
}

const rank = (one: Environment): number => (isProduction(one) ? 0 : one.tier === "staging" ? 1 : 2);

const newestOf = ({ id }: Environment, deployments: readonly Deployment[]): Deployment | undefined =>
  deployments.find(({ environment }) => environment.id === id);

const currentOf = ({ id }: Environment, deployments: readonly Deployment[]): Deployment | undefined =>
  deployments
    .filter(({ environment, status }) => environment.id === id && status === "success")
    .toSorted((a, b) => (b.updated_at ?? b.created_at).localeCompare(a.updated_at ?? a.created_at))[0];

function rowOf(
  { web_url: web }: Args,
  environment: Environment,
  deployments: readonly Deployment[],
  context: CallContext,
): string[] {
  const current = currentOf(environment, deployments);
  const open = deployments.find(
    ({ environment: { id }, status }) =>
      id === environment.id && (status === "running" || status === "blocked"),
  );
  const name = link(plain(environment.name, 60), `${web}/-/environments/${environment.id}`);
  return [
    `${name}${isProduction(environment) && environment.name !== "production" ? " (production)" : ""}`,
    current ? plain(current.ref, 60) : "nothing yet",
    current ? current.sha.slice(0, 8) : "",
    current ? deployedWords(current, context) : "",
    open ? `${plain(open.ref, 60)} ${deploymentWords(open)}` : "",
  ];
}

const deployedWords = (one: Deployment, context: CallContext): string =>
  `${ago(one.updated_at ?? one.created_at, context.now())}${one.user ? ` by ${plain(one.user.name, 40)}` : ""}`;

const deploymentWords = ({ status, pending_approval_count: pending }: Deployment): string =>
  status === "blocked" ? `waits for ${pending ?? "its"} approval(s)` : stateWords(status);

async function history(
  api: GitLabApi,
  wish: Args,
  environment: string,
  context: CallContext,
): Promise<ToolOutput> {
  const found = await api.deployments(wish.project_id, { environment, max: rowsShown }, context.signal);
  const rows = found.map((one) => [
    String(one.id),
    plain(one.ref, 60),
    one.sha.slice(0, 8),
    deploymentWords(one),
    deployedWords(one, context),
    one.deployable ? link(`job ${one.deployable.id}`, one.deployable.web_url) : "",
  ]);
  return {
    text:
      rows.length === 0
        ? `**Nothing of ${plain(wish.project)} was deployed to ${plain(environment, 60)} yet.**`
        : `**Deployments of ${plain(wish.project)} to ${plain(environment, 60)}**, newest first${rows.length === rowsShown ? `, the newest ${rowsShown}` : ""}.\n\n${table(["Deployment", "Version", "Commit", "State", "When", "Job"], rows)}`,
    sources: [{ label: `environments of ${wish.project}`, url: `${wish.web_url}/-/environments` }],
    data: { deployments: found.map(({ id, ref, status }) => ({ id, ref, status })) },
    untrusted: [],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "what is deployed where in {project}?",
  "which version of {project} is on production",
  "what runs on staging of {project}",
  "show the environments of {project}",
  "deployments of {project}",
  "what version of {project} is live?",
  "when was {project} last deployed",
  "who deployed {project} to production",
  "deployment history of {project}",
  "is 2.14.1 of {project} on production already?",
  "list recent deployments of {project}",
  "which release of {project} is running in production",
  "what is on prod for {project}",
];
