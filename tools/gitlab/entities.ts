import type { EntityRef, EntityTypes, Target } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { Environment } from "./shapes-delivery.ts";
import type { Group, Issue, Job, MergeRequest, Pipeline, Project } from "./shapes.ts";

/** GitLab's part of the resource tree. Ids are full paths, so that policies read as people speak. */
export const gitLabEntityTypes: EntityTypes = {
  GitLabInstance: [],
  GitLabGroup: ["GitLabGroup", "GitLabInstance"],
  Project: ["GitLabGroup", "GitLabInstance"],
  MergeRequest: ["Project"],
  Issue: ["Project"],
  Pipeline: ["Project"],
  Environment: ["Project"],
  Job: ["Pipeline", "Environment"],
};

type Node = Target["ancestors"][number];

const instance: Node = { type: "GitLabInstance", id: "gitlab", parents: [] };
const ref = ({ type, id }: EntityRef): EntityRef => ({ type, id });

/** A group's node and all above it: `payments/eu` lies in `payments`, which lies in the instance. */
function groupNodes(path: string): Node[] {
  const parts = path.split("/");
  const nodes = parts.map((_, index): Node => {
    const above = parts.slice(0, index).join("/");
    return {
      type: "GitLabGroup",
      id: parts.slice(0, index + 1).join("/"),
      parents: [above === "" ? ref(instance) : { type: "GitLabGroup", id: above }],
    };
  });
  return [...nodes.reverse(), instance];
}

/** A project's node and all above it. A person's own namespace is no group. */
function projectNodes(project: Project): Node[] {
  const above = project.namespace.kind === "user" ? [instance] : groupNodes(project.namespace.full_path);
  const parent = above[0] ?? instance;
  return [{ type: "Project", id: project.path_with_namespace, parents: [ref(parent)] }, ...above];
}

function target(node: EntityRef, above: Node[], label: string, url: string): Target {
  const [parent] = above;
  return { ...ref(node), label, url, parents: parent === undefined ? [] : [ref(parent)], ancestors: above };
}

/** Everything of this GitLab: the target of a question that names no project and no group. */
export const instanceTarget = (host: string): Target => target(instance, [], "GitLab", host);

export function groupTarget(group: Group): Target {
  const [node = instance, ...above] = groupNodes(group.full_path);
  return target(node, above, `group ${group.full_path}`, group.web_url);
}

export function projectTarget(project: Project): Target {
  const [node = instance, ...above] = projectNodes(project);
  return target(node, above, project.path_with_namespace, project.web_url);
}

/** `payments/ledger-api !482 "Idempotent payout retries"`. */
export const mergeRequestLabel = (project: Project, one: MergeRequest): string =>
  `${project.path_with_namespace} !${one.iid} "${line(one.title, 120)}"`;

export const mergeRequestTarget = (project: Project, one: MergeRequest): Target =>
  target(
    { type: "MergeRequest", id: `${project.path_with_namespace}!${one.iid}` },
    projectNodes(project),
    mergeRequestLabel(project, one),
    one.web_url,
  );

/** `payments/ledger-api #311 "Payout 77120 hangs"`. */
export const issueLabel = (project: Project, one: Pick<Issue, "iid" | "title">): string =>
  `${project.path_with_namespace} #${one.iid} "${line(one.title, 120)}"`;

export const issueTarget = (project: Project, one: Issue): Target =>
  target(
    { type: "Issue", id: `${project.path_with_namespace}#${one.iid}` },
    projectNodes(project),
    issueLabel(project, one),
    one.web_url,
  );

const pipelineNode = (project: Project, id: number): Node => ({
  type: "Pipeline",
  id: `${project.path_with_namespace}/-/pipelines/${id}`,
  parents: [{ type: "Project", id: project.path_with_namespace }],
});

export const pipelineTarget = (project: Project, one: Pipeline): Target =>
  target(
    pipelineNode(project, one.id),
    projectNodes(project),
    `${project.path_with_namespace} pipeline ${one.id}`,
    one.web_url,
  );

const environmentNode = (project: Project, { name }: Pick<Environment, "name">): Node => ({
  type: "Environment",
  id: `${project.path_with_namespace}/-/environments/${name}`,
  parents: [{ type: "Project", id: project.path_with_namespace }],
});

export const environmentTarget = (project: Project, one: Environment): Target =>
  target(
    environmentNode(project, one),
    projectNodes(project),
    `${project.path_with_namespace} ${line(one.name, 80)}`,
    `${project.web_url}/-/environments/${one.id}`,
  );

/** A job; with the environment that it deploys to, so that rules about that one hold for it too. */
export function jobTarget(project: Project, one: Job, environment?: Environment): Target {
  const job = target(
    { type: "Job", id: `${project.path_with_namespace}/-/jobs/${one.id}` },
    [pipelineNode(project, one.pipeline.id), ...projectNodes(project)],
    `${project.path_with_namespace} job ${one.id} "${line(one.name, 80)}"`,
    one.web_url,
  );
  if (environment === undefined) return job;
  const where = environmentNode(project, environment);
  return { ...job, parents: [...job.parents, ref(where)], ancestors: [...job.ancestors, where] };
}
