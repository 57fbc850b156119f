import { z } from "zod";
import type { Client } from "./api.ts";
import { call, pageRows } from "./call.ts";
import {
  deploymentShape,
  environmentShape,
  releaseShape,
  scheduleShape,
  tagShape,
} from "./shapes-delivery.ts";

/** A schedule as the tool asks for it. */
export interface ScheduleOrder {
  description: string;
  ref: string;
  cron: string;
  timezone: string;
}

/** A release as the tool asks for it; `ref` where its tag is new. */
export interface ReleaseOrder {
  tag: string;
  ref?: string;
  name: string;
  description: string;
  /** Of the new tag. */
  message: string;
}

/** Environments, deployments, tags, releases and schedules. */
export const deliveryCalls = (gitlab: Client) => ({
  environments: (projectId: number, signal: AbortSignal) =>
    call("Listing environments", { signal }, z.array(environmentShape), () =>
      gitlab.Environments.all(projectId, { states: "available", page: 1, perPage: pageRows }),
    ),

  /** Newest first. */
  deployments: (
    projectId: number,
    query: { environment?: string; status?: "success" | "blocked"; max: number },
    signal: AbortSignal,
  ) =>
    call("Listing deployments", { signal }, z.array(deploymentShape), () =>
      gitlab.Deployments.all(projectId, {
        ...(query.environment !== undefined && { environment: query.environment }),
        ...(query.status !== undefined && { status: query.status }),
        orderBy: "id",
        sort: "desc",
        page: 1,
        perPage: query.max,
      } as Parameters<typeof gitlab.Deployments.all>[1]),
    ),

  deployment: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading deployment ${id}`, { signal }, deploymentShape, () =>
      gitlab.Deployments.show(projectId, id),
    ),

  decideDeployment: (
    projectId: number,
    id: number,
    status: "approved" | "rejected",
    comment: string,
    signal: AbortSignal,
  ) =>
    call(`Deciding on deployment ${id}`, { signal, effect: "write" }, z.unknown(), () =>
      gitlab.Deployments.setApproval(projectId, id, status, { comment }),
    ),

  /** Newest first. */
  tags: (projectId: number, search: string | undefined, max: number, signal: AbortSignal) =>
    call("Listing tags", { signal }, z.array(tagShape), () =>
      gitlab.Tags.all(projectId, {
        ...(search !== undefined && { search }),
        orderBy: "updated",
        sort: "desc",
        page: 1,
        perPage: max,
      }),
    ),

  tag: (projectId: number, name: string, signal: AbortSignal) =>
    call(`Reading tag ${name}`, { signal }, tagShape, () => gitlab.Tags.show(projectId, name)),

  createTag: (projectId: number, name: string, ref: string, message: string, signal: AbortSignal) =>
    call(`Creating tag ${name}`, { signal, effect: "write" }, tagShape, () =>
      gitlab.Tags.create(projectId, name, ref, { message }),
    ),

  /** Newest first. */
  releases: (projectId: number, max: number, signal: AbortSignal) =>
    call("Listing releases", { signal }, z.array(releaseShape), () =>
      gitlab.ProjectReleases.all(projectId, { page: 1, perPage: max }),
    ),

  release: (projectId: number, tag: string, signal: AbortSignal) =>
    call(`Reading release ${tag}`, { signal }, releaseShape, () =>
      gitlab.ProjectReleases.show(projectId, tag),
    ),

  createRelease: (projectId: number, order: ReleaseOrder, signal: AbortSignal) =>
    call(`Releasing ${order.tag}`, { signal, effect: "write" }, releaseShape, () =>
      gitlab.ProjectReleases.create(projectId, {
        tagName: order.tag,
        name: order.name,
        description: order.description,
        ...(order.ref !== undefined && { ref: order.ref, tagMessage: order.message }),
      }),
    ),

  schedules: (projectId: number, signal: AbortSignal) =>
    call("Listing pipeline schedules", { signal }, z.array(scheduleShape), () =>
      gitlab.PipelineSchedules.all(projectId, { page: 1, perPage: pageRows }),
    ),

  schedule: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading schedule ${id}`, { signal }, scheduleShape, () =>
      gitlab.PipelineSchedules.show(projectId, id),
    ),

  createSchedule: (projectId: number, order: ScheduleOrder, signal: AbortSignal) =>
    call("Creating a pipeline schedule", { signal, effect: "write" }, scheduleShape, () =>
      gitlab.PipelineSchedules.create(projectId, order.description, order.ref, order.cron, {
        cronTimezone: order.timezone,
        active: true,
      }),
    ),

  runSchedule: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Running schedule ${id}`, { signal, effect: "write" }, z.unknown(), () =>
      gitlab.PipelineSchedules.run(projectId, id),
    ),
});
