import type { Job, Pipeline, Project, User } from "./types.ts";

/** What leaves a project for the world: where it runs, in which version, and what starts by itself. */

export interface Environment {
  id: number;
  project: Project;
  name: string;
  tier: "production" | "staging" | "testing" | "development" | "other";
  external_url: string | null;
  /** Least level that may deploy to it: 40 where it is protected. */
  deployLevel: number;
  /** Approvals that a deployment needs before its job may start. */
  approvals: number;
}

export interface Deployment {
  id: number;
  iid: number;
  environment: Environment;
  job: Job;
  status: "created" | "blocked" | "running" | "success" | "failed" | "canceled";
  created_at: string;
  updated_at: string;
  user: User;
  approvals: { user: User; status: "approved" | "rejected"; comment: string; created_at: string }[];
}

export interface Tag {
  project: Project;
  name: string;
  sha: string;
  message: string;
  created_at: string;
}

export interface Release {
  project: Project;
  tag: string;
  name: string;
  description: string;
  author: User;
  created_at: string;
}

export interface Schedule {
  id: number;
  project: Project;
  description: string;
  ref: string;
  cron: string;
  cron_timezone: string;
  active: boolean;
  owner: User;
  created_at: string;
  pipelines: Pipeline[];
}
