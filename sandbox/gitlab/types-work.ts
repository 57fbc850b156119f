import type { Issue, Project, User } from "./types.ts";

/** Issues' comments, repositories, wikis and to-dos. */

export interface IssueNote {
  id: number;
  issue: Issue;
  body: string;
  author: User;
  system: boolean;
  created_at: string;
}

/** A commit of a repository with the whole tree as it left it. */
export interface TreeCommit {
  id: string;
  title: string;
  message: string;
  author: User;
  created_at: string;
  files: ReadonlyMap<string, string>;
}

/** Branches by name, each with its commits, oldest first. */
export interface Repository {
  branches: Map<string, TreeCommit[]>;
}

export interface WikiPage {
  project: Project;
  slug: string;
  title: string;
  content: string;
}

export interface Todo {
  id: number;
  /** Whose it is. */
  user: User;
  author: User;
  project: Project;
  action: string;
  type: "MergeRequest" | "Issue";
  title: string;
  /** Path below the project's own address. */
  path: string;
  created_at: string;
}
