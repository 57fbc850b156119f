import { z } from "zod";
import { jobShape, pipelineShape, userShape } from "./shapes.ts";

/** The fields of GitLab's replies about shipping that Steward uses. */

export const environmentShape = z.object({
  id: z.int(),
  name: z.string(),
  /** Older GitLabs have none; then the name tells. */
  tier: z.string().nullish(),
  state: z.string().nullish(),
  external_url: z.string().nullish(),
});
export type Environment = z.infer<typeof environmentShape>;

export const deploymentShape = z.object({
  id: z.int(),
  iid: z.int(),
  ref: z.string(),
  sha: z.string(),
  status: z.string(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  user: userShape.nullish(),
  environment: z.object({ id: z.int(), name: z.string() }),
  /** The job that deploys; none for deployments that were written down by hand. */
  deployable: jobShape.nullish(),
  pending_approval_count: z.int().nullish(),
  approvals: z
    .array(z.object({ user: userShape, status: z.string(), comment: z.string().nullish() }))
    .nullish(),
});
export type Deployment = z.infer<typeof deploymentShape>;

export const tagShape = z.object({
  name: z.string(),
  message: z.string().nullish(),
  created_at: z.string().nullish(),
  commit: z.object({ id: z.string(), title: z.string(), created_at: z.string().nullish() }),
  release: z.object({ tag_name: z.string() }).nullish(),
});
export type Tag = z.infer<typeof tagShape>;

export const releaseShape = z.object({
  tag_name: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  released_at: z.string().nullish(),
  author: userShape.nullish(),
  _links: z.object({ self: z.string() }).nullish(),
});
export type Release = z.infer<typeof releaseShape>;

export const scheduleShape = z.object({
  id: z.int(),
  description: z.string(),
  ref: z.string(),
  cron: z.string(),
  cron_timezone: z.string(),
  next_run_at: z.string().nullish(),
  active: z.boolean(),
  owner: userShape.nullish(),
  last_pipeline: pipelineShape.pick({ id: true, status: true }).nullish(),
});
export type Schedule = z.infer<typeof scheduleShape>;

export const discussionShape = z.object({
  id: z.string(),
  individual_note: z.boolean().default(false),
  notes: z.array(
    z.object({
      id: z.int(),
      body: z.string(),
      author: userShape,
      system: z.boolean().default(false),
      created_at: z.string(),
      resolvable: z.boolean().nullish(),
      resolved: z.boolean().nullish(),
      position: z
        .object({ new_path: z.string().nullish(), new_line: z.int().nullish(), old_line: z.int().nullish() })
        .nullish(),
    }),
  ),
});
export type Discussion = z.infer<typeof discussionShape>;

export const testReportShape = z.object({
  total: z.object({ count: z.int(), failed: z.int(), error: z.int().nullish(), skipped: z.int().nullish() }),
});

export const variableShape = z.object({ key: z.string(), value: z.string().nullish() });
