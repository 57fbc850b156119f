import { TerminalError } from "../../src/core/errors.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";

/** GitLab said no; `status` is for code, the message for people. */
export class GitLabRefusedError extends TerminalError {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(`gitlab_${status}`, message, options);
    this.status = status;
  }
}

/** What a refusal means, and who can mend it. GitLab's own text stands behind it, quoted. */
const meanings: Record<number, string> = {
  400: "GitLab did not accept the request.",
  401: "GitLab does not accept Steward's token, or the token may not do this. An operator renews it (GITLAB_TOKEN).",
  403: "Steward's account in GitLab lacks the right: its token needs the scope `api`, its account the role. A maintainer of the project or an operator gives it.",
  404: "GitLab knows no such thing, or it is not visible to Steward's account there. Check the name; a maintainer of the project can add the account.",
  405: "GitLab does not allow that in the present state.",
  409: "It changed in GitLab in the meantime, so nothing was done.",
  422: "GitLab could not process it.",
  429: "GitLab asks for a pause: too many requests.",
};

/** Turns the client's refusal into words; anything else passes as it is. */
export function inWords(error: unknown, doing: string): unknown {
  if (!(error instanceof HttpRefusedError)) return error;
  const meaning = meanings[error.status] ?? `GitLab refused with ${error.status}.`;
  const wait = error.retryAfterSeconds === undefined ? "" : ` Try again in ${error.retryAfterSeconds} s.`;
  const said = error.detail === "" ? "" : ` (GitLab: ${error.detail})`;
  return new GitLabRefusedError(error.status, `${doing}: ${meaning}${said}${wait}`, { cause: error });
}

/** The answer, or `undefined` where GitLab says 404: not there, or not visible. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitLabRefusedError && error.status === 404) return undefined;
    throw error;
  }
}
