import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, ResolvedWrite, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import { deployHistory, environmentOf, isProduction } from "./environments.ts";
import { pairWords, readPairs } from "./pairs.ts";
import { followPipeline, pipelineOutput } from "./pipeline-after.ts";
import type { Pipeline, Project } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";
import { findVersion } from "./versions.ts";
import { GitLabRefusedError } from "./words.ts";

/** Pipelines of the ref among which `find` looks for its own. */
const pipelinesLooked = 20;
/** The variable that marks a pipeline as this action's; sent only beside variables that people asked for. */
const markName = "STEWARD_ACTION";

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  ref: words("Branch or tag. Left out: the default branch").optional(),
  variables: words("Variables: REGION=eu, DRY_RUN=true", 2000).optional(),
  inputs: words(
    "Values of the inputs that its configuration declares: environment=staging, retries=3",
    2000,
  ).optional(),
});

const pair = z.object({ key: z.string(), value: z.string() });
const args = z.object({
  project: z.string(),
  project_id: z.int(),
  ref: z.string(),
  sha: z.string(),
  variables: z.array(pair),
  inputs: z.array(pair.extend({ quoted: z.boolean() })),
  /** The newest pipeline there when this was asked; ours is newer. */
  after: z.int(),
});
type Args = z.infer<typeof args>;

/** Starts a new pipeline on a branch or a tag, with variables and inputs. */
export function pipelineRun({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_pipeline_run",
    title: "Run a pipeline",
    description:
      'Starts a new pipeline on a branch or tag, with variables and inputs. For example {"project":"ledger-api","ref":"main"} or {"project":"ledger-api","ref":"main","variables":"REGION=eu, DRY_RUN=true","inputs":"retries=3"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", ref: "text", variables: "text", inputs: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { ref: "String", variables: "String", inputs: "String", production: "Boolean" },
    risks: [2, 3],
    lagMs: 3000,
    step: ({ project }) => `Preparing a pipeline of ${plain(said(project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a pipeline run", context);
      const variables = readPairs(wish.variables, "variables").map(({ key, value }) => ({ key, value }));
      const inputs = readPairs(wish.inputs, "inputs");
      if (variables.some(({ key }) => key === markName)) throw reserved();
      const {
        name: ref,
        sha,
        kind,
      } = await findVersion(api, project, wish.ref ?? project.default_branch ?? "main", context);
      if (kind === "commit") throw noCommit(wish.ref ?? "");
      return prepared(api, project, { ref, sha, variables, inputs }, context);
    },
    version: (given, context) => headOf(api, canonical(args, given), context),
    run: (given, context) => run(api, canonical(args, given), context),
    find: (given, context) => findRun(api, canonical(args, given), context),
    follow: (given, output, context) =>
      followPipeline(api, canonical(args, given).project_id, Number(output.data?.["pipeline_id"]), context),
    undo: (given, { data }) => {
      const pipeline = data?.["pipeline_id"];
      const { project } = canonical(args, given);
      const cancelling = typeof pipeline === "number" ? { project, pipeline: String(pipeline) } : undefined;
      return Promise.resolve(cancelling && { tool: "gitlab_pipeline_cancel", args: cancelling });
    },
  };
}

type Order = Pick<Args, "ref" | "sha" | "variables" | "inputs">;

async function prepared(
  api: GitLabApi,
  project: Project,
  order: Order,
  context: CallContext,
): Promise<ResolvedWrite> {
  const { ref, sha, variables, inputs } = order;
  const [[newest], why] = await Promise.all([
    api.pipelines(project.id, { ref, max: 1 }, context.signal),
    towardsProduction(api, project, order, context),
  ]);
  const resolved: Args = {
    project: project.path_with_namespace,
    project_id: project.id,
    ...order,
    after: newest?.id ?? 0,
  };
  const names = (pairs: readonly { key: string }[]) => pairs.map(({ key }) => key).join(",");
  return {
    args: resolved,
    target: projectTarget(project),
    policyArgs: {
      ref,
      variables: names(variables),
      inputs: names(inputs),
      production: why !== undefined,
    },
    risk: why === undefined ? 2 : 3,
    version: `head:${sha}`,
    preview: {
      sentence: `Run a pipeline of ${project.path_with_namespace} on ${line(ref, 80)}`,
      fields: [
        { label: "Commit", value: sha.slice(0, 8) },
        ...(variables.length === 0 ? [] : [{ label: "Variables", value: pairWords(variables) }]),
        ...(inputs.length === 0 ? [] : [{ label: "Inputs", value: pairWords(inputs) }]),
        ...(why === undefined ? [] : [{ label: "May reach production", value: why }]),
      ],
    },
  };
}

/**
 * Why this pipeline may deploy to production by itself: what it is given names production, or the last pipeline of
 * that ref did so. GitLab does not say beforehand which jobs a pipeline will get.
 */
async function towardsProduction(
  api: GitLabApi,
  project: Project,
  { ref, variables, inputs }: Order,
  context: CallContext,
): Promise<string | undefined> {
  const history = await deployHistory(api, project.id, context);
  const names = history.environments.filter(isProduction).map(({ name }) => name.toLowerCase());
  const given = [...variables, ...inputs].find(
    ({ value }) => names.includes(value.toLowerCase()) || isProduction({ name: value }),
  );
  if (given !== undefined) return `${given.key} names it`;
  const [last] = await api.pipelines(project.id, { ref, max: 1 }, context.signal);
  if (last === undefined) return undefined;
  const jobs = await api.jobs(project.id, last.id, false, context.signal);
  const ran = jobs.find((job) => {
    const where = environmentOf(job, history);
    return (
      where !== undefined && isProduction(where) && !["manual", "skipped", "created"].includes(job.status)
    );
  });
  return ran && `its last pipeline there (${last.id}) ran ${line(ran.name, 60)}`;
}

/** Changes when the branch or the tag moves. */
async function headOf(api: GitLabApi, wish: Args, context: CallContext): Promise<string> {
  const project = await api.project(wish.project_id, context.signal);
  const { sha } = await findVersion(api, project, wish.ref, context);
  return `head:${sha}`;
}

async function run(api: GitLabApi, wish: Args, context: CallContext) {
  const marked = [...wish.variables, { key: markName, value: context.callId }];
  const order = {
    ref: wish.ref,
    variables: wish.variables.length > 0 ? marked.map(({ key, value }) => ({ key, value })) : [],
    inputs: Object.fromEntries(
      wish.inputs.map((one) => [one.key, one.quoted ? one.value : typed(one.value)]),
    ),
  };
  try {
    return outputOf(wish, await api.runPipeline(wish.project_id, order, context.signal));
  } catch (error) {
    if (error instanceof GitLabRefusedError && error.status === 400)
      throw new TerminalError("gitlab_400", `No pipeline was started. ${error.message}`, { cause: error });
    throw error;
  }
}

/** Inputs have types of their own in GitLab: text (in quotes, where it looks like another), numbers, yes or no. */
const typed = (value: string): string | number | boolean => {
  if (value === "true" || value === "false") return value === "true";
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(value) ? Number(value) : value;
};

const outputOf = (wish: Args, pipeline: Pipeline) =>
  pipelineOutput(
    wish.project,
    pipeline,
    `was started on ${plain(wish.ref, 80)} at ${pipeline.sha.slice(0, 8)}`,
  );

/** A newer pipeline of that ref that carries the mark; without variables, the only one that the account started. */
async function findRun(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const query = { ref: wish.ref, max: pipelinesLooked };
  const newer = (await api.pipelines(wish.project_id, query, context.signal)).filter(
    ({ id }) => id > wish.after,
  );
  if (wish.variables.length > 0) {
    for (const pipeline of newer) {
      const given = await api.pipelineVariables(wish.project_id, pipeline.id, context.signal);
      if (given.some(({ key, value }) => key === markName && value === context.callId))
        return { kind: "done", output: outputOf(wish, pipeline) };
    }
    return { kind: "not_done" };
  }
  const [me, ...full] = await Promise.all([
    api.me(context.signal),
    ...newer.map(({ id }) => api.pipeline(wish.project_id, id, context.signal)),
  ]);
  const own = full.filter(({ user, source }) => user?.id === me.id && (source ?? "api") === "api");
  const [only, ...more] = own;
  if (only === undefined) return { kind: "not_done" };
  if (more.length === 0) return { kind: "done", output: outputOf(wish, only) };
  const ids = own.map(({ id }) => id).join(", ");
  return {
    kind: "unknown",
    why: `Pipelines ${ids} were started on ${wish.ref} since, and nothing in them says by which action.`,
  };
}

const reserved = () =>
  new TerminalError("bad_argument", `${markName} is Steward's own mark. Name the variable differently.`);

const noCommit = (ref: string) =>
  new TerminalError(
    "bad_argument",
    `'${line(ref, 80)}' is a commit, and GitLab runs pipelines on branches and tags alone. Name one of them.`,
  );

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "run a pipeline on main in {project}",
  "start a new pipeline for {project}",
  "run the pipeline of {project} on main",
  "trigger a pipeline for {project} with DRY_RUN=true",
  "start CI on the branch release-2 of {project}",
  "kick off a build of main in {project}",
  "trigger CI for {project}",
  "launch a pipeline on the tag 2.14.1 of {project}",
  "run a new build of {project}",
  "create a pipeline on main for {project}",
  "please run the tests of main in {project}",
  "start a fresh pipeline in {project}",
];
