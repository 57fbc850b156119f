import { createHash } from "node:crypto";
import type { Clock } from "../http/clock.ts";
import type { Feed } from "../http/feed.ts";
import { notFound } from "./errors.ts";
import type { Deployment, Environment, Release, Schedule, Tag } from "./types-delivery.ts";
import type { IssueNote, Repository, Todo, WikiPage } from "./types-work.ts";
import type { Group, Issue, Job, MergeRequest, Note, Pipeline, Project, User } from "./types.ts";

/** How the sandbox's GitLab behaves. */
export interface Settings {
  /** How long a job waits for a runner, and then how long it runs. Infinity: until told. */
  readonly jobMs: number;
  /**
   * Auto-merge asked for while the finished pipeline is red and the project would allow a merge. GitLab refuses it
   * (405: nothing is in progress that could turn green); `accepted` waits for a later green pipeline instead.
   */
  readonly autoMergeWhenRed: "refused" | "accepted";
}

/** Everything the sandbox's GitLab knows, in memory. */
export class World {
  readonly users: User[] = [];
  readonly groups: Group[] = [];
  readonly projects: Project[] = [];
  readonly mergeRequests: MergeRequest[] = [];
  readonly pipelines: Pipeline[] = [];
  readonly jobs: Job[] = [];
  readonly notes: Note[] = [];
  readonly issues: Issue[] = [];
  readonly issueNotes: IssueNote[] = [];
  readonly repositories = new Map<Project, Repository>();
  readonly wiki: WikiPage[] = [];
  readonly todos: Todo[] = [];
  readonly environments: Environment[] = [];
  readonly deployments: Deployment[] = [];
  readonly tags: Tag[] = [];
  readonly releases: Release[] = [];
  readonly schedules: Schedule[] = [];
  readonly clock: Clock;
  readonly feed: Feed;
  readonly settings: Settings;
  #lastId = 500_000;

  constructor(clock: Clock, feed: Feed, settings: Settings) {
    this.clock = clock;
    this.feed = feed;
    this.settings = settings;
  }

  /** An id that nothing has yet. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** By username; throws for a name that is in no seed. */
  user(username: string): User {
    const user = this.users.find((one) => one.username === username);
    if (!user)
      throw new Error(`no user ${username}: there are ${this.users.map((one) => one.username).join(", ")}`);
    return user;
  }

  /** By id or full path, whoever asks. */
  findProject(ref: string): Project | undefined {
    return this.projects.find((project) => String(project.id) === ref || fullPath(project) === ref);
  }

  /** By project and number. Throws GitLab's 404. */
  mergeRequest(project: Project, iid: string): MergeRequest {
    const found = this.mergeRequests.find((one) => one.project === project && String(one.iid) === iid);
    if (!found) throw notFound();
    return found;
  }

  pipeline(project: Project, id: string): Pipeline {
    const found = this.pipelines.find((one) => one.project === project && String(one.id) === id);
    if (!found) throw notFound();
    return found;
  }

  job(project: Project, id: string): Job {
    const found = this.jobs.find((one) => one.project === project && String(one.id) === id);
    if (!found) throw notFound();
    return found;
  }

  /** A pipeline's jobs as they count now, without the replaced ones. */
  currentJobs(pipeline: Pipeline): Job[] {
    return this.jobs.filter((job) => job.pipeline === pipeline && !job.retried);
  }

  /** The newest pipeline of the head commit. */
  headPipeline(mergeRequest: MergeRequest): Pipeline | undefined {
    const sha = headSha(mergeRequest);
    return this.pipelines
      .filter((one) => one.project === mergeRequest.project && one.sha === sha)
      .toSorted((a, b) => b.id - a.id)[0];
  }
}

export const fullPath = (project: Project): string => `${project.group.path}/${project.path}`;

/** The newest commit of the source branch. */
export function headSha(mergeRequest: MergeRequest): string {
  const head = mergeRequest.commits.at(-1);
  if (!head) throw new Error(`!${mergeRequest.iid} has no commit`);
  return head.id;
}

/** A commit id made from what it stands for: the same text gives the same id. */
export const shaOf = (text: string): string => createHash("sha1").update(text).digest("hex");
