import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, Target } from "../../src/core/tool.ts";
import { plain } from "../text.ts";
import { groupTarget, instanceTarget, projectTarget } from "./entities.ts";
import type { GitLabTooling } from "./tooling.ts";

/** Where to look: arguments and target. */
interface Place {
  args: JsonObject;
  target: Target;
}

/** A group named as a project, or the other way round, is understood: people do not always know which it is. */
export async function placeOf(
  { api, locate }: GitLabTooling,
  wish: { project?: string | undefined; group?: string | undefined },
  context: CallContext,
): Promise<Place> {
  const name = wish.project ?? wish.group;
  if (name === undefined) return { args: {}, target: instanceTarget(api.host) };
  const group = wish.project === undefined ? await locate.group(name, context) : undefined;
  if (group !== undefined) return asGroup(group);
  try {
    const project = await locate.project(name, context);
    const resolved = { project: project.path_with_namespace, project_id: project.id };
    return { args: resolved, target: projectTarget(project) };
  } catch (error) {
    const meant = wish.project === undefined ? undefined : await locate.group(name, context);
    if (meant === undefined) throw error;
    return asGroup(meant);
  }
}

const asGroup = (group: Parameters<typeof groupTarget>[0] & { id: number }): Place => ({
  args: { group: group.full_path, group_id: group.id },
  target: groupTarget(group),
});

/** ` in payments`, for the line of a step. */
export const placeWords = (place: unknown): string =>
  typeof place === "string" ? ` in ${plain(place, 80)}` : "";
