import type { CallContext } from "../../src/core/tool.ts";
import type { Access } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import type { Locate } from "./locate.ts";

/** What every GitLab tool is made of. */
export interface GitLabTooling {
  api: GitLabApi;
  access: Access;
  locate: Locate;
}

/** Whether the text is the person's own: then it is no text of others. */
export const isOwn = (author: { username: string }, context: CallContext): boolean =>
  author.username.toLowerCase() === context.elsewhere.gitlab?.toLowerCase();
