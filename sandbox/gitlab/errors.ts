import { json } from "../http/reply.ts";
import type { Reply } from "../http/types.ts";

/** Stops a handler with one of GitLab's own error replies. */
export class GitLabError extends Error {
  readonly reply: Reply;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(JSON.stringify(body));
    this.reply = json(status, body);
  }
}

/** `404 Project Not Found` and its like; also what a person sees of things they may not see. */
export const notFound = (what?: string): GitLabError =>
  new GitLabError(404, { message: what ? `404 ${what} Not Found` : "404 Not found" });

export const unauthorized = (): GitLabError => new GitLabError(401, { message: "401 Unauthorized" });

export const forbidden = (reason?: string): GitLabError =>
  new GitLabError(403, { message: reason ? `403 Forbidden - ${reason}` : "403 Forbidden" });

/** A merge request that cannot be merged as it stands. */
export const notAllowed = (): GitLabError => new GitLabError(405, { message: "405 Method Not Allowed" });

/** A parameter of a wrong kind, in the words of GitLab's API framework. */
export const badParameter = (name: string, problem = "does not have a valid value"): GitLabError =>
  new GitLabError(400, { error: `${name} ${problem}` });
