import { z } from "zod";

/** The fields of GitLab's replies about repositories, wikis and to-dos that Steward uses. */

/** One match of a search in files or wiki pages; `data` is the lines around it. */
export const blobShape = z.object({
  path: z.string(),
  data: z.string(),
  ref: z.string().nullish(),
  startline: z.int().nullish(),
  project_id: z.int().nullish(),
});
export type Blob = z.infer<typeof blobShape>;

export const fileShape = z.object({
  file_path: z.string(),
  size: z.int(),
  encoding: z.string(),
  content: z.string(),
  ref: z.string(),
  commit_id: z.string(),
  last_commit_id: z.string(),
});
export type RepositoryFile = z.infer<typeof fileShape>;

export const treeEntryShape = z.object({ path: z.string(), name: z.string(), type: z.string() });
export type TreeEntry = z.infer<typeof treeEntryShape>;

export const namedCommitShape = z.object({
  id: z.string(),
  title: z.string().nullish(),
  message: z.string().nullish(),
  author_name: z.string().nullish(),
  authored_date: z.string().nullish(),
  created_at: z.string().nullish(),
});

export const blameShape = z.object({ commit: namedCommitShape, lines: z.array(z.string()) });
export type Blame = z.infer<typeof blameShape>;

export const compareShape = z.object({
  commits: z.array(namedCommitShape),
  diffs: z.array(
    z.object({
      old_path: z.string(),
      new_path: z.string(),
      new_file: z.boolean(),
      deleted_file: z.boolean(),
      diff: z.string(),
    }),
  ),
  compare_timeout: z.boolean().nullish(),
  web_url: z.string().nullish(),
});
export type Comparison = z.infer<typeof compareShape>;

export const branchShape = z.object({
  name: z.string(),
  web_url: z.string().nullish(),
  commit: namedCommitShape,
});

export const todoShape = z.object({
  id: z.int(),
  action_name: z.string(),
  target_type: z.string(),
  target: z.object({ title: z.string().nullish() }).nullish(),
  target_url: z.string(),
  body: z.string().nullish(),
  project: z.object({ id: z.int(), path_with_namespace: z.string() }).nullish(),
  author: z.object({ id: z.int(), username: z.string(), name: z.string() }),
  created_at: z.string(),
});
export type Todo = z.infer<typeof todoShape>;
